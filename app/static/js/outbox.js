// On a technician's phone every press is stored first and then sent. Here is what must be at hand before the first
// press; sending (outbox-send.js), photos (upload.js) and the strip come when needed.

import { dropDrafts, restoreDrafts } from './drafts.js';
import { all, put } from './outbox-store.js';
import { pressOf } from './press.js';
import { stopwatch } from './time.js';

const DEAD_MS = 1000; // A double tap must not hit the button that its first half brought.
const OURS = /^\/jobs\/(\d+)\/([a-z-]+)/;
const { dataset } = document.documentElement;
let lastPress = -DEAD_MS;

/** Whose phone this is: the page says it; the list of what waits, which is nobody's page, remembers it. */
export const person = Number(dataset.person || localStorage.getItem('person')) || 0;
if (dataset.person) localStorage.setItem('person', dataset.person);

/** What could not be stored. It is sent all the same, but the page must stay open for it. */
export const unsaved = [];

/** Stopwatches of the presses that this page has seen itself, by key. */
export const since = {};

/** What an item says beside its press; `seen`: the last change that its page knew. */
export const about = (action) => {
  const [, job, verb] = OURS.exec(action);
  const { number = '', seen = '' } = (document.querySelector('.strip') || { dataset }).dataset;
  return { person, name: dataset.personName || '', job: Number(job), verb, number, seen, state: 'waits' };
};

export async function store(item) {
  since[item.key] = stopwatch();
  try {
    return { ...item, n: await put(item) };
  } catch (error) {
    console.warn(error);
    unsaved.push(item);
    return item;
  }
}

/** Photos that are still here when their job is stopped: the office is told how many are to come. */
async function coming(job) {
  const items = await all();
  if (!items.some(({ verb }) => verb === 'photos')) return [];
  return (await import('./outbox-rules.js')).coming(items, job, person);
}

async function press(form, button) {
  const item = { ...pressOf(form, button), ...about(form.getAttribute('action')) };
  const photos = item.verb === 'stop' ? await coming(item.job).catch(() => []) : [];
  if (photos.length) item.body.push(['pending', JSON.stringify(photos)]);
  const stored = await store(item);
  dropDrafts(form);
  form.reset();
  (await import('./outbox-send.js')).pressed(stored);
}

function submitted(event) {
  const form = event.target;
  const action = form.getAttribute('action') || '';
  if (form.method !== 'post' || !OURS.test(action) || !person) return;
  event.preventDefault();
  if (form.dataset.upload) return void import('./upload.js').then(({ take }) => take(form));
  if (performance.now() - lastPress < DEAD_MS) return;
  lastPress = performance.now();
  press(form, event.submitter);
}

/** Also on open: what an earlier page left behind. */
const look = async () => (await all()).length && (await import('./outbox-send.js')).flush();

document.addEventListener('submit', submitted);
for (const [place, kind] of [[window, 'online'], [document, 'visibilitychange'], [document, 'rb-online']]) {
  place.addEventListener(kind, () => document.hidden || look().catch(console.warn));
}
addEventListener('beforeunload', (event) => unsaved.length && event.preventDefault());
restoreDrafts(document);
look().catch(console.warn);

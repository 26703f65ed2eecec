// Photos and drawn signatures: stored as the camera made them, shrunk here, shown at once, sent on their own.

import { make } from './make.js';
import { about, store } from './outbox.js';
import { fieldOf, isPhoto } from './outbox-rules.js';
import { flush } from './outbox-send.js';
import { all, put } from './outbox-store.js';
import { glyph } from './outbox-strip.js';
import { newKey } from './press.js';
import { zone } from './time.js';
import { takenAt } from './upload-exif.js';
import { hm } from './words.js';

const LONG_SIDE = 1600;
const MOST_BYTES = 400000;
const QUALITIES = [0.85, 0.75, 0.65, 0.5];
const HEAD_BYTES = 256 * 1024; // EXIF stands at the beginning.

/** Takes what a form with files holds. The files are on the disk of this phone before anything else is done. */
export async function take(form) {
  const files = form.dataset.upload === 'signature' ? await signed(form) : chosen(form);
  if (!files.length) return;
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !skipped(name));
  const items = files.map((file) => itemOf(form, fields, file));
  form.reset();
  for (const item of items) await store(item);
  flush();
}

const skipped = (name) => name === 'key' || name === 'client_id';

const chosen = (form) => [...form.querySelectorAll('[type="file"]')].flatMap(({ files }) => [...files]);

async function signed(form) {
  const { drawing } = await import('./signature.js');
  const file = await drawing(form);
  return file ? [file] : [];
}

function itemOf(form, fields, file) {
  const key = newKey();
  const item = about(form.getAttribute('action'));
  const body = [...fields, ['client_id', key]];
  return { ...item, key, path: form.getAttribute('action'), pressedAt: new Date().toISOString(), body, file, raw: isPhoto(item) };
}

let shrinking = null;

/** Also without a network: what was chosen takes up to fifty times the room of what is sent. */
export function shrinkAll() {
  shrinking = shrinking || shrinkEach().finally(() => (shrinking = null));
  return shrinking;
}

async function shrinkEach() {
  for (const item of await all()) {
    if (!item.raw || !item.n) continue;
    const body = [...item.body, ['taken_at', await momentOf(item.file)]];
    await put({ ...item, body, file: await small(item.file), raw: false });
  }
  drawAll(await all());
}

/** The camera's own word, else the file's: it was written when it was taken. */
async function momentOf(file) {
  const told = takenAt(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const moment = new Date(told || file.lastModified || Date.now());
  return (Number.isNaN(moment.getTime()) ? new Date() : moment).toISOString();
}

/** At most 1600 px and 400 kB. What this browser cannot read, like HEIC, goes as it is; the server can. */
async function small(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const { width, height } = picture;
  let scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  for (let round = 0; round < 4; round += 1, scale *= 0.7) {
    const canvas = make('canvas', { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
      if (blob && blob.size <= MOST_BYTES) return blob;
    }
  }
  return file;
}

const WORDS = { waits: ['g-quarter', 'Saved on this phone', 'warn'], refused: ['g-warn', 'Not accepted', 'bad'], changed: ['g-warn', 'Office changed this job', 'warn'] };

/** The pictures that are still here, in the same list as those that have arrived. */
function drawAll(items) {
  const list = document.querySelector('[data-photos]');
  const page = document.querySelector('rb-live[data-key]');
  if (!list || !page) return;
  const here = items.filter((item) => isPhoto(item) && `job-${item.job}` === page.dataset.key && item.state !== 'held');
  const keys = here.map(({ key }) => key);
  for (const old of list.querySelectorAll('[data-here]')) if (!keys.includes(old.dataset.clientId)) gone(old);
  for (const item of here) show(list, item);
}

function gone(row) {
  const picture = row.querySelector('img');
  if (picture) URL.revokeObjectURL(picture.src);
  row.remove();
}

function show(list, item) {
  const there = [...list.children].find(({ dataset }) => dataset.clientId === item.key);
  const [shape, words, tone] = WORDS[item.state];
  const state = make('p', { class: 'photo-state', 'data-photo-state': '', 'data-tone': tone }, glyph(shape), words);
  if (there && there.dataset.here === item.state + item.raw) return;
  const row = make('li', { class: 'photo coming', 'data-client-id': item.key, 'data-here': item.state + item.raw });
  const kind = fieldOf(item, 'kind') || 'during';
  const picture = make('img', { alt: `${kind}, ${words}`, width: 160, height: 160 });
  picture.onerror = () => picture.replaceWith(make('span', { class: 'photo-blank' }, glyph('i-camera')));
  picture.src = URL.createObjectURL(item.file);
  const label = kind[0].toUpperCase() + kind.slice(1);
  row.append(picture, make('p', {}, `${label}, ${hm(Date.parse(item.pressedAt), zone())}`), state);
  if (there) there.replaceWith(row);
  else list.append(row);
}

document.addEventListener('rb-outbox', ({ detail }) => drawAll(detail));

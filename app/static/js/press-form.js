// Presses outside dialogs, first of all a technician's: sent in the order pressed, each with its own key again and
// again until the server has answered. "Sent" is never said before that. Without this module forms just post.

import { dropDrafts, restoreDrafts } from './drafts.js';
import { make } from './make.js';
import { posts, pressOf, send } from './press.js';
import { pause } from './protocol.js';
import { holdReload } from './reload.js';
import { say } from './say.js';
import { now, zone } from './time.js';
import { hm } from './words.js';

const DEAD_MS = 1000; // The second tap of a double tap must not hit the button that the first one brought.
const waiting = []; // [press, form]; the first is on its way.
let wake = () => {};
let lastPress = -DEAD_MS;

const FAILED = {
  unreachable: 'Not sent yet: no connection. Trying again.',
  busy: 'Not sent yet: the server is busy. Trying again.',
  'signed-out': 'Not sent yet: please sign in again in another tab.',
};

/** The right half of the phone's strip; on other pages a line above the content. */
function tell(words, tone, net) {
  let place = document.querySelector('.strip-net, [data-net]');
  if (!place) {
    place = make('p', { class: 'banner' });
    document.getElementById('main').before(place);
  }
  place.dataset.net = net;
  place.dataset.tone = tone;
  (place.querySelector('[data-live-text]') || place).textContent = words;
}

async function sendAll() {
  for (let attempt = 0; waiting.length > 0; ) {
    const [press, form] = waiting[0];
    const slow = attempt ? 0 : setTimeout(() => tell('Sending…', 'idle', 'wait'), 400);
    const answer = await send(press);
    clearTimeout(slow);
    if (FAILED[answer.kind]) {
      tell(FAILED[answer.kind], 'warn', 'wait');
      await nextTry(attempt++);
    } else {
      waiting.shift();
      attempt = 0;
      settle(answer, form);
    }
  }
}

const nextTry = (attempt) =>
  new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, 1000 + pause(attempt, Math.random));
  });

const ask = (kind, detail) => document.dispatchEvent(new CustomEvent(kind, { detail, cancelable: true }));

function settle(answer, form) {
  if (answer.kind === 'page') {
    tell('Not accepted ▲', 'bad', 'sent');
    // A live page shows its own errors; any other page is shown in a dialog.
    if (ask('rb-answer', answer)) import('./dialog.js').then(({ showPage }) => showPage(answer.page));
    return;
  }
  const sent = `Sent ✓ ${hm(now(), zone())}`;
  dropDrafts(form);
  form.reset();
  tell(sent, 'done', 'sent');
  say(sent);
  if (navigator.vibrate) navigator.vibrate(30);
  if (ask('rb-done', answer)) location.assign(answer.url);
}

const taken = (form) =>
  posts(form) && !form.closest('dialog') && (form.closest('rb-live') || form.matches('.press, .intake, [data-press]'));

function pressed(event) {
  const form = event.target;
  if (!taken(form)) return;
  event.preventDefault();
  if (performance.now() - lastPress < DEAD_MS) return;
  lastPress = performance.now();
  waiting.push([pressOf(form, event.submitter), form]);
  if (waiting.length === 1) sendAll();
}

document.addEventListener('submit', pressed);
addEventListener('online', () => wake());
addEventListener('beforeunload', (event) => waiting.length && event.preventDefault());
holdReload(() => waiting.length > 0);
restoreDrafts(document);

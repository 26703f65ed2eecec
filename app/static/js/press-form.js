// Presses outside dialogs: sent in order, each with its key until the server has answered.
// "Sent" is never said before that. Without this module forms just post. A technician's phone has outbox.js instead.

import { dropDrafts, restoreDrafts } from './drafts.js';
import { emit } from './emit.js';
import { make } from './make.js';
import { pressOf } from './press.js';
import { pause } from './protocol.js';
import { say } from './say.js';
import { now, stopwatch, zone } from './time.js';
import { hm } from './words.js';

const DEAD_MS = 1000; // A double tap must not hit the button that its first half brought.
const waiting = []; // [press, form, stopwatch]; the first is on its way.
let wake = () => {};
let lastPress = -DEAD_MS;

const FAILED = {
  unreachable: 'Not sent yet: no connection. Trying again.',
  busy: 'Not sent yet: the server is busy. Trying again.',
  'signed-out': 'Not sent yet: please sign in again in another tab.',
};

/** In a line above the content. */
function tell(words, tone, net) {
  const place = document.querySelector('[data-net]') || make('p', { class: 'banner' });
  if (!place.isConnected) document.getElementById('main').before(place);
  Object.assign(place.dataset, { net, tone });
  (place.querySelector('[data-live-text]') || place).textContent = words;
}

async function sendAll(attempt = 0) {
  const [press, form, since] = waiting[0];
  const slow = !attempt && setTimeout(() => tell('Sending…', 'idle', 'wait'), 400);
  const answer = await send(press, since());
  clearTimeout(slow);
  const failed = FAILED[answer.kind];
  if (failed) {
    tell(failed, 'warn', 'wait');
    await nextTry(attempt);
    return sendAll(attempt + 1);
  }
  waiting.shift();
  settle(answer, form);
  return waiting.length > 0 && sendAll();
}

// What is ticked outlives a page that draws itself anew, until it is sent.
const ticks = new Map(); // By name.

document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-press] [type="checkbox"]')) ticks.set(target.name, target.checked);
});

document.addEventListener('rb-shown', () => {
  for (const box of document.querySelectorAll('[data-press] [type="checkbox"]')) {
    box.checked = ticks.has(box.name) ? ticks.get(box.name) : box.checked;
  }
});

const nextTry = (attempt) =>
  new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, 1000 + pause(attempt, Math.random));
  });

/** Fetched with the first press; if it does not come, neither would the press have gone. */
const send = (...press) =>
  import('./send.js').then((way) => way.send(...press)).catch(() => ({ kind: 'unreachable' }));

function settle(answer, form) {
  if (answer.kind === 'page') {
    tell('Not accepted ▲', 'bad', 'sent');
    // What no live page shows itself is shown in a dialog.
    if (emit('rb-answer', answer)) import('./dialog.js').then(({ showPage }) => showPage(answer.page));
    return;
  }
  dropDrafts(form);
  for (const { name } of form.querySelectorAll('[type="checkbox"]')) ticks.delete(name);
  form.reset();
  const sent = `Sent ✓ ${hm(now(), zone())}`;
  tell(sent, 'done', 'sent');
  say(sent);
  if (navigator.vibrate) navigator.vibrate(30);
  if (emit('rb-done', answer)) location.assign(answer.url);
}

function pressed(event) {
  const form = event.target;
  const ours = form.matches('rb-live form, .press, .intake, [data-press]') && !form.closest('dialog');
  if (!ours || form.method !== 'post') return;
  event.preventDefault();
  if (performance.now() - lastPress < DEAD_MS) return;
  lastPress = performance.now();
  waiting.push([pressOf(form, event.submitter), form, stopwatch()]);
  if (waiting.length === 1) sendAll();
}

document.addEventListener('submit', pressed);
addEventListener('online', () => wake());
addEventListener('beforeunload', (event) => waiting.length && event.preventDefault());
restoreDrafts(document);

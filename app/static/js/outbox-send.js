// Sends what waits: presses in the order they were made, one at a time; photos beside them, so that a job is done
// before its pictures have arrived. Each item stays stored until the server has answered for it.

import { emit } from './emit.js';
import { say } from './say.js';
import { now, zone } from './time.js';
import { hm } from './words.js';
import { pause } from './protocol.js';
import { person, since, unsaved } from './outbox.js';
import { isPhoto, next } from './outbox-rules.js';
import './outbox-rows.js';
import { all, drop, put } from './outbox-store.js';
import { draw, told } from './outbox-strip.js';
import { send } from './send.js';

const SLOW_MS = 400;
const ATTENDED_MS = 10000; // So long after a press its person is taken to look at the answer.
const queues = { true: { photos: true }, false: { photos: false } };

/** A press of this page: stored, and now on its way. What is not answered soon is shown as waiting. */
export function pressed(item) {
  setTimeout(() => draw(), SLOW_MS);
  flush(item);
}

/** Send what waits, now. */
export function flush() {
  for (const queue of Object.values(queues)) {
    if (queue.wake) queue.wake();
    queue.again = true;
    queue.running = queue.running || alone(queue).finally(() => (queue.running = null));
  }
}

/** One tab at a time, where the browser can say so; otherwise the keys make two sendings one. */
function alone(queue) {
  const work = () => empty(queue);
  return navigator.locks ? navigator.locks.request(`readyboard-outbox-${queue.photos}`, work) : work();
}

async function empty(queue) {
  let attempt = 0;
  if (queue.photos) await import('./upload.js').then(({ shrinkAll }) => shrinkAll()).catch(console.warn);
  for (;;) {
    const item = next([...(await all().catch(() => [])), ...unsaved], person, queue.photos);
    if (!item) return void draw();
    const failed = await one(item);
    attempt = failed ? attempt + 1 : 0;
    if (failed) await nextTry(queue, attempt, failed);
  }
}

const nextTry = (queue, attempt, failed) =>
  new Promise((resolve) => {
    queue.wake = resolve;
    const wait = failed === 'signed-out' ? 30000 : 1000 + pause(attempt, Math.random);
    told.next = Date.now() + wait;
    draw();
    setTimeout(resolve, wait);
  });

const waited = new Set(); // Keys of presses that were said to be saved here: nobody stands waiting for their answer.

const isAttended = ({ key }) =>
  !document.hidden && navigator.onLine && !waited.has(key) && since[key] && since[key]() < ATTENDED_MS;

/** Answers why it must be tried again, or nothing. */
async function one(item) {
  const attended = isAttended(item) && !isPhoto(item);
  const slow = setTimeout(() => {
    told.sending = true;
    draw();
  }, SLOW_MS);
  // Somebody looks at the answer to a press; what is sent later needs no page.
  const more = { 'X-Readyboard-Person': String(item.person), 'X-Readyboard-Late': String(item.person) };
  if (!attended) more['X-Readyboard-Script'] = 'outbox';
  if (item.seen) more['X-Readyboard-Seen'] = item.seen;
  const answer = await send(item, since[item.key] ? since[item.key]() : null, more, attended ? 'follow' : 'manual');
  clearTimeout(slow);
  told.sending = false;
  if (answer.kind === 'signed-out' && !item.path.startsWith('/late/') && (await late(item))) return forget(item);
  if (answer.kind === 'done' || answer.kind === 'page') {
    told.failed = '';
    await (answer.kind === 'done' ? sent(item, answer, attended) : refused(item, answer, attended));
    return '';
  }
  told.failed = answer.kind;
  waited.add(item.key);
  draw();
  return answer.kind;
}

/** Whoever has left the company cannot sign in again: what they did is kept for the office at another door. */
async function late(item) {
  const { handIn, lateOf } = await import('./outbox-late.js');
  return (await handIn(lateOf(item))).kind === 'done';
}

async function forget(item) {
  delete since[item.key];
  waited.delete(item.key);
  if (item.n) await drop(item.n);
  else unsaved.splice(unsaved.indexOf(item), 1);
  return '';
}

async function sent(item, answer, attended) {
  if (answer.changed) await put({ ...item, file: null, state: 'held', ...(await theirs(answer)) });
  else await forget(item);
  const words = `Sent ✓ ${hm(now(), zone())}`;
  localStorage.setItem('sent', String(now()));
  told.sent = words;
  await draw();
  if (attended) {
    say(words);
    if (navigator.vibrate) navigator.vibrate(30);
    const { page } = answer;
    if (emit('rb-done', answer)) closeAndGo(page, answer.url);
  } else emit('rb-sent', { job: item.job });
}

/** What no live page shows itself is a page of its own. */
function closeAndGo(page, url) {
  if (page && page.querySelector('rb-live') && location.pathname.startsWith('/waiting')) return;
  location.assign(url);
}

/** What others did meanwhile, kept beside what was done here. */
const theirs = async ({ page }) => (await import('./outbox-changed.js')).meanwhile(page);

async function refused(item, answer, attended) {
  const { page, status } = answer;
  if (attended && page) {
    // Whoever pressed reads why, where they pressed, with their words still in the form.
    await forget(item);
    told.sent = '';
    await draw(true);
    if (emit('rb-answer', answer)) (await import('./dialog.js')).showPage(page);
    return;
  }
  if (answer.changed) {
    await put({ ...item, state: 'changed', status, ...(await theirs(answer)) });
    say('The office changed this job.');
    return void (await draw());
  }
  const place = page && page.querySelector('.errors p, .errors li, .card-say p, .oops h1 + p, main p');
  const reason = place ? place.textContent.trim() : 'The server gave no reason.';
  await put({ ...item, state: 'refused', reason, status });
  say('Not accepted.');
  await draw();
}

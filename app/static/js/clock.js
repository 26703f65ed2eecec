// Rewrites what time alone changes: `time[data-show]`, ages and late marks. The server only ever says moments.
// Where the page is not live, running times stand still at the last news and say "≈".

import { now, zone } from './time.js';
import { ago, hm, isoDay, lasted, until } from './words.js';

let frozenAt = null;
const served = new WeakMap();

/** More that time changes, on pages that have it: (root, at). */
export const also = [];

/** Null lets the times run again. */
export function freeze(at) {
  frozenAt = at;
  refresh();
}

const SHOW = {
  elapsed: (moment, at) => lasted(at - moment),
  late: (moment, at) => lasted(at - moment),
  until: (moment, at) => until(moment - at),
  ago: (moment, at) => ago(at - moment),
};

function words(time, at) {
  const moment = Date.parse(time.dateTime);
  const { show } = time.dataset;
  if (show === 'clock') {
    const today = isoDay(moment, zone()) === isoDay(at, zone());
    return today ? hm(moment, zone()) : served.get(time);
  }
  if (show === 'ago' && time.closest('[data-fresh]')) return 'just now';
  const text = SHOW[show](moment, at);
  return frozenAt === null ? text : `≈\u00a0${text}`;
}

function showLate(card, at) {
  const late = at >= Date.parse(card.dataset.late);
  const badge = card.querySelector('[data-late-badge]');
  if (!badge || badge.hidden !== late) return;
  badge.hidden = !late;
  card.dataset.tone = late ? 'bad' : '';
}

export function refresh(root = document) {
  const at = frozenAt === null ? now() : frozenAt;
  for (const time of root.querySelectorAll('time[data-show]')) {
    if (!served.has(time)) served.set(time, time.textContent);
    const text = words(time, at);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const act of also) act(root, at);
  for (const card of root.querySelectorAll('[data-late]')) showLate(card, at);
}

export function startClock() {
  refresh();
  setInterval(() => refresh(), 1000);
  document.addEventListener('visibilitychange', () => refresh());
}

// The tone of what has waited long. Only boards show it, so only they load it.

import { also } from './clock.js';

const DAY = 86400000;

/** "warn" and "bad" from the days on that `ages` names ("4 8"); the fourth day begins after 72 hours. */
export function ageTone(ms, ages) {
  const [warn, bad] = ages.split(' ').map((days) => (days - 1) * DAY);
  if (ms >= bad) return 'bad';
  return ms >= warn ? 'warn' : '';
}

also.push((root, at) => {
  for (const badge of root.querySelectorAll('[data-ages]')) {
    const tone = ageTone(at - Date.parse(badge.querySelector('time').dateTime), badge.dataset.ages);
    if (tone) badge.dataset.tone = tone;
  }
});

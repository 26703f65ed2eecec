// The words of time and freshness, from milliseconds. Present and zone are handed in.

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "48 min", "2 h 05": rounded down, because a clock never runs ahead. */
export function lasted(ms) {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
}

function rough(ms) {
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return ms < 2 * DAY ? '1 day' : `${Math.floor(ms / DAY)} days`;
}

export const ago = (ms) => (ms < MINUTE ? 'just now' : `${rough(ms)} ago`);

export function until(ms) {
  if (ms < MINUTE) return 'now';
  return `in ${ms < DAY ? lasted(ms) : rough(ms)}`;
}

const formats = {};

export function format(zone, options) {
  const name = zone + Object.keys(options);
  formats[name] = formats[name] || new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone || undefined });
  return formats[name];
}

const HM = { hour: '2-digit', minute: '2-digit' };
const HMS = { ...HM, second: '2-digit' };
const YMD = { year: 'numeric', month: '2-digit', day: '2-digit' };

export const hm = (at, zone) => format(zone, HM).format(at);
export const hms = (at, zone) => format(zone, HMS).format(at);

export const isoDay = (at, zone) => format(zone, YMD).format(at).split('/').reverse().join('-');

/** What the mark says, as [strong, rest]. */
export function freshWords({ state, heardAt, silence, slow }, zone) {
  if (state === 'live') return ['Live', ` · ${hms(heardAt, zone)}${slow ? ' · slower updates' : ''}`];
  if (state === 'reconnecting') return ['Reconnecting…', ` last news ${Math.floor(silence / 1000)} s ago`];
  return [`NOT LIVE since ${hm(heardAt, zone)}`, ''];
}

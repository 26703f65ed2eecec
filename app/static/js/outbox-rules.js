// What waits, in which order it goes, and the words for it. Items come in the order of the presses; nothing here
// asks for the time or touches the page.

const WORDS = {
  'set-off': 'On my way',
  start: 'Start work',
  pause: 'Pause',
  stop: 'Stop work',
  'undo-stop': 'Undo stop',
  note: 'Work note',
  message: 'Message',
  answer: 'Answer',
  part: 'Part',
  checklist: 'Checklist',
  signature: 'Signature',
  'record-time': 'Time',
  'correct-time': 'Changed time',
  'confirm-time': 'Confirmed time',
  'discard-entry': 'Removed time',
  'drop-held': 'Drop mine',
};

const ICONS = { start: 'g-play', pause: 'g-pause', stop: 'g-stop', photos: 'i-camera', message: 'i-message', answer: 'i-message', signature: 'i-sign', part: 'i-part', checklist: 'i-list' };
const CLOCK = ['set-off', 'start', 'pause', 'stop', 'undo-stop'];

export const isPhoto = ({ verb }) => verb === 'photos';
export const isClock = ({ verb }) => CLOCK.includes(verb);
export const fieldOf = ({ body }, name) => (body.find(([one]) => one === name) || ['', ''])[1];

/** What an item brings, by the name that the page has for it: "note", "photos-after". */
export const brings = (item) => (isPhoto(item) ? `photos-${fieldOf(item, 'kind') || 'during'}` : item.verb);

const kB = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** "Stop work", "Photo after, 380 kB". */
export function words(item) {
  if (isPhoto(item)) return `Photo ${fieldOf(item, 'kind') || 'during'}${item.file ? `, ${kB(item.file.size)}` : ''}`;
  return WORDS[item.verb] || item.verb.replace(/-/g, ' ');
}

export const icon = ({ verb }) => ICONS[verb] || (CLOCK.includes(verb) ? 'i-clock' : 'i-note');

export const textOf = (item) => fieldOf(item, 'text') || fieldOf(item, 'note') || fieldOf(item, 'reason');

export const counted = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

const mine = (items, person) => items.filter((item) => item.person === person);
const waits = ({ state }) => state === 'waits';

/**
 * What this person sends next in one of the two queues. A time press that was not accepted holds up the later ones of
 * its job, because they tell one story; a note holds up nothing, and photos never hold up presses.
 */
export function next(items, person, photos) {
  const stuck = new Set();
  for (const item of mine(items, person)) {
    if (isPhoto(item) !== photos) continue;
    if (['refused', 'changed'].includes(item.state) && isClock(item)) stuck.add(item.job);
    else if (waits(item) && !(isClock(item) && stuck.has(item.job))) return item;
  }
  return null;
}

/** The photos a stop announces. */
export const coming = (items, job, person) =>
  mine(items, person)
    .filter((item) => isPhoto(item) && item.job === job && waits(item))
    .map((item) => ({ id: fieldOf(item, 'client_id'), kind: fieldOf(item, 'kind') || 'during' }));

/** The last time press on this job that the server has not answered: what the phone shows ahead of it. */
export function ahead(items, job, person) {
  const last = mine(items, person).filter((item) => isClock(item) && item.job === job && item.state !== 'held');
  return last.length && last[last.length - 1].state === 'waits' ? last[last.length - 1] : null;
}

/** The strip: a word, a shape, a tone and what stands on its right; null while there is nothing to say. */
export function strip(items, person, { sending = false, failed = '', unsaved = 0 }) {
  const own = mine(items, person);
  const count = (state) => own.filter((item) => item.state === state).length;
  const [waiting, refused, changed, held] = ['waits', 'refused', 'changed', 'held'].map(count);
  if (refused) return { glyph: 'g-warn', word: 'Not accepted', tone: 'bad', net: `${refused} of ${own.length}` };
  if (unsaved) return { glyph: 'g-warn', word: 'Not saved: keep this page open', tone: 'bad', net: `${waiting} wait` };
  if (changed) return { ...CHANGED, net: String(changed + held) };
  if (waiting && failed === 'signed-out') return { ...SAVED, net: 'Sign in to send', signIn: true };
  if (waiting && sending) return { glyph: 'g-dot', word: 'Sending…', tone: 'idle', net: `${waiting} to go` };
  if (waiting) return { ...SAVED, net: `${waiting} wait${waiting === 1 ? 's' : ''}` };
  if (held) return { ...CHANGED, net: String(held) };
  return null;
}

const CHANGED = { glyph: 'g-warn', word: 'Office changed this job', tone: 'warn' };
const SAVED = { glyph: 'g-quarter', word: 'Saved on this phone', tone: 'warn' };

/** Other people's things on this phone, by name. */
export function others(items, person) {
  const counts = new Map();
  for (const item of items) if (item.person !== person) counts.set(item.name, (counts.get(item.name) || 0) + 1);
  return [...counts];
}

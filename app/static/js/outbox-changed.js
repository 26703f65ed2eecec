// "Office changed this job": what waited here met a change of somebody else's. Both versions side by side, two ways on.

import { make } from './make.js';
import { lateOf } from './outbox-late.js';
import { isPhoto, textOf, words } from './outbox-rules.js';
import { newKey } from './press.js';

/** What the server's page says of it, as it is kept beside the item. */
export function meanwhile(page) {
  const at = ({ dataset, textContent }) => ({ at: dataset.at, say: textContent.trim() });
  const form = page.querySelector('[data-drop]');
  return {
    reason: page.querySelector('[data-why]').textContent.trim(),
    theirs: [...page.querySelectorAll('[data-theirs]')].map(at),
    drop: form && { path: form.getAttribute('action'), body: [...new FormData(form)] },
  };
}

/** `clock`: a moment as the list writes it. Nothing of one's own words is shortened here. */
export function bothSides(item, clock) {
  const theirs = item.theirs || [];
  const said = isPhoto(item) ? '' : textOf(item);
  const line = ({ at, say }) => make('li', {}, say, make('time', { datetime: at }, clock(Date.parse(at))));
  return make('div', { class: 'sides' },
    make('section', { 'data-side': 'mine' }, make('h3', {}, 'Mine'), make('p', {}, words(item)),
      ...(said ? [make('p', { class: 'said' }, `“${said}”`)] : []),
      make('time', { datetime: item.pressedAt }, clock(Date.parse(item.pressedAt)))),
    make('section', { 'data-side': 'theirs' }, make('h3', {}, 'Theirs'),
      theirs.length ? make('ol', {}, ...theirs.map(line)) : make('p', {}, 'The job is not open for this any more.')),
  );
}

/** Not accepted: to the office, with the reason. Kept there already: nothing is left to send. */
export const sendAnyway = (item) => (item.state === 'held' ? null : { ...lateOf(item, item.reason), state: 'waits', reason: '' });

/** Kept at the office: taken back there. Not accepted: it was nowhere but here. */
export function dropping({ drop, person, name, job, number }) {
  if (!drop) return null;
  const verb = drop.path.split('/').pop();
  return { ...drop, key: newKey(), pressedAt: new Date().toISOString(), person, name, job, number, verb, state: 'waits' };
}

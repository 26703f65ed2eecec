// What is ahead of the server on My jobs and in "Still needed": shown as saved on this phone, never as met. Whether it is
// enough, the server says; its own page replaces this as soon as it answers.

import { make } from './make.js';
import { person } from './outbox.js';
import { ahead, brings } from './outbox-rules.js';
import { glyph } from './outbox-strip.js';
import { zone } from './time.js';
import { hm } from './words.js';

const numberOf = (key) => Number(key.replace('job-', ''));
const waiting = (items, job) => items.filter((item) => item.person === person && item.job === job && item.state === 'waits');

/** The region goes with the next page of the server, whatever stands in it. */
const isAhead = (place) => place.closest('[data-region]').setAttribute('data-ahead', '');

function drawRow(row, items) {
  const job = numberOf(row.id);
  const here = waiting(items, job);
  if (!here.length) return;
  isAhead(row);
  const press = ahead(items, job, person);
  const after = press && document.querySelector(`template[data-row-after~="${press.verb}"]`);
  if (after) drawState(row, after, hm(Date.parse(press.pressedAt), zone()));
  const place = row.querySelector('[data-here]') || row.querySelector('.jobrow-what').appendChild(make('span', { class: 'badge', 'data-here': '', 'data-tone': 'warn' }));
  place.textContent = '';
  place.append(glyph('g-quarter'), `Saved on this phone${here.length > 1 ? ` · ${here.length}` : ''}`);
  drawNeeded(row, here);
}

function drawState(row, after, at) {
  const { state, tone } = after.dataset;
  Object.assign(row.dataset, { state, tone });
  const place = row.querySelector('.jobrow-state');
  place.dataset.tone = tone;
  place.textContent = '';
  place.append(after.content.cloneNode(true), ` ${at}`);
}

/** "2 things still needed, 1 on this phone". */
function drawNeeded(row, here) {
  const needed = row.querySelector('[data-brought-by]');
  if (!needed) return;
  const there = needed.dataset.broughtBy.split(' ').filter((one) => here.some((item) => brings(item) === one)).length;
  const said = needed.querySelector('[data-saved]') || needed.lastElementChild.appendChild(make('span', { 'data-saved': '' }));
  said.textContent = there ? `, ${there} on this phone` : '';
}

function drawNeeds(page, items) {
  const here = waiting(items, numberOf(page.dataset.key));
  for (const need of page.querySelectorAll('[data-region="needs"] [data-brought-by]')) {
    if (need.hasAttribute('data-saved') || !here.some((item) => brings(item) === need.dataset.broughtBy)) continue;
    isAhead(need);
    need.setAttribute('data-saved', '');
    need.lastElementChild.replaceWith(make('span', { class: 'needs-whose' }, glyph('g-quarter'), 'Saved on this phone'));
  }
}

document.addEventListener('rb-outbox', ({ detail }) => {
  for (const row of document.querySelectorAll('.jobrow')) drawRow(row, detail);
  const page = document.querySelector('rb-live[data-key]');
  if (page) drawNeeds(page, detail);
});

// The words of time on cards and of freshness in the header.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ageTone } from '../../app/static/js/ages.js';
import { ago, freshWords, hm, isoDay, lasted, until } from '../../app/static/js/words.js';

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LATE = Date.parse('2026-11-24T23:30:05Z');

test('running time is whole minutes, rounded down', () => {
  assert.equal(lasted(59999), '0 min');
  assert.equal(lasted(48 * MINUTE + 59999), '48 min');
  assert.equal(lasted(2 * HOUR + 5 * MINUTE), '2 h 05');
  assert.equal(lasted(26 * HOUR), '26 h 00');
});

test('a clock that runs behind never shows a negative time', () => {
  assert.equal(lasted(-5 * MINUTE), '0 min');
  assert.equal(ago(-5 * MINUTE), 'just now');
});

test('how long ago is said in the largest unit that fits', () => {
  const spans = [59999, MINUTE, 59 * MINUTE, HOUR, 23 * HOUR, DAY, 2 * DAY - 1, 3 * DAY];
  const said = ['just now', '1 min ago', '59 min ago', '1 h ago', '23 h ago', '1 day ago', '1 day ago', '3 days ago'];
  assert.deepEqual(spans.map(ago), said);
});

test('how long until is said in words', () => {
  assert.deepEqual([0, 16 * MINUTE, 3 * DAY].map(until), ['now', 'in 16 min', 'in 3 days']);
});

test('a ready job turns amber on its fourth day and red on its eighth', () => {
  const tones = [0, 3 * DAY - 1, 3 * DAY, 7 * DAY - 1, 7 * DAY].map((age) => ageTone(age, '4 8'));
  assert.deepEqual(tones, ['', '', 'warn', 'warn', 'bad']);
});

test('clock and day are those of the company, not of the device', () => {
  assert.equal(hm(LATE, 'Europe/Berlin'), '00:30');
  assert.equal(isoDay(LATE, 'Europe/Berlin'), '2026-11-25');
  assert.equal(isoDay(LATE, 'America/New_York'), '2026-11-24');
});

test('the mark says Live with the time of the last news', () => {
  const words = freshWords({ state: 'live', heardAt: LATE, silence: 0 }, 'Europe/Berlin');
  assert.equal(words.join(''), 'Live · 00:30:05');
});

test('polling is owned up to', () => {
  const words = freshWords({ state: 'live', heardAt: LATE, silence: 0, slow: true }, 'Europe/Berlin');
  assert.equal(words.join(''), 'Live · 00:30:05 · slower updates');
});

test('the age of the last news grows in the mark', () => {
  const words = freshWords({ state: 'reconnecting', heardAt: LATE, silence: 32900 }, 'Europe/Berlin');
  assert.equal(words.join(''), 'Reconnecting… last news 32 s ago');
});

test('a dead board says since when', () => {
  const said = ['stale', 'offline'].map((state) => freshWords({ state, heardAt: LATE, silence: 0 }, 'Europe/Berlin'));
  assert.deepEqual(said.map((words) => words.join('')), Array(2).fill('NOT LIVE since 00:30'));
});

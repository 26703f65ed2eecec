// Which cards a tab of the dispatch board shows; the server's rule in other words.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { belongs } from '../../app/static/js/filter.js';

const TODAY = { from: '', to: '2026-11-24', lanes: 'unscheduled scheduled in_progress ready' };
const TOMORROW = { from: '2026-11-25', to: '2026-11-25', lanes: 'unscheduled scheduled' };

test('today shows what was planned earlier and not begun', () => {
  assert.ok(belongs({ lane: 'scheduled', day: '2026-11-20' }, TODAY));
  assert.ok(!belongs({ lane: 'scheduled', day: '2026-11-25' }, TODAY));
});

test('a day has both ends', () => {
  const days = ['2026-11-24', '2026-11-25', '2026-11-26'];
  const shown = days.map((day) => belongs({ lane: 'scheduled', day }, TOMORROW));
  assert.deepEqual(shown, [false, true, false]);
});

test('the day counts for planned cards only', () => {
  assert.ok(belongs({ lane: 'in_progress', day: '2026-11-25' }, TODAY));
  assert.ok(belongs({ lane: 'scheduled' }, TODAY));
});

test('a lane that a tab does not list is not shown by it', () => {
  assert.ok(!belongs({ lane: 'ready' }, TOMORROW));
  assert.ok(!belongs({ lane: 'on_hold' }, TODAY));
});

test('older than three days counts from the end of the work', () => {
  const [three, at] = [{ older: '3' }, Date.parse('2026-11-24T12:00:00Z')];
  assert.ok(belongs({ lane: 'ready', since: '2026-11-21T11:59:00Z' }, three, at));
  assert.ok(!belongs({ lane: 'ready', since: '2026-11-21T12:01:00Z' }, three, at));
  assert.ok(!belongs({ lane: 'in_progress' }, three, at));
});

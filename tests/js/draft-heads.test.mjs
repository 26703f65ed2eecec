// What stands above the jobs of a draft.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { draftsOf } from '../../app/static/js/draft-heads.js';

test('a draft comes to its jobs and what it has beyond them', () => {
  const cards = [
    { invoice: '7', amount: '22140', rest: '-1200' },
    { invoice: '7', amount: '9540', rest: '-1200' },
    { invoice: '8', amount: '100' },
    { amount: '5' },
  ];
  assert.deepEqual(
    [...draftsOf(cards)],
    [
      ['7', { jobs: 2, net: 30480 }],
      ['8', { jobs: 1, net: 100 }],
    ],
  );
});

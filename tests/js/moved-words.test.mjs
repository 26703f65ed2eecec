import assert from 'node:assert/strict';
import { test } from 'node:test';

import { movedWords } from '../../app/static/js/moved-words.js';

const one = { jobs: ['1042'], from: 'Ready to invoice', to: 'Billing', left: 5, total: '', undone: false };

test('one job says where it went and what is left', () => {
  assert.equal(movedWords(one), 'Job 1042 moved to Billing. 5 left in Ready to invoice.');
});

test('several jobs are one sentence with their sum', () => {
  const moved = movedWords({ ...one, jobs: ['1042', '1043', '1044'], total: '1,412.50\u00a0€' });
  assert.equal(moved, '3 jobs moved to Billing, 1,412.50\u00a0€.');
});

test('what was taken back says where it is again', () => {
  const back = { ...one, from: 'Billing', to: 'Ready to invoice', undone: true };
  assert.equal(movedWords(back), 'Undone. Job 1042 is back in Ready to invoice.');
  assert.equal(movedWords({ ...back, jobs: ['1', '2'] }), 'Undone. 2 jobs are back in Ready to invoice.');
});

test('a lane that this board does not have', () => {
  assert.equal(movedWords({ ...one, to: undefined }), 'Job 1042 left this board. 5 left in Ready to invoice.');
});

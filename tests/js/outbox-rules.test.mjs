// What waits on a phone: the order in which it goes, what a stop announces, and what the strip says.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ahead, brings, coming, next, others, strip, words } from '../../app/static/js/outbox-rules.js';

const TOM = 7;
const INES = 8;
let n = 0;
const item = (verb, more = {}) => ({ n: (n += 1), key: `k${n}`, person: TOM, name: 'Tom', job: 41, verb, state: 'waits', body: [], ...more });
const photo = (kind, more = {}) =>
  item('photos', { body: [['kind', kind], ['client_id', `c-${kind}`]], file: { size: 380000 }, ...more });

test('presses go in the order they were made, whatever job they are for', () => {
  const items = [item('start'), item('note', { job: 42 }), item('stop')];
  const order = [];
  while (items.length) order.push(items.splice(items.indexOf(next(items, TOM, false)), 1)[0].verb);
  assert.deepEqual(order, ['start', 'note', 'stop']);
});

test('photos have a queue of their own and hold up nothing', () => {
  const items = [photo('after'), item('stop')];
  assert.equal(next(items, TOM, false).verb, 'stop');
  assert.equal(next(items, TOM, true).verb, 'photos');
});

test('what another person pressed is never sent as mine', () => {
  const items = [item('start', { person: INES })];
  assert.equal(next(items, TOM, false), null);
  assert.deepEqual(others(items, TOM), [['Tom', 1]]);
});

test('a time press that was not accepted holds up the later ones of its job only', () => {
  const items = [item('start', { state: 'refused' }), item('stop'), item('note'), item('start', { job: 42 })];
  assert.equal(next(items, TOM, false).verb, 'note');
  items.splice(2, 1);
  assert.equal(next(items, TOM, false).job, 42);
});

test('a time press that met a change of the office holds up the later ones too, and says so', () => {
  const items = [item('start', { state: 'changed' }), item('stop')];
  assert.equal(next(items, TOM, false), null);
  assert.deepEqual(strip(items, TOM, {}), { glyph: 'g-warn', word: 'Office changed this job', tone: 'warn', net: '1' });
});

test('a note that was not accepted holds up nothing', () => {
  assert.equal(next([item('note', { state: 'refused' }), item('stop')], TOM, false).verb, 'stop');
});

test('a stop names the photos of its job that are still here', () => {
  const items = [photo('before'), photo('after', { job: 42 }), photo('after', { person: INES }), photo('during', { state: 'refused' })];
  assert.deepEqual(coming(items, 41, TOM), [{ id: 'c-before', kind: 'before' }]);
});

test('the phone shows the last time press that has no answer', () => {
  const items = [item('start'), item('note'), item('stop')];
  assert.equal(ahead(items, 41, TOM).verb, 'stop');
  assert.equal(ahead(items, 42, TOM), null);
  assert.equal(ahead([item('start', { state: 'refused' })], 41, TOM), null);
});

test('the strip has a word, a shape and a tone, and says the worst first', () => {
  const say = (items, told = {}) => strip(items, TOM, told);
  assert.equal(say([]), null);
  assert.equal(say([item('stop', { person: INES })]), null);
  assert.deepEqual(say([item('start'), item('stop')]), { glyph: 'g-quarter', word: 'Saved on this phone', tone: 'warn', net: '2 wait' });
  assert.equal(say([item('stop')], { sending: true }).word, 'Sending…');
  assert.equal(say([item('stop')], { failed: 'signed-out' }).net, 'Sign in to send');
  const bad = say([item('start', { state: 'refused' }), item('note'), item('note')]);
  assert.deepEqual([bad.word, bad.glyph, bad.net], ['Not accepted', 'g-warn', '1 of 3']);
  assert.equal(say([item('stop', { state: 'held' })]).word, 'Office changed this job');
});

test('an item is named as its button was, a photo with its size', () => {
  assert.equal(words(item('undo-stop')), 'Undo stop');
  assert.equal(words(photo('after')), 'Photo after, 380 kB');
  assert.equal(words(item('withdraw-note')), 'withdraw note');
});

test('what an item brings has the name that the page has for it', () => {
  assert.deepEqual([item('note'), photo('after'), item('signature')].map(brings), ['note', 'photos-after', 'signature']);
});

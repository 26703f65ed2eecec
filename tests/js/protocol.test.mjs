// The rules of the live protocol as a screen keeps them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  Place,
  closing,
  freshness,
  known,
  pause,
  shouldRedial,
} from '../../app/static/js/protocol.js';

function greeted(seq = 10) {
  const place = new Place('e1', seq);
  place.hello('b1');
  place.take({ t: 'welcome' });
  return place;
}

const delta = (prev, seq, ops = []) => ({ t: 'delta', prev, seq, ops });

test('a hello says what is on the screen now', () => {
  const hello = new Place('e1', 10, 'office').hello('b1');
  assert.deepEqual(hello, { t: 'hello', v: 1, epoch: 'e1', seq: 10, build: 'b1', audience: 'office' });
});

test('a delta that begins where the screen is, is applied', () => {
  const place = greeted();
  assert.equal(place.take(delta(10, 12)), 'apply');
  place.applied(12);
  assert.equal(place.seq, 12);
});

test('a delta that overlaps what the screen has is applied too', () => {
  assert.equal(greeted().take(delta(7, 11)), 'apply');
});

test('a delta that is not applied leaves the screen where it was', () => {
  const place = greeted();
  place.take(delta(10, 12));
  assert.equal(place.seq, 10);
});

test('a delta that the screen already has is ignored', () => {
  const place = greeted();
  assert.equal(place.take(delta(8, 10)), '');
  assert.equal(place.take(delta(8, 9)), '');
});

test('a gap asks for one hello, a second gap for the snapshot', () => {
  const place = greeted();
  assert.equal(place.take(delta(11, 12)), 'hello');
  place.hello('b1');
  place.take({ t: 'welcome' });
  assert.equal(place.take(delta(11, 12)), 'snapshot');
});

test('a delta that closes the gap makes the next gap a first one again', () => {
  const place = greeted();
  place.take(delta(11, 12));
  place.hello('b1');
  place.take({ t: 'welcome' });
  place.take(delta(10, 12));
  place.applied(12);
  assert.equal(place.take(delta(13, 14)), 'hello');
});

test('nothing counts between a hello and its welcome', () => {
  const place = new Place('e1', 10);
  place.hello('b1');
  assert.equal(place.take(delta(10, 12)), '');
  place.take({ t: 'hb', seq: 15 });
  assert.equal(place.seq, 10);
});

test('a heartbeat never steps over a gap', () => {
  const place = greeted();
  place.take(delta(11, 12));
  place.take({ t: 'hb', seq: 12 });
  assert.equal(place.seq, 10);
});

test('a heartbeat moves the screen on, never back', () => {
  const place = greeted();
  place.take({ t: 'hb', seq: 15 });
  assert.equal(place.seq, 15);
  place.take({ t: 'hb', seq: 12 });
  assert.equal(place.seq, 15);
});

test('a reset asks for the snapshot, and deltas wait for the next welcome', () => {
  const place = greeted();
  assert.equal(place.take({ t: 'reset', why: 'epoch' }), 'snapshot');
  assert.equal(place.take(delta(10, 12)), '');
  place.applied(3, 'e2');
  assert.deepEqual([place.epoch, place.seq], ['e2', 3]);
});

test('a message of a later version is unknown and changes nothing', () => {
  const place = greeted();
  assert.equal(place.take({ t: 'zebra', seq: 99 }), 'unknown');
  assert.equal(place.seq, 10);
});

test('any order of duplicated and delayed deltas ends in the same place', () => {
  const deltas = [delta(10, 11), delta(11, 13), delta(13, 14)];
  const orders = [[0, 0, 1, 2], [0, 1, 0, 1, 2, 2], [0, 1, 2, 1, 0]];
  const ends = orders.map((order) => {
    const place = greeted();
    for (const index of order) if (place.take(deltas[index]) === 'apply') place.applied(deltas[index].seq);
    return place.seq;
  });
  assert.deepEqual(ends, [14, 14, 14]);
});

test('ops that this page does not know are told apart', () => {
  assert.ok(known({ op: 'put', key: 'job-1', lane: 'ready', html: '<article></article>' }));
  assert.ok(known({ op: 'del', key: 'job-1' }));
  assert.ok(!known({ op: 'set', key: 'lane-ready', html: '7' }));
  assert.ok(!known({ op: 'put', key: 'job-1', lane: 'ready' }));
});

test('the first dial after a loss comes within a second', () => {
  assert.equal(pause(0, () => 0), 0);
  assert.equal(pause(0, () => 1), 1000);
});

test('later dials are spread over the whole of a growing span, at most 30 s', () => {
  assert.equal(pause(3, () => 0.5), 4000);
  assert.equal(pause(5, () => 1), 30000);
  assert.equal(pause(5000, () => 1), 30000);
  assert.equal(pause(9, () => 0), 0);
});

test('close codes ask for what the protocol says', () => {
  const asked = [1000, 1001, 1006, 1012, 4001, 4399, 4400, 4401, 4499, 4500, 4999].map(closing);
  const expected = [...Array(6).fill('again'), 'stop', 'stop', 'stop', 'reload', 'reload'];
  assert.deepEqual(asked, expected);
});

test('freshness depends on the last news alone', () => {
  const states = [0, 25000, 25001, 60000, 60001, 300000, 300001].map(freshness);
  assert.deepEqual(states, ['live', 'live', 'reconnecting', 'reconnecting', 'stale', 'stale', 'offline']);
});

test('a screen that slept or heard nothing for two heartbeats dials anew', () => {
  assert.ok(shouldRedial(30001, 0, 15000));
  assert.ok(shouldRedial(0, 30001, 15000));
  assert.ok(!shouldRedial(30000, 30000, 15000));
});

// The socket of a screen against a server that a test plays, on a clock that a test turns.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

const sockets = [];
const ears = {};
const listen = (kind, act) => (ears[kind] = act);

class FakeSocket {
  sent = [];
  readyState = 1;

  constructor(address) {
    this.address = address;
    sockets.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.parse('2026-11-24T12:00:00Z') });
Object.defineProperty(globalThis, 'performance', { value: { now: () => Date.now() } });
Object.assign(globalThis, {
  window: { addEventListener: listen },
  document: { addEventListener: listen, hidden: false },
  location: { origin: 'http://board.test' },
  WebSocket: FakeSocket,
});

console.warn = console.error = () => {};

const { LiveSocket } = await import('../../app/static/js/live-socket.js');

let told;
let applied;
let cannotDraw;
let reloads;
let answers;
let live;
const last = () => sockets[sockets.length - 1];
const pass = (seconds) => {
  for (let second = 0; second < seconds; second += 1) mock.timers.tick(1000);
};
const settled = () => new Promise((resolve) => setImmediate(resolve));
const welcome = { t: 'welcome', v: 1, epoch: 'e1', head: 10, now: '', heartbeat: 15, build: 'b1' };
const put = { op: 'put', key: 'job-1', v: 2, lane: 'ready', rank: 1, html: '<article></article>' };

function greet() {
  last().onopen();
  last().says({ ...welcome, now: new Date().toISOString() });
}

beforeEach(() => {
  if (live) live.stop();
  Object.assign(globalThis, {
    fetch: async () => {
      const body = answers.shift();
      if (!body) throw new TypeError('no network');
      return { ok: !body.status, status: body.status || 200, json: async () => body };
    },
  });
  [applied, cannotDraw, reloads, answers] = [[], false, [], []];
  sockets.length = 0;
  const screen = {
    apply: (ops) => {
      assert.ok(!cannotDraw, 'this screen cannot draw');
      applied.push(...ops);
    },
    replace: (cards) => applied.push('all', ...cards),
    tell: (news) => (told = news),
    reload: (why) => reloads.push(why),
  };
  live = new LiveSocket(screen, { view: 'office', epoch: 'e1', seq: '10', build: 'b1', heartbeat: '15' });
  live.start();
});

test('the first hello resumes from what the page was drawn with', () => {
  greet();
  assert.equal(last().address, 'ws://board.test/ws/live?view=office');
  assert.deepEqual([last().sent[0].epoch, last().sent[0].seq], ['e1', 10]);
});

test('a page is not Live before the server has said anything', () => {
  pass(1);
  assert.equal(told.state, 'reconnecting');
  greet();
  assert.equal(told.state, 'live');
});

test('acks come from the message, at most one a second, and a hello counts', () => {
  greet();
  last().says({ t: 'delta', prev: 10, seq: 11, ops: [put] });
  assert.equal(last().sent.length, 1);
  pass(1);
  last().says({ t: 'delta', prev: 11, seq: 12, ops: [put] });
  last().says({ t: 'delta', prev: 12, seq: 13, ops: [put] });
  assert.deepEqual(last().sent.slice(1), [{ t: 'ack', seq: 12 }]);
});

test('a gap is asked for once on the same socket', () => {
  greet();
  last().says({ t: 'delta', prev: 11, seq: 12, ops: [put] });
  last().says({ t: 'delta', prev: 12, seq: 13, ops: [put] });
  assert.deepEqual(applied, []);
  assert.deepEqual(last().sent.map((message) => message.t), ['hello', 'hello']);
  assert.equal(last().sent[1].seq, 10);
});

test('a reset takes the snapshot and greets again from there on the same socket', async () => {
  greet();
  answers.push({ epoch: 'e2', seq: 3, audience: 'office', cards: [put] });
  last().says({ t: 'reset', why: 'epoch' });
  await settled();
  assert.deepEqual(applied, ['all', put]);
  assert.equal(sockets.length, 1);
  assert.deepEqual([last().sent[1].epoch, last().sent[1].seq], ['e2', 3]);
});

test('a snapshot that does not come is tried again by a new dial', async () => {
  greet();
  last().says({ t: 'reset', why: 'floor' });
  await settled();
  pass(2);
  assert.equal(sockets.length, 2);
});

test('a change that could not be drawn is never stepped over', async () => {
  greet();
  answers.push({ epoch: 'e1', seq: 11, cards: [put] });
  cannotDraw = true;
  last().says({ t: 'delta', prev: 10, seq: 11, ops: [put] });
  last().says({ t: 'hb', seq: 11 });
  await settled();
  assert.deepEqual(applied, ['all', put]);
});

test('25 s of silence are said and answered by a new dial', () => {
  greet();
  pass(25);
  assert.equal(told.state, 'live');
  pass(1);
  assert.equal(told.state, 'reconnecting');
  pass(1);
  assert.equal(sockets.length, 2);
  pass(34);
  assert.equal(told.state, 'stale');
});

test('a server that accepts and says nothing is left after 10 s', () => {
  last().onopen();
  pass(13);
  assert.ok(sockets.length > 1);
});

test('a restart is waited for as long as the server asked', () => {
  mock.method(Math, 'random', () => 0.5, { times: 10 });
  greet();
  last().says({ t: 'bye', code: 1012, after: [4000, 8000] });
  last().onclose({ code: 1012 });
  pass(5);
  assert.equal(sockets.length, 1);
  pass(1);
  assert.equal(sockets.length, 2);
  mock.restoreAll();
});

test('codes that need a person stop everything', () => {
  greet();
  last().onclose({ code: 4401 });
  ears.online();
  pass(120);
  assert.equal(sockets.length, 1);
  assert.deepEqual([told.stopped, told.state], [4401, 'stale']);
});

test('4500 and above reload the page', () => {
  greet();
  last().onclose({ code: 4500 });
  assert.deepEqual(reloads, ['code']);
});

test('a new build and an unknown message are reported, the rest goes on', () => {
  last().onopen();
  last().says({ ...welcome, build: 'b2' });
  last().says({ t: 'zebra' });
  last().says({ t: 'delta', prev: 10, seq: 11, ops: [{ op: 'order', lane: 'ready', keys: [] }, put] });
  assert.deepEqual(reloads, ['build', 'unknown', 'unknown']);
  assert.deepEqual(applied, [put]);
});

test('coming back online dials at once', () => {
  greet();
  ears.online();
  assert.equal(sockets.length, 2);
});

test('a tab that was hidden for long dials anew, a short look away changes nothing', () => {
  greet();
  for (const seconds of [5, 40]) {
    document.hidden = true;
    ears.visibilitychange();
    for (let second = 0; second < seconds; second += 1) {
      mock.timers.tick(1000);
      if (last().onmessage && second % 10 === 0) last().says({ t: 'hb', seq: 10 });
    }
    document.hidden = false;
    ears.visibilitychange();
  }
  assert.equal(sockets.length, 2);
});

test('where sockets are blocked the head is polled and owned up to', async () => {
  answers.push({ epoch: 'e1', seq: 10 }, { epoch: 'e1', seq: 12 }, { epoch: 'e1', seq: 12, cards: [put] });
  last().onclose({ code: 1006 });
  pass(4);
  last().onclose({ code: 1006 });
  pass(4);
  last().onclose({ code: 1006 });
  await settled();
  pass(1);
  assert.deepEqual([told.slow, told.state], [true, 'live']);
  pass(6);
  await settled();
  assert.deepEqual(applied, ['all', put]);
  assert.equal(live.seq, 12);
});

test('signed out over HTTP stops as it does over the socket', async () => {
  greet();
  answers.push({ status: 401 });
  last().says({ t: 'reset', why: 'epoch' });
  await settled();
  assert.equal(told.stopped, 4401);
});

// Keeps one screen equal to the database: dials, hands changes over, and knows how long it has heard nothing.
// What a message means is in protocol.js; what a change looks like is the screen's.

import { Place, RECONNECTING_MS, closing, freshness, known, pause, shouldRedial } from './protocol.js';
import { heardTime, now, stopwatch } from './time.js';

const WELCOME_WITHIN_MS = 10000;
const SETTLED_MS = 10000; // With less, a server that drops everybody after the welcome is dialled without mercy.
const POLL_MS = 5000;
const BLOCKED_AFTER = 3; // Dials in a row without a welcome; a restart costs one or two.

/** Its screen has `apply(ops)`, `replace(cards)`, `reload(why, build)` and, called every second, `tell(news)`. */
export class LiveSocket {
  #screen;
  #view;
  #build;
  #heartbeat;
  #place;
  #socket = null;
  #live = null; // A stopwatch since the welcome.
  #asked = stopwatch(); // Since the dial or hello that has no welcome yet.
  #acked = stopwatch();
  #silence = stopwatch();
  #heardAt = now();
  #news = false; // Until the first, the page is as fresh as when it was drawn.
  #hidden = null;
  #attempt = 0;
  #unwelcome = 0;
  #blocked = false;
  #polled = stopwatch();
  #again = 0;
  #after = null;
  #stopped = 0; // The close code that only a person can mend.
  #fetching = false;
  #snapshots = 0;
  #tick = 0;
  #ears = new AbortController();

  constructor(screen, { view, epoch, seq, build, heartbeat, audience }) {
    this.#screen = screen;
    this.#view = view;
    this.#build = build;
    this.#heartbeat = heartbeat * 1000;
    this.#place = new Place(epoch, Number(seq), audience);
  }

  get seq() {
    return this.#place.seq;
  }

  start() {
    const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: this.#ears.signal });
    listen(window, 'online', () => this.#dial());
    listen(window, 'pageshow', (event) => event.persisted && this.#dial());
    listen(window, 'pagehide', () => this.#drop());
    listen(document, 'resume', () => this.#wake());
    listen(document, 'visibilitychange', () => {
      if (document.hidden) this.#hidden = stopwatch();
      else this.#wake();
    });
    this.#tick = setInterval(() => this.#watch(), 1000);
    this.#dial();
  }

  stop() {
    this.#ears.abort();
    clearInterval(this.#tick);
    this.#drop();
  }

  #wake() {
    const hidden = this.#hidden ? this.#hidden() : 0;
    this.#hidden = null;
    if (shouldRedial(this.#silence(), hidden, this.#heartbeat)) this.#dial();
    this.#tell();
  }

  #dial() {
    this.#drop();
    if (this.#stopped) return;
    this.#asked = stopwatch();
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/live?view=${this.#view}`);
    this.#socket = socket;
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#message(event.data);
    socket.onclose = (event) => this.#closed(event.code);
  }

  /** Lets go of the socket without waiting for its close, which on a dead line takes minutes. */
  #drop() {
    clearTimeout(this.#again);
    this.#live = null;
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #closed(code) {
    this.#unwelcome = this.#live ? 0 : this.#unwelcome + 1;
    this.#drop();
    const next = closing(code);
    if (next === 'reload') this.#screen.reload('code');
    if (next === 'stop') return this.#stop(code);
    const [from, to] = this.#after || [0, 0];
    const wait = to ? from + Math.random() * (to - from) : pause(this.#attempt++, Math.random);
    this.#after = null;
    this.#again = setTimeout(() => this.#dial(), wait);
    return this.#unwelcome >= BLOCKED_AFTER && this.#poll();
  }

  #stop(code) {
    this.#stopped = code;
    this.#drop();
    this.#tell();
  }

  #send(message) {
    this.#acked = stopwatch();
    this.#socket.send(JSON.stringify(message));
  }

  #hello() {
    this.#asked = stopwatch();
    this.#send(this.#place.hello(this.#build));
  }

  #heard(iso) {
    if (iso) heardTime(iso);
    this.#silence = stopwatch();
    this.#heardAt = now();
    this.#news = true;
  }

  #message(text) {
    const message = JSON.parse(text);
    this.#heard(message.now);
    const step = this.#place.take(message);
    if (step === 'welcome') this.#welcome(message);
    if (step === 'apply') this.#apply(message);
    if (step === 'hello') this.#hello();
    if (step === 'snapshot') this.#snapshot();
    if (step === 'bye') this.#after = message.after;
    if (step === 'unknown') this.#screen.reload(step);
    // From here and not from a timer: hidden tabs slow timers down.
    const asks = message.t === 'delta' || message.t === 'hb';
    if (asks && this.#acked() >= 1000) this.#send({ t: 'ack', seq: this.seq });
    this.#tell();
  }

  #welcome({ heartbeat, build }) {
    this.#live = this.#live || stopwatch();
    this.#blocked = false;
    this.#heartbeat = heartbeat * 1000;
    if (this.#build && build !== this.#build) this.#screen.reload('build', build);
  }

  #apply({ seq, ops }) {
    const mine = ops.filter(known);
    try {
      this.#screen.apply(mine);
    } catch (error) {
      console.error(error);
      this.#snapshot(); // Else the next heartbeat would step over what was lost here.
      return;
    }
    this.#place.applied(seq);
    if (mine.length < ops.length) this.#screen.reload('unknown');
  }

  async #ask(path) {
    const answer = await fetch(path, { cache: 'no-cache' });
    if (answer.ok && !answer.redirected) return answer.json();
    const status = answer.redirected ? 401 : answer.status;
    if (status !== 401 && status !== 403) throw new Error(`${path}: ${status}`);
    return this.#stop(4000 + status);
  }

  /** Takes the whole state, then greets again on whichever socket there is by then. */
  async #snapshot() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const state = await this.#ask(`/live/snapshot?view=${this.#view}`);
      if (!state) return;
      this.#screen.replace(state.cards);
      this.#place.applied(state.seq, state.epoch);
      this.#place.audience = state.audience;
      this.#heard();
      if (this.#socket && this.#socket.readyState === 1) {
        // More than a few without ten quiet seconds between them are a circle: left by the slow door.
        if (++this.#snapshots > 3) throw new Error('snapshots in a circle');
        this.#hello();
      }
    } catch (error) {
      console.warn(error);
      if (this.#socket) this.#closed(1006);
    } finally {
      this.#fetching = false;
    }
  }

  /** Asks for the head over HTTP: where a proxy blocks sockets this is the only news there is. */
  async #poll() {
    this.#polled = stopwatch();
    try {
      const head = await this.#ask('/live/head');
      if (!head || this.#live) return;
      this.#blocked = true;
      if (head.epoch === this.#place.epoch && head.seq === this.seq) this.#heard(head.now);
      else await this.#snapshot();
    } catch {
      // No network at all: the age of the last news says so.
    }
  }

  #watch() {
    if (this.#live && this.#live() > SETTLED_MS) this.#attempt = this.#snapshots = 0;
    const asking = !this.#live || (this.#place.waiting && !this.#fetching);
    const unanswered = asking && this.#asked() > WELCOME_WITHIN_MS;
    const silent = this.#live && this.#silence() > RECONNECTING_MS;
    if (this.#socket && (unanswered || silent)) this.#closed(1006);
    if (this.#blocked && !this.#stopped && this.#polled() > POLL_MS) this.#poll();
    this.#tell();
  }

  #tell() {
    const silence = this.#silence();
    const state = this.#stopped ? 'stale' : freshness(silence);
    this.#screen.tell({
      state: state === 'live' && !this.#news ? 'reconnecting' : state,
      news: this.#news,
      stopped: this.#stopped,
      slow: this.#blocked,
      heardAt: this.#heardAt,
      silence,
    });
  }
}

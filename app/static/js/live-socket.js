// Keeps one screen equal to the database: dials, hands changes over, and knows how long it has heard nothing.
// What a message means is in protocol.js; what a change looks like is the screen's.

import { Place, RECONNECTING_MS, closing, freshness, known, pause, shouldRedial } from './protocol.js';
import { heardTime, now, stopwatch } from './time.js';

const WELCOME_WITHIN_MS = 10000;
const SETTLED_MS = 10000; // With less, a server that drops everybody at once is dialled without mercy.
const POLL_MS = 5000;
const BLOCKED_AFTER = 3; // Dials in a row without a welcome; a restart costs one or two.

/** Its screen has `apply(ops)`, `replace(cards)`, `reload(why, build)` and, called every second, `tell(news)`. */
export class LiveSocket {
  #screen;
  #page;
  #place;
  #heartbeat;
  #socket = null;
  #live = null; // A stopwatch since the welcome.
  #asked = stopwatch(); // Since the dial or hello that has no welcome yet.
  #acked = stopwatch();
  #silence = stopwatch();
  #heardAt = now();
  #news = false; // Until then the page is as fresh as when it was drawn.
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

  /** `page`: the view, epoch, seq, build and heartbeat that its data attributes say. */
  constructor(screen, page) {
    this.#screen = screen;
    this.#page = page;
    this.#place = new Place(page.epoch, Number(page.seq), page.audience);
    this.#heartbeat = page.heartbeat * 1000;
  }

  get seq() {
    return this.#place.seq;
  }

  start() {
    const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: this.#ears.signal });
    listen(window, 'online', () => this.#dial());
    listen(window, 'pageshow', (event) => event.persisted && this.#dial());
    listen(window, 'pagehide', () => this.#drop());
    for (const kind of ['visibilitychange', 'resume']) listen(document, kind, () => this.#look());
    this.#tick = setInterval(() => this.#watch(), 1000);
    this.#dial();
  }

  stop() {
    this.#ears.abort();
    clearInterval(this.#tick);
    this.#drop();
  }

  #look() {
    const hidden = this.#hidden ? this.#hidden() : 0;
    this.#hidden = document.hidden ? stopwatch() : null;
    if (!document.hidden && shouldRedial(this.#silence(), hidden, this.#heartbeat)) this.#dial();
    this.#tell();
  }

  #dial() {
    this.#drop();
    if (this.#stopped) return;
    this.#place.waiting = true;
    this.#asked = stopwatch();
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/live?view=${this.#page.view}`);
    this.#socket = socket;
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#message(event.data);
    socket.onclose = (event) => this.#closed(event.code);
  }

  /** Without waiting for the close, which on a dead line takes minutes. */
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
    if (next === 'stop') return void this.#stop(code);
    const [from, to] = this.#after || [0, 0];
    const wait = to ? from + Math.random() * (to - from) : pause(this.#attempt++, Math.random);
    this.#after = null;
    this.#again = setTimeout(() => this.#dial(), wait);
    if (this.#unwelcome >= BLOCKED_AFTER) this.#poll();
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
    this.#send(this.#place.hello(this.#page.build));
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
    else if (step === 'apply') this.#apply(message);
    else if (step === 'hello') this.#hello();
    else if (step === 'snapshot') this.#snapshot();
    else if (step === 'bye') this.#after = message.after;
    else if (step) this.#screen.reload(step);
    // From here and not from a timer: hidden tabs slow timers down.
    const asks = message.t === 'delta' || message.t === 'hb';
    if (asks && this.#acked() >= 1000) this.#send({ t: 'ack', seq: this.seq });
    this.#tell();
  }

  #welcome({ heartbeat, build }) {
    this.#live = this.#live || stopwatch();
    this.#blocked = false;
    this.#heartbeat = heartbeat * 1000;
    if (build !== this.#page.build) this.#screen.reload('build', build);
  }

  #apply({ seq, ops }) {
    const mine = ops.filter(known);
    try {
      this.#screen.apply(mine);
    } catch (error) {
      console.error(error);
      this.#place.waiting = true; // Else the next heartbeat would step over what was lost here.
      return void this.#snapshot();
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

  /** The whole state, and then a hello on whichever socket there is by now. */
  async #snapshot() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const state = await this.#ask(`/live/snapshot?view=${this.#page.view}`);
      if (!state) return;
      this.#screen.replace(state.cards);
      this.#place.applied(state.seq, state.epoch);
      this.#place.audience = state.audience;
      this.#heard();
      if (this.#socket && this.#socket.readyState === 1) {
        if (++this.#snapshots > 3) throw new Error('snapshots in a circle'); // Left by the slow door.
        this.#hello();
      }
    } catch (error) {
      console.warn(error);
      if (this.#socket) this.#closed(1006);
    } finally {
      this.#fetching = false;
    }
  }

  /** Where a proxy blocks sockets this is the only news there is. */
  async #poll() {
    this.#polled = stopwatch();
    try {
      const head = await this.#ask('/live/head');
      if (!head || this.#live) return;
      this.#blocked = true;
      if (head.epoch === this.#place.epoch && head.seq === this.seq) this.#heard(head.now);
      else await this.#snapshot();
    } catch {
      // No network: the age of the last news says so.
    }
  }

  #watch() {
    if (this.#live && this.#live() > SETTLED_MS) this.#attempt = this.#snapshots = 0;
    const asking = this.#place.waiting && !this.#fetching;
    const lost = asking ? this.#asked() > WELCOME_WITHIN_MS : this.#silence() > RECONNECTING_MS;
    if (this.#socket && lost) this.#closed(1006);
    if (this.#blocked && !this.#stopped && this.#polled() > POLL_MS) this.#poll();
    this.#tell();
  }

  #tell() {
    const [silence, news, stopped] = [this.#silence(), this.#news, this.#stopped];
    let state = stopped ? 'stale' : freshness(silence);
    if (state === 'live' && !news) state = 'reconnecting';
    this.#screen.tell({ state, news, stopped, slow: this.#blocked, heardAt: this.#heardAt, silence });
  }
}

// The screen's half of the live protocol as plain rules. No page, no clock, no chance in here.

/** What is on the screen now, as (epoch, seq), and what the next message means for it. */
export class Place {
  waiting = true; // Between a hello and its welcome nothing counts.
  #asked = false; // One hello for a gap, then the snapshot.

  constructor(epoch, seq, audience) {
    this.epoch = epoch;
    this.seq = seq;
    this.audience = audience;
  }

  hello(build) {
    this.waiting = true;
    const { epoch, seq, audience } = this;
    return { t: 'hello', v: 1, epoch, seq, build, audience };
  }

  /** The next step; "" is none. After "apply" say `applied`. */
  take({ t, prev, seq, ops }) {
    if (t === 'welcome') this.waiting = false;
    else if (t === 'hb') {
      if (!this.waiting && seq > this.seq) this.seq = seq;
      return '';
    } else if (t === 'delta') {
      if (this.waiting || seq <= this.seq) return '';
      if (prev <= this.seq) return 'apply';
      this.waiting = true;
      if (this.#asked) return 'snapshot';
      this.#asked = true;
      return 'hello';
    } else if (t === 'reset') {
      this.waiting = true;
      return 'snapshot';
    } else if (t !== 'bye') return 'unknown';
    return t;
  }

  applied(seq, epoch = this.epoch) {
    this.epoch = epoch;
    this.seq = seq;
    this.#asked = false;
  }
}

export const known = ({ op, html, lane }) => op === 'del' || (op === 'put' && Boolean(html && lane));

/** Milliseconds before dial number `attempt`: 0–1 s first, then anywhere up to a ceiling that doubles to 30 s. */
export const pause = (attempt, random) => random() * Math.min(30000, 1000 * 2 ** Math.min(attempt, 10));

/** What a close code asks for: dial "again", "reload" the page, or "stop" until the person acts. */
export function closing(code) {
  if (code < 4400 || code > 4999) return 'again';
  return code < 4500 ? 'stop' : 'reload';
}

export const RECONNECTING_MS = 25000;

export function freshness(silence) {
  if (silence > 300000) return 'offline';
  if (silence > 60000) return 'stale';
  return silence > RECONNECTING_MS ? 'reconnecting' : 'live';
}

/** After a look away; what the socket says of itself counts for nothing. */
export const shouldRedial = (silence, hidden, heartbeat) => silence > 2 * heartbeat || hidden > 30000;

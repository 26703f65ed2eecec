// Says how fresh the page is, in the mark and in `html[data-live]`, and what to do where it cannot be fresh.

import { freeze } from './clock.js';
import { emit } from './emit.js';
import { make } from './make.js';
import { say } from './say.js';
import { zone } from './time.js';
import { freshWords, hm } from './words.js';

/** Shows what a LiveSocket tells. Running times freeze with the page, but not on one's own phone. */
export class Freshness {
  #shown = '';
  #freezes;

  constructor(freezes) {
    this.#freezes = freezes;
  }

  tell(news) {
    const { state, stopped, heardAt } = news;
    // Before the first news the server's own "As of 14:37:12" is the truth.
    if (news.news || state !== 'reconnecting') {
      for (const mark of document.querySelectorAll('p.live')) this.#mark(mark, news);
    }
    const was = this.#shown;
    this.#shown = stopped || state;
    if (this.#shown === was) return;
    document.documentElement.dataset.live = state;
    const since = hm(heardAt, zone());
    for (const place of document.querySelectorAll('[data-stale-since]')) place.textContent = since;
    const dead = state === 'stale' || state === 'offline';
    if (this.#freezes) freeze(dead ? heardAt : null);
    if (stopped) reloads((reload) => reload.stopped(stopped));
    else if (dead && was !== 'stale') say(`Not live since ${since}.`);
    else if (state === 'live' && (was === 'stale' || was === 'offline')) say('Live again.');
    if (state === 'live') emit('rb-online');
  }

  #mark(mark, news) {
    const { dataset } = mark;
    // On the phone a press speaks here: while it waits, and "Sent" until there is worse news.
    if (dataset.net === 'wait' || (dataset.net === 'sent' && news.state === 'live')) return;
    delete dataset.net;
    dataset.live = news.state === 'offline' ? 'stale' : news.state;
    const [strong, rest] = freshWords(news, zone());
    const text = mark.querySelector('[data-live-text]');
    if (text.textContent === strong + rest) return;
    text.textContent = '';
    text.append(make('b', {}, strong), rest);
  }
}

/** Seldom needed, so it is fetched when it is. */
const reloads = (act) => import('./reload.js').then(act).catch(console.warn);

export const renew = (why, build) => reloads((reload) => reload.renew(why, build));

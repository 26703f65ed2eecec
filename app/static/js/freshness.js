// Says how fresh the page is, in the mark and in `html[data-live]`, and what to do where it cannot be fresh.

import { freeze } from './clock.js';
import { make } from './make.js';
import { offer, reloadWhenIdle } from './reload.js';
import { say } from './say.js';
import { zone } from './time.js';
import { freshWords, hm } from './words.js';

const STOPPED = {
  4401: ['You are signed out.', 'Sign in again', '/sign-in?next='],
  4403: ['You may no longer see this page.', 'Go to your own page', '/?from='],
  4409: ['Readyboard is open too often here. Close another tab.', 'Try again'],
};

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
    if (stopped) this.#stop(stopped);
    else if (dead && was !== 'stale') say(`Not live since ${since}.`);
    else if (state === 'live' && (was === 'stale' || was === 'offline')) say('Live again.');
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

  #stop(code) {
    // Nobody stands before a television to press a link: its page leads to the pairing code.
    if (document.documentElement.classList.contains('wall')) return reloadWhenIdle(`${code} ${Date.now()}`, 0, 0);
    const [sentence, label, to] = STOPPED[code] || ['This page is too old to go on.'];
    return offer(sentence, label, to && to + encodeURIComponent(location.pathname + location.search));
  }
}

export function renew(why, build) {
  if (why === 'unknown') offer('A newer version sent something this page does not know.');
  else reloadWhenIdle(build || why + Math.floor(Date.now() / 60000));
}

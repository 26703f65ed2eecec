// <rb-live>: a page that is no board but stays true. When the socket names its job it fetches itself and replaces each
// `[data-region]` that the server draws differently now, but not under a hand or a half-typed word.

import { refresh } from './clock.js';
import { restoreDrafts, typed } from './drafts.js';
import { emit } from './emit.js';
import { Freshness, renew } from './freshness.js';
import { LiveSocket } from './live-socket.js';
import { pageAt } from './page-at.js';

/** By name and number: a page may show one name in two places. */
const regions = (root) =>
  new Map([...root.querySelectorAll('[data-region]')].map((one, at) => [one.dataset.region + at, one]));

/** What the server drew, but for the keys, which it makes anew each time. */
const drawn = (region) => region.innerHTML.replace(/ name="key" value="[^"]*"/g, '');

const shown = () => emit('rb-shown');

function adopt(place, from) {
  const active = document.activeElement;
  const focused = place.contains(active);
  place.textContent = '';
  for (const node of [...from.childNodes]) place.append(document.importNode(node, true));
  for (const { name, value } of from.attributes) place.setAttribute(name, value);
  place.removeAttribute('data-ahead');
  restoreDrafts(place);
  refresh(place);
  if (!focused) return;
  place.tabIndex = -1;
  (document.getElementById(active.id) || place).focus({ preventScroll: true });
}

class LivePage extends HTMLElement {
  #socket;
  #served; // What the server drew last, before clocks rewrote it.
  #next = null; // A newer page, until all of it is shown.
  #fetching = false;
  #again = false;
  #hand = null;
  #ears = new AbortController();

  connectedCallback() {
    this.#remember(this);
    const listen = (kind, act) => document.addEventListener(kind, act, { signal: this.#ears.signal });
    listen('rb-done', (event) => this.#done(event));
    listen('rb-answer', (event) => this.#done(event));
    listen('rb-released', () => this.#show());
    listen('rb-sent', () => this.#fetch());
    listen('focusout', () => setTimeout(() => this.#show()));
    listen('pointerdown', ({ target }) => (this.#hand = target));
    for (const kind of ['pointerup', 'pointercancel']) {
      listen(kind, () => {
        this.#hand = null;
        setTimeout(() => this.#show()); // After the click that this release makes.
      });
    }
    const { key, view } = this.dataset;
    const freshness = new Freshness(view !== 'technician');
    this.#socket = new LiveSocket(
      {
        apply: (ops) => (!key || ops.some((op) => op.key === key)) && this.#fetch(),
        replace: () => this.#fetch(),
        tell: (news) => freshness.tell(news),
        reload: renew,
      },
      this.dataset,
    );
    this.#socket.start();
  }

  disconnectedCallback() {
    this.#ears.abort();
    this.#socket.stop();
  }

  #remember(root) {
    this.#served = new Map([...regions(root)].map(([name, region]) => [name, drawn(region)]));
  }

  /** The answer to a press is this page as it is now, or else left to whoever asked. */
  #done(event) {
    const { page, url } = event.detail;
    const here = event.type === 'rb-answer' || new URL(url).pathname === location.pathname;
    if (page && !(here && page.querySelector('rb-live'))) return;
    event.preventDefault();
    if (!page) return void this.#fetch();
    this.#show(page, true);
    const errors = this.querySelector('.errors');
    if (errors) errors.focus();
  }

  /** One fetch at a time; what changes meanwhile asks for one more. */
  async #fetch() {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    const page = await pageAt(location.href);
    this.#fetching = false;
    if (this.#again) this.#fetch();
    else if (!page) setTimeout(() => this.#fetch(), 3000);
    else if (page.querySelector('rb-live')) this.#show(page);
    else import('./reload.js').then(({ offer }) => offer('This page has changed.'));
  }

  /** Shows what may be shown now; after one's own press only typed words wait. */
  #show(page = this.#next, pressed = false) {
    this.#next = page;
    if (!page) return;
    const next = regions(page);
    const mine = regions(this);
    if ([...next.keys()].join() !== [...mine.keys()].join()) {
      if (!this.#inUse(this, pressed)) this.#whole(page);
      return;
    }
    this.#next = null;
    for (const [name, region] of mine) {
      const newer = next.get(name);
      // What the phone drew itself, ahead of the server, goes in any case.
      if (drawn(newer) === this.#served.get(name) && !region.hasAttribute('data-ahead')) continue;
      if (this.#inUse(region, pressed)) this.#next = page;
      else {
        this.#served.set(name, drawn(newer));
        adopt(region, newer);
      }
    }
    const [strip, newer] = [this, page].map((root) => root.querySelector('.strip'));
    if (strip) Object.assign(strip.dataset, newer.dataset);
    shown();
  }

  /** Other regions than before: all is replaced but the mark that says what was sent. */
  #whole(page) {
    const mark = this.querySelector('.strip-net');
    this.#remember(page);
    adopt(this, page.querySelector('rb-live'));
    if (mark) this.querySelector('.strip-net').replaceWith(mark);
    this.#next = null;
    shown();
  }

  #inUse(place, pressed) {
    if (typed(place) || (this.#hand && place.contains(this.#hand))) return true;
    const active = document.activeElement;
    return !pressed && place.contains(active) && active.matches('input, textarea, select');
  }
}

customElements.define('rb-live', LivePage);

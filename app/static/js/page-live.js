// <rb-live>: a page that is no board but stays true. When the socket names its job, the page is fetched again and each
// `[data-region]` that the server now draws differently is replaced, but not under a hand or a half-typed word.

import { refresh } from './clock.js';
import { restoreDrafts } from './drafts.js';
import { Freshness, renew } from './freshness.js';
import { LiveSocket } from './live-socket.js';
import { pageAt } from './press.js';
import { offer, typed } from './reload.js';

/** Regions by name and number: a page may show one name in two places. */
const regions = (root) =>
  new Map([...root.querySelectorAll('[data-region]')].map((one, index) => [one.dataset.region + index, one]));

function adopt(place, from) {
  place.textContent = '';
  for (const node of [...from.childNodes]) place.append(document.importNode(node, true));
  for (const { name, value } of from.attributes) place.setAttribute(name, value);
  restoreDrafts(place);
  refresh(place);
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
    this.#served = new Map([...regions(root)].map(([name, region]) => [name, region.innerHTML]));
  }

  /** The answer to a press: this page as it is now, or another one, which whoever asked will open. */
  #done(event) {
    const { page, url } = event.detail;
    const here = event.type === 'rb-answer' || new URL(url).pathname === location.pathname;
    if (page && !(here && page.querySelector('rb-live'))) return;
    event.preventDefault();
    if (page) this.#show(page, true);
    else this.#fetch();
    const errors = page && this.querySelector('.errors');
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
    else offer('This page has changed.');
  }

  /** Shows what may be shown now of the newer page. After one's own press only typed words are in the way. */
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
      if (newer.innerHTML === this.#served.get(name)) continue;
      if (this.#inUse(region, pressed)) this.#next = page;
      else {
        this.#served.set(name, newer.innerHTML);
        this.#keepFocus(region, () => adopt(region, newer));
      }
    }
    const [strip, newer] = [this, page].map((root) => root.querySelector('.strip'));
    if (strip) strip.dataset.tone = newer.dataset.tone;
  }

  /** Other regions than before: everything is replaced but the mark that says what was sent. */
  #whole(page) {
    const mark = this.querySelector('.strip-net');
    this.#remember(page);
    this.#keepFocus(this, () => adopt(this, page.querySelector('rb-live')));
    if (mark) this.querySelector('.strip-net').replaceWith(mark);
    this.#next = null;
  }

  #inUse(place, pressed) {
    if (typed(place) || (this.#hand && place.contains(this.#hand))) return true;
    const active = document.activeElement;
    return !pressed && place.contains(active) && active.matches('input, textarea, select');
  }

  #keepFocus(place, act) {
    const { activeElement } = document;
    const inside = place.contains(activeElement);
    act();
    if (!inside) return;
    const again = (activeElement.id && document.getElementById(activeElement.id)) || place;
    if (again === place) place.tabIndex = -1;
    again.focus({ preventScroll: true });
  }
}

customElements.define('rb-live', LivePage);

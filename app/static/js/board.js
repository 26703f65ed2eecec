// <rb-board>: every card of a view, by lane. Holds the whole state, follows the socket, and never shifts a card under
// the pointer or touches one behind an open dialog: such a change waits until it is let go.

import './ages.js';
import { emit } from './emit.js';
import { belongs, chosen, listenToTabs, showCounts } from './filter.js';
import { Freshness, renew } from './freshness.js';
import { Lane, parse } from './lane.js';
import { LiveSocket } from './live-socket.js';
import { make } from './make.js';
import { reloadWhenIdle } from './reload.js';
import { keepTick } from './ticks.js';
import { now, zone } from './time.js';
import { isoDay } from './words.js';

const FRESH_MS = 8000;
const JUST_IN_MS = 30000;
const HOLD_MS = 5000; // A pointer that lies still holds nothing: a forgotten mouse must not make a board old.

/** A card is its op and what its element says of itself: state, number, day, late. */
const cardOf = (op, article = parse(op.html)) => ({ ...article.dataset, ...op });

function drawnCard(article) {
  const { lane, v, rank } = article.dataset;
  const op = { key: article.id, lane, v: Number(v), rank: Number(rank), html: article.outerHTML };
  return [op.key, cardOf(op, article)];
}

class Board extends HTMLElement {
  cards = new Map(); // The truth as of the socket's seq.
  #settled = new Map(); // What is on the screen: the same, but for what is held.
  #held = new Set();
  #lanes = new Map();
  #fresh = new Map();
  #mine = new Map(); // Cards this person moves just now, and whether back to where they were.
  #from = null; // Where work goes on after that.
  #pointer = { key: '', at: 0 };
  #filter = null;
  #state = '';
  #day = isoDay(now(), zone());
  #timer = 0;
  #freshness = new Freshness(true);
  #socket;
  #ears = new AbortController();

  connectedCallback() {
    for (const section of this.querySelectorAll('section[data-lane]')) {
      const lane = new Lane(section, this.dataset.view === 'wall');
      this.#lanes.set(lane.key, lane);
      for (const article of lane.drawn()) this.cards.set(...drawnCard(article));
    }
    this.#settled = new Map(this.cards);
    this.#listen();
    this.#choose();
    const screen = {
      apply: (ops) => this.#apply(ops),
      replace: (cards) => this.#replace(cards),
      tell: (news) => this.#tell(news),
      reload: renew,
    };
    this.#socket = new LiveSocket(screen, this.dataset);
    this.#socket.start();
    this.#timer = setInterval(() => this.#pass(), 1000);
  }

  disconnectedCallback() {
    this.#socket.stop();
    this.#ears.abort();
    clearInterval(this.#timer);
  }

  get lanes() {
    return [...this.#lanes.values()];
  }

  #listen() {
    const { signal } = this.#ears;
    const listen = (target, kind, act) => target.addEventListener(kind, act, { signal });
    const point = ({ target }) => {
      const li = target.closest('[data-key]');
      const before = this.#pointer.key;
      this.#pointer = { key: li ? li.dataset.key : '', at: Date.now() };
      if (this.#pointer.key !== before) this.#release();
    };
    listen(this, 'pointermove', point);
    listen(this, 'pointerdown', point);
    listen(this, 'pointerleave', () => {
      this.#pointer.key = '';
      this.#release();
    });
    listen(window, 'resize', () => this.#arrange(this.lanes));
    listen(document, 'rb-released', () => this.#release());
    listen(document, 'rb-sending', ({ detail }) => this.#sending(detail));
    listen(document, 'rb-over', ({ detail }) => this.#moving(detail.keys, false));
    listen(document, 'rb-done', (event) => this.#done(event));
    listenToTabs(() => this.#choose(), signal);
  }

  #choose() {
    this.#filter = chosen();
    this.#arrange(this.lanes);
    this.#totals();
  }

  #tell(news) {
    this.#freshness.tell(news);
    // A wall that is not live has less room for cards.
    if (news.state !== this.#state) this.#arrange(this.lanes);
    this.#state = news.state;
  }

  // What the server says.

  #apply(ops) {
    const next = ops.map((op) => [op.key, op.op === 'put' ? cardOf(op) : null]);
    const [arrived, heard] = [[], []];
    for (const [key, card] of next) {
      const before = this.cards.get(key);
      if (card && (!before || before.lane !== card.lane)) arrived.push(card);
      if (card) this.cards.set(key, card);
      else this.cards.delete(key);
      if (this.#concerns(key, before, card)) heard.push([before, card, this.#mine.get(key)]);
      this.#mine.delete(key);
    }
    for (const card of arrived) this.#fresh.set(card.key, Date.now() + FRESH_MS);
    this.#settle(next.map(([key]) => key));
    for (const card of arrived) this.#justIn(card);
    this.#announce(heard);
    this.#changed(arrived);
  }

  #replace(ops) {
    const keys = [...this.cards.keys(), ...ops.map((op) => op.key)];
    this.cards = new Map(ops.map((op) => [op.key, cardOf(op)]));
    this.#settle(keys);
    this.#changed([]);
  }

  #changed(arrived) {
    this.#totals();
    emit('rb-changed', arrived);
  }

  // What the screen shows.

  #holds(key) {
    const dialog = document.querySelector('dialog[open]');
    if (dialog && dialog.dataset.cards.split(' ').includes(key)) return true;
    if (this.querySelector(`[data-dragging][data-key="${key}"]`)) return true;
    const under = this.#settled.get(this.#pointer.key);
    if (!under || Date.now() - this.#pointer.at > HOLD_MS) return false;
    // What comes, goes or grows above it in the same lane would shift it.
    const lane = this.#lanes.get(under.lane);
    return [this.cards.get(key), this.#settled.get(key)].some(
      (one) => one && one.lane === lane.key && lane.compare(one, under) <= 0,
    );
  }

  #settle(keys) {
    const touched = new Set();
    for (const key of keys) {
      const [before, card] = [this.#settled.get(key), this.cards.get(key)];
      if (before && card && before.html === card.html && before.rank === card.rank) continue;
      if (this.#holds(key)) {
        this.#held.add(key);
        continue;
      }
      this.#held.delete(key);
      if (card) this.#settled.set(key, card);
      else this.#settled.delete(key);
      for (const one of [before, card]) touched.add(one && this.#lanes.get(one.lane));
    }
    this.#arrange([...touched].filter(Boolean));
  }

  #arrange(lanes) {
    const active = document.activeElement;
    const li = active.closest('rb-board [data-key]');
    const beside = li && this.#beside(li);
    const link = li && `[data-key="${li.dataset.key}"] [href="${active.getAttribute('href')}"]`;
    const mine = li && li.closest('section');
    const filter = this.#filter;
    for (const lane of lanes) {
      const cards = [...this.#settled.values()].filter((card) => card.lane === lane.key);
      lane.show(cards, (card) => !filter || belongs(card, filter), (place) => this.#mark(place));
    }
    // Focus follows its card within the lane; a card that left hands it to the next one.
    if (li && !active.isConnected) (mine.querySelector(link) || this.linkOf(beside) || document.body).focus();
  }

  /** The words that stand on a card for a moment only; the server's bytes never hold them. */
  #mark(li) {
    const { key } = li.dataset;
    const card = li.querySelector('article');
    keepTick(li);
    const fresh = this.#fresh.has(key);
    const old = card.querySelector('[data-word]');
    if (old) old.remove();
    card.toggleAttribute('data-fresh', fresh);
    const moving = this.#mine.has(key);
    // Where the card says how long ago, the clock writes "just now" there.
    if (!moving && (!fresh || card.querySelector('[data-show="ago"]'))) return;
    const word = { class: 'badge', 'data-word': '', 'data-tone': moving ? 'idle' : 'done' };
    const place = card.querySelector('.badges, .wall-line') || card;
    place.append(make('span', word, moving ? 'Moving…' : 'just now'));
  }

  #markAgain(key) {
    const li = this.querySelector(`li[data-key="${key}"]`);
    if (li) this.#mark(li);
  }

  #justIn({ key, lane, number }) {
    const into = this.#lanes.get(lane);
    const place = into && into.section.querySelector('[data-just-in]');
    if (!place) return;
    place.textContent = '';
    place.append(make('a', { href: `#${key}` }, number), ' just in');
    place.hidden = false;
    clearTimeout(place.timer);
    place.timer = setTimeout(() => (place.hidden = true), JUST_IN_MS);
  }

  /** The figures around the lanes. Lateness comes by itself, so they are looked at every second. */
  #totals() {
    const cards = [...this.cards.values()];
    const late = cards.filter((card) => Date.parse(card.late) <= now()).length;
    for (const place of document.querySelectorAll('[data-late-count]')) place.textContent = late;
    for (const line of document.querySelectorAll('[data-late-line]')) line.hidden = late === 0;
    for (const place of document.querySelectorAll('[data-count-of]')) {
      place.textContent = cards.filter((card) => card.lane === place.dataset.countOf).length;
    }
    showCounts(cards);
  }

  /** Once a second: fresh marks end, sleeping pointers let go, and midnight passes. */
  #pass() {
    for (const [key, end] of this.#fresh) {
      if (end > Date.now()) continue;
      this.#fresh.delete(key);
      this.#markAgain(key);
    }
    this.#release();
    this.#totals();
    // The tabs' days are the server's: after midnight they are yesterday's.
    const day = isoDay(now(), zone());
    if (day !== this.#day) reloadWhenIdle(day, 30000, 600000);
  }

  #release() {
    if (this.#held.size) this.#settle([...this.#held]);
  }

  // What this person does.

  #sending({ keys, undo = false }) {
    const li = keys.length ? this.querySelector(`li[data-key="${keys[0]}"]`) : null;
    const lane = li && this.lanes.find(({ section }) => section.contains(li));
    this.#from = lane && { lane, at: lane.visible().indexOf(li) };
    this.#moving(keys, true, undo);
  }

  #moving(keys, yes, undo = false) {
    for (const key of keys) {
      if (yes) this.#mine.set(key, undo);
      else this.#mine.delete(key);
      this.#markAgain(key);
    }
  }

  /** A press was accepted: work goes on with the next card of the lane it came from. */
  #done(event) {
    const { keys = [], seq } = event.detail;
    event.preventDefault();
    // Nothing visible may come of it: then "Moving…" must not stay.
    setTimeout(() => this.#moving(keys, false), seq && seq <= this.#socket.seq ? 0 : 10000);
    const next = this.#from && this.#after(keys);
    this.#release();
    if (next) next.focus();
  }

  /** The first card behind those that move, or before them; the lane's head where none is left. */
  #after(keys) {
    const { lane, at } = this.#from;
    const places = lane.visible();
    const stays = (li) => !keys.includes(li.dataset.key);
    const next = places.slice(at).find(stays) || places.slice(0, at).filter(stays).pop();
    return this.linkOf(next) || lane.section.querySelector('h2');
  }

  /** Only one's own moves are read out, and changes of the card that has focus. */
  #concerns(key, before, card) {
    if (!before || (card && before.lane === card.lane)) return false;
    const focused = document.activeElement.closest('[data-key]');
    return this.#mine.has(key) || (focused && focused.dataset.key === key);
  }

  #announce(moves) {
    if (!moves.length) return;
    const [[before, card, undone]] = moves;
    const nameOf = (one) => one && this.#lanes.has(one.lane) && this.#lanes.get(one.lane).name;
    const left = [...this.cards.values()].filter((one) => one.lane === before.lane).length;
    const detail = { cards: moves.map(([one]) => one), from: nameOf(before), to: nameOf(card), left, undone };
    emit('rb-moved', detail);
  }

  /** The next visible card of the same lane, or else the one before. */
  #beside(li) {
    const lane = this.lanes.find(({ section }) => section.contains(li));
    const places = lane.visible();
    const at = places.indexOf(li);
    return places[at + 1] || places[at - 1];
  }

  linkOf(li) {
    return li && li.querySelector('a');
  }
}

customElements.define('rb-board', Board);

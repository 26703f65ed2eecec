// One lane of a board: puts cards into its list in order, counts them, and on a wall shows as many as fit.

import { onBoard, sum } from './cash.js';
import { refresh } from './clock.js';

const MOST_TRIED = 12; // Cards laid out to see how many fit; no wall shows more in one lane.

const idOf = ({ key }) => Number(key.split('-')[1]);

export function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}

export class Lane {
  #list;
  #sign;
  #fits;

  constructor(section, fits) {
    this.section = section;
    this.key = section.dataset.lane;
    this.#list = section.querySelector('[data-cards]');
    this.#sign = section.dataset.order === 'newest' ? -1 : 1;
    this.#fits = fits;
  }

  get name() {
    return this.section.querySelector('.lane-name, h2').firstChild.textContent.trim();
  }

  /** What the server drew: the cards in the list and those that wait in `template.lane-rest`. */
  drawn() {
    const rest = this.section.querySelector('template.lane-rest');
    const waiting = rest ? rest.content.querySelectorAll('article') : [];
    if (rest) rest.remove();
    return [...this.#list.querySelectorAll('article'), ...waiting];
  }

  visible() {
    return [...this.#list.children].filter((li) => !li.hidden);
  }

  compare(a, b) {
    const drafts = this.key === 'billing' ? Number(a.invoice || 0) - Number(b.invoice || 0) : 0;
    return drafts || this.#sign * (a.rank - b.rank || idOf(a) - idOf(b));
  }

  /** Makes the list equal to `cards` and touches only what changed. `mark(li)` may add words to a new card. */
  show(cards, belongs, mark) {
    const wanted = [...cards].sort((a, b) => this.compare(a, b));
    const ours = wanted.filter(belongs);
    const shown = ours.length;
    const tried = this.#fits ? wanted.slice(0, MOST_TRIED) : wanted;
    this.#clear(new Map(tried.map((card) => [card.key, card])));
    tried.forEach((card, index) => this.#put(card, index, mark).hidden = !belongs(card));
    for (const place of this.section.querySelectorAll('[data-count]')) place.textContent = shown;
    for (const place of this.section.querySelectorAll('[data-sum]')) place.textContent = onBoard(sum(ours));
    this.section.querySelector('[data-empty]').hidden = shown > 0;
    if (this.#fits) this.#cut(wanted.length);
    this.section.dispatchEvent(new CustomEvent('rb-lane', { detail: wanted }));
  }

  /** Takes out what went, and what moved within the lane, so that the rest can stay where it is. */
  #clear(wanted) {
    for (const li of [...this.#list.children]) {
      const card = wanted.get(li.dataset.key);
      if (!card || Number(li.querySelector('article').dataset.rank) !== card.rank) li.remove();
    }
  }

  #put(card, index, mark) {
    const there = this.#list.children[index];
    let li = there;
    if (!li || li.dataset.key !== card.key) {
      li = document.createElement('li');
      li.dataset.key = card.key;
      this.#list.insertBefore(li, there || null);
    } else if (li.card === card || (!li.card && li.querySelector('article').dataset.v === String(card.v))) {
      li.card = card;
      return li;
    }
    li.card = card;
    li.textContent = '';
    li.append(parse(card.html));
    mark(li);
    refresh(li);
    return li;
  }

  /** Takes cards off the end until the last one, and "+4 more" under it, stand inside the lane. */
  #cut(total) {
    const items = [...this.#list.children];
    const more = this.section.querySelector('[data-more]');
    more.hidden = true;
    const bottoms = items.map((li) => li.getBoundingClientRect().bottom);
    const padding = parseFloat(getComputedStyle(this.section).paddingBottom) || 0;
    const room = this.section.getBoundingClientRect().bottom - padding + 1;
    let fit = bottoms.filter((bottom) => bottom <= room).length;
    if (fit < total) {
      more.hidden = false;
      more.textContent = `+${total - fit} more`;
      const line = more.getBoundingClientRect().height;
      while (fit > 0 && bottoms[fit - 1] > room - line) fit -= 1;
      more.textContent = `+${total - fit} more`;
    }
    for (const li of items.slice(fit)) li.remove();
  }
}

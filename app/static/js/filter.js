// The tabs of the dispatch board: which cards each shows, and how many. The rule is the server's, in data attributes:
// the card's lane is listed and, for a planned card, its day lies within the two. The billing board has no tabs; its
// address may narrow it to one customer or technician, and to work that was finished so many days ago.

import { now } from './time.js';

export function belongs(card, { from, to, lanes, customer, technician, older }, at = now()) {
  if (older && !(card.since && at - Date.parse(card.since) > older * 864e5)) return false;
  if (customer && card.customer !== customer) return false;
  if (technician && !card.people.split(' ').includes(technician)) return false;
  if (lanes && !lanes.split(' ').includes(card.lane)) return false;
  if (card.lane !== 'scheduled' || !card.day) return true;
  return (!from || card.day >= from) && (!to || card.day <= to);
}

const tabs = () => [...document.querySelectorAll('a[data-filter]')];

/** The rule of the chosen tab, or what the board itself is narrowed to; undefined where all cards are shown. */
export function chosen() {
  const tab = tabs().find((one) => one.hasAttribute('aria-current'));
  const narrowed = tab || document.querySelector('rb-board[data-customer], rb-board[data-technician], rb-board[data-older]');
  return narrowed ? narrowed.dataset : undefined;
}

export function showCounts(cards) {
  for (const tab of tabs()) {
    tab.querySelector('.count').textContent = cards.filter((card) => belongs(card, tab.dataset)).length;
  }
}

/** Lets the tabs work without a new page. The address keeps the choice. */
export function listenToTabs(act, signal) {
  for (const tab of tabs()) {
    const choose = (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      for (const one of tabs()) one.removeAttribute('aria-current');
      tab.setAttribute('aria-current', 'true');
      history.replaceState(null, '', tab.href);
      act();
    };
    tab.addEventListener('click', choose, { signal });
  }
}

// Cards dragged with mouse, pen or finger. Which lane takes what, and why not, the page carries from the server's rules;
// the drop sends what the Move dialog sends. A finger must rest first, so that a board can still be scrolled.

import { openDialog } from './dialog.js';
import './draft-heads.js';
import { emit } from './emit.js';
import { make } from './make.js';
import { ask, isTicked, sendCard, sendCards, tickedCards } from './picking.js';
import { say } from './say.js';

const FAR_PX = 8;
const REST_MS = 350;
const TOGETHER = { send_to_billing: '/office/bill', take_back: '/office/take-back' };
const DIALOGS = { plan: 'schedule', reason: 'hold', question: 'ask' };

const board = document.querySelector('rb-board[data-moves]');
const moves = JSON.parse(board.dataset.moves);
let drag = null; // {li, x, y, cards, ghost, over, on}

/** What dropping `cards` on the lane does: {verb, needs} or {why}. */
function moveTo(cards, lane) {
  if (cards.every((card) => card.dataset.lane === lane)) return {};
  const found = cards.map((card) => (moves[card.dataset.lane] || {})[lane] || { why: 'Not from there.' });
  const refused = found.find(({ why }) => why);
  if (refused || cards.length === 1) return refused || found[0];
  const same = found.every(({ verb }) => verb === found[0].verb);
  return same && TOGETHER[found[0].verb] ? found[0] : { why: 'Move these one by one.' };
}

function begin(event) {
  const card = drag.li.querySelector('article');
  drag.cards = isTicked(card.id) ? tickedCards() : [card];
  drag.on = true;
  const many = drag.cards.length;
  drag.ghost = make('div', { class: 'dragged' }, many > 1 ? `${many} jobs` : card.querySelector('h3').textContent);
  document.body.append(drag.ghost);
  for (const one of drag.cards) one.closest('li').setAttribute('data-dragging', '');
  for (const section of board.querySelectorAll('section[data-lane]')) {
    const { verb, why } = moveTo(drag.cards, section.dataset.lane);
    section.toggleAttribute('data-takes', Boolean(verb));
    section.dataset.whyNot = why || '';
  }
  follow(event);
}

/** A short lane takes what is dropped below its last card, too: on a long board that is all one sees of it. */
function laneAt(x, y) {
  const above = [...board.querySelectorAll('section[data-lane]')].filter((section) => {
    const { left, right, top } = section.getBoundingClientRect();
    return left <= x && x <= right && top <= y;
  });
  return above.pop() || null;
}

/** The ghost under the pointer, and in the lane below it the reason, if it does not take them. */
function follow({ clientX, clientY }) {
  drag.ghost.style.left = `${clientX + 8}px`;
  drag.ghost.style.top = `${clientY + 8}px`;
  const over = laneAt(clientX, clientY);
  if (over === drag.over) return;
  drag.over = over;
  for (const place of board.querySelectorAll('[data-why]')) {
    const section = place.closest('section');
    place.textContent = section.dataset.whyNot || '';
    place.hidden = section !== over || !section.dataset.whyNot;
  }
  if (over && over.dataset.whyNot) say(over.dataset.whyNot);
}

function end() {
  if (!drag) return;
  clearTimeout(drag.timer);
  if (drag.on) {
    drag.ghost.remove();
    for (const li of board.querySelectorAll('[data-dragging]')) li.removeAttribute('data-dragging');
    for (const section of board.querySelectorAll('section[data-lane]')) {
      section.removeAttribute('data-takes');
      delete section.dataset.whyNot;
    }
    for (const place of board.querySelectorAll('[data-why]')) place.hidden = true;
    // The click that follows a drop is none.
    addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', stop, { capture: true }), 50);
    emit('rb-released');
  }
  drag = null;
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

function drop({ li, cards, over }) {
  const lane = over && over.dataset.lane;
  const { verb, why, needs } = lane ? moveTo(cards, lane) : {};
  if (why) say(`Not moved. ${why}`);
  if (!verb) return;
  const [card] = cards;
  if (needs === 'preview') location.assign(`/invoices/${card.dataset.invoice}`);
  else if (needs === 'payment') location.assign(`/invoices/${card.dataset.invoice}#payment`);
  else if (needs) dialogOf(li, `/jobs/${card.id.split('-')[1]}/${DIALOGS[needs]}`);
  else if (cards.length === 1) sendCard(card, lane);
  else if (verb === 'send_to_billing' && new Set(cards.map((one) => one.dataset.customer)).size > 1) ask(cards);
  else sendCards(cards, TOGETHER[verb]);
}

function dialogOf(li, href) {
  const link = make('a', { href, hidden: '' });
  li.append(link);
  openDialog(link);
  link.remove();
}

const far = ({ clientX, clientY }) => Math.hypot(clientX - drag.x, clientY - drag.y) > FAR_PX;

board.addEventListener('pointerdown', (event) => {
  const li = event.target.closest('li[data-key]');
  if (!li || event.button || event.ctrlKey || event.metaKey || event.target.closest('button, .button, label, .needs a')) return;
  drag = { li, x: event.clientX, y: event.clientY, id: event.pointerId, touch: event.pointerType === 'touch' };
  if (drag.touch) drag.timer = setTimeout(() => begin(event), REST_MS);
});
document.addEventListener('pointermove', (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  if (drag.on) follow(event);
  else if (far(event) && drag.touch) end();
  else if (far(event)) begin(event);
});
document.addEventListener('pointerup', (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const dropped = drag.on && drag;
  end();
  if (dropped) drop(dropped);
});
document.addEventListener('pointercancel', end);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !drag || !drag.on) return;
  end();
  say('Not moved.');
});
// Links and pictures have a drag of their own; a resting finger has a menu; a dragging one scrolls.
board.addEventListener('dragstart', (event) => event.preventDefault());
board.addEventListener('contextmenu', (event) => drag && drag.touch && event.preventDefault());
document.addEventListener('touchmove', (event) => drag && drag.on && event.preventDefault(), { passive: false });

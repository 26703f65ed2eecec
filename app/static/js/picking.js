// Ticked cards and the bar that says what they come to. Without this module the bar is a form that asks on its own page.

import { onBoard, sum } from './cash.js';
import { openDialog, showPage } from './dialog.js';
import { emit } from './emit.js';
import { make } from './make.js';
import { pressOf } from './press.js';
import { send } from './send.js';
import { ticked } from './ticks.js';

const bar = document.getElementById('pick');

const cardOf = (key) => document.querySelector(`rb-board li[data-key="${key}"] article`);
const lanes = new Map(); // Where each was ticked.

function tick(key, yes) {
  if (!yes) return ticked.delete(key);
  lanes.set(key, cardOf(key).dataset.lane);
  return ticked.add(key);
}

export const isTicked = (key) => ticked.has(key);

/** The ticked cards that can be seen, oldest lane first. */
export const tickedCards = () =>
  [...document.querySelectorAll('rb-board li:not([hidden]) article')].filter((card) => ticked.has(card.id));

const counted = (many, one, more) => `${many} ${many === 1 ? one : more}`;

function show() {
  // A card that was moved meanwhile, by anybody, is not what was ticked.
  for (const key of ticked) {
    const card = cardOf(key);
    if (card && card.dataset.lane === lanes.get(key)) continue;
    ticked.delete(key);
    if (card && card.querySelector('.tick')) card.querySelector('.tick input').checked = false;
  }
  const cards = tickedCards();
  bar.hidden = cards.length === 0;
  if (bar.hidden) return;
  const customers = new Set(cards.map((card) => card.dataset.customer)).size;
  const ready = cards.filter((card) => card.dataset.lane === 'ready');
  const place = bar.querySelector('[data-picked]');
  place.textContent = '';
  place.append(
    make('b', {}, `${counted(cards.length, 'job', 'jobs')}, ${onBoard(sum(cards.map((card) => card.dataset)))}`),
    ` · ${counted(customers, 'customer', 'customers')}`,
  );
  const make1 = customers === 1 ? 'Make draft invoice' : `Make ${customers} draft invoices`;
  const label = ready.length === cards.length ? make1 : ready.length ? 'Bill or take back' : 'Take back';
  bar.querySelector('[data-pick]').textContent = label;
}

export function clear() {
  for (const box of document.querySelectorAll('rb-board .tick input')) box.checked = false;
  ticked.clear();
  show();
}

/** What the server must know of a card: which, as it was seen, at which amount. */
const seenOf = ({ id, dataset }) => `${id.split('-')[1]}:${dataset.v}:${dataset.amount || ''}`;

/** The question as a dialog: which drafts, or back. */
export function ask(cards) {
  const jobs = cards.map(({ id }) => `job=${id.split('-')[1]}`).join('&');
  openDialog(
    make('a', { href: `/office/bill?${jobs}` }),
    cards.map(({ id }) => id),
  );
}

/** All of them in one press; a refusal is shown as the server words it. */
export async function sendCards(cards, path) {
  const form = make('form', { method: 'post', action: path });
  for (const card of cards) form.append(make('input', { name: 'seen', value: seenOf(card), type: 'hidden' }));
  return finish(await start(cards, form), cards);
}

/** One card, by the form that its Move dialog has too. */
export async function sendCard(card, lane) {
  const form = make('form', { method: 'post', action: `/jobs/${card.id.split('-')[1]}/move` });
  const fields = { lane, version: card.dataset.v, next: location.pathname };
  if (card.dataset.lane === 'ready' && card.dataset.amount) fields.amount = card.dataset.amount;
  for (const [name, value] of Object.entries(fields)) form.append(make('input', { name, value, type: 'hidden' }));
  return finish(await start([card], form), [card]);
}

function start(cards, form) {
  emit('rb-sending', { keys: cards.map(({ id }) => id) });
  return send(pressOf(form));
}

const FAILED = {
  unreachable: 'Not moved: no connection. Try again when it is back.',
  busy: 'Not moved: the server is busy. Try again in a moment.',
  'signed-out': 'Not moved: sign in again in another tab, then try again.',
};

function finish(answer, cards) {
  const done = answer.kind === 'done';
  emit(done ? 'rb-done' : 'rb-over', { ...answer, keys: cards.map(({ id }) => id) });
  if (done) {
    for (const { id } of cards) ticked.delete(id);
    if (bar) show();
  } else if (answer.page) showPage(answer.page);
  else showPage(sorry(FAILED[answer.kind] || 'This was not done.'));
}

function sorry(words) {
  const text = make('p', { role: 'alert' }, words);
  const close = make('button', { class: 'button', 'data-close': '' }, 'Close');
  return make('div', {}, make('main', {}, text, close));
}

function pressed(event) {
  event.preventDefault();
  const cards = tickedCards();
  const customers = new Set(cards.map((card) => card.dataset.customer)).size;
  const lanes = new Set(cards.map((card) => card.dataset.lane));
  if (lanes.size === 1 && lanes.has('billing')) sendCards(cards, '/office/take-back');
  else if (lanes.size === 1 && customers === 1) sendCards(cards, '/office/bill');
  else ask(cards);
}

if (bar) {
  const board = document.querySelector('rb-board');
  board.addEventListener('change', ({ target }) => {
    if (!target.matches('.tick input')) return;
    const { key } = target.closest('[data-key]').dataset;
    tick(key, target.checked);
    show();
  });
  bar.addEventListener('submit', pressed);
  bar.addEventListener('reset', (event) => {
    event.preventDefault();
    clear();
  });
  document.addEventListener('rb-changed', () => {
    show();
    const ready = [...board.cards.values()].filter(({ lane }) => lane === 'ready');
    for (const place of document.querySelectorAll('[data-sum-of="ready"]')) place.textContent = onBoard(sum(ready));
  });
  for (const box of board.querySelectorAll('.tick input:checked')) tick(box.closest('[data-key]').dataset.key, true);
  show();
}

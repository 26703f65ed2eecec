// The board without a mouse: arrows between cards, m for Move, Ctrl+Z to undo, ? for the list. Letters count only
// while focus is in the board, so they never meet somebody who dictates or types.

import { pageAt } from './page-at.js';
import { pressOf } from './press.js';
import { offer } from './reload.js';
import { say } from './say.js';

const board = document.querySelector('rb-board');
const moved = []; // Jobs, by id, in the order in which this page moved them.

/** The card at the same height in a lane beside, over lanes that show none. */
function across(li, step) {
  const lanes = board.lanes.map((lane) => lane.visible()).filter((places) => places.length > 0);
  const at = lanes.findIndex((places) => places.includes(li));
  const next = lanes[at + step];
  return next && next[Math.min(lanes[at].indexOf(li), next.length - 1)];
}

function along(li, step) {
  const places = board.lanes.map((lane) => lane.visible()).find((some) => some.includes(li));
  return places[places.indexOf(li) + step];
}

const STEPS = {
  ArrowUp: (li) => along(li, -1),
  ArrowDown: (li) => along(li, 1),
  ArrowLeft: (li) => across(li, -1),
  ArrowRight: (li) => across(li, 1),
};

function pressed(event) {
  const { key, target } = event;
  if (target.closest('input, textarea, select, dialog')) return;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') undo(event);
    return;
  }
  if (event.altKey || !board.contains(target)) return;
  if (key === '?') showKeys();
  const li = target.closest('[data-key]');
  const next = li && STEPS[key] && board.linkOf(STEPS[key](li));
  if (next) {
    event.preventDefault();
    next.focus();
  }
  const move = li && key === 'm' && li.querySelector('a[data-dialog]');
  if (move) move.click();
}

/** The last move made here, by its form on the page of recent moves. */
async function undo(event) {
  event.preventDefault();
  const id = moved.pop();
  const page = id && (await pageAt('/moves'));
  const form = page && page.querySelector(`form[data-undo][action^="/jobs/${id}/"]`);
  if (!form) return say('There is nothing to undo.');
  const { send } = await import('./send.js');
  const answer = await send(pressOf(form));
  if (answer.kind === 'done') return say('Undone.');
  const why = answer.page && answer.page.querySelector('.errors, [role="alert"]');
  return offer(why ? why.textContent.trim() : 'Not undone. Please try again.', 'Recent moves', '/moves');
}

const showKeys = async () => (await import('./keys-list.js')).showKeys();

import('./drag.js');
document.addEventListener('rb-done', ({ detail }) => detail.key && moved.push(detail.key.split('-')[1]));
document.addEventListener('keydown', pressed);
document.addEventListener('click', ({ target }) => target.closest('[data-show-keys]') && showKeys());

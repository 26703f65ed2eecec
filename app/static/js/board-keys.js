// The board without a mouse: arrows between cards, m for Move, Ctrl+Z to undo, ? for the list. Letters count only
// while focus is in the board, so they never meet somebody who dictates or types.

const board = document.querySelector('rb-board');
const moved = []; // The keys of what each press moved, last press last.

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

async function undo(event) {
  event.preventDefault();
  (await import('./undo.js')).undo(moved.pop());
}

const showKeys = async () => (await import('./keys-list.js')).showKeys();

import('./drag.js');
import('./moved-voice.js');
document.addEventListener('rb-done', ({ detail }) => detail.keys && detail.keys.length && moved.push(detail.keys));
document.addEventListener('keydown', pressed);
document.addEventListener('click', ({ target }) => target.closest('[data-show-keys]') && showKeys());

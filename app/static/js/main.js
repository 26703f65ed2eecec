// Every page loads this; its markup asks for the rest.

import { startClock } from './clock.js';

const has = (selector) => document.querySelector(selector) !== null;

async function start() {
  // Before the clock rewrites what the server drew: a live page compares with it.
  if (has('rb-live')) await import('./page-live.js');
  if (has('rb-board')) await import('./board.js');
  if (has('html.phone')) phone();
  else if (has('rb-live, .press, .intake, [data-press]')) import('./press-form.js');
  if (has('rb-board:not([data-view="wall"])')) import('./board-keys.js');
  if (has('rb-live[data-view="technician"]')) import('./timer.js');
  if (has('rb-quantity')) import('./quantity.js');
  if (has('html.wall')) import('./wall.js');
  if (has('rb-pair')) import('./pair.js');
  if (has('.themes')) import('./theme.js');
  if (has('[action="/sign-out"]')) import('./outbox-leave.js');
  startClock();
}

/** What is below the fold may come with the first scroll. */
function phone() {
  import('./outbox.js');
  import('./offline.js');
  if (has('[data-upload]')) import('./upload-pick.js');
  if (has('rb-waiting')) import('./outbox-list.js');
  const below = () => has('rb-signature') && import('./signature.js');
  for (const kind of ['scroll', 'pointerdown', 'focusin']) addEventListener(kind, below, { once: true, capture: true });
}

/** Dialogs come with the first link that wants one; else it leads to the page. */
async function dialogs(event) {
  const link = event.target.closest('a[data-dialog]');
  const plain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || !window.HTMLDialogElement) return;
  event.preventDefault();
  try {
    (await import('./dialog.js')).openDialog(link);
  } catch {
    location.assign(link.href);
  }
}

document.addEventListener('click', dialogs);
start();

// `a[data-dialog]`: the linked page's <main> in the page's dialog. Its forms are sent from there, and a refusal is
// shown there. Without this module the same links and forms lead through pages.

import { refresh } from './clock.js';
import { dropDrafts, restoreDrafts } from './drafts.js';
import { emit } from './emit.js';
import { make } from './make.js';
import { pageAt } from './page-at.js';
import { pressOf } from './press.js';
import './quantity.js';
import { say } from './say.js';
import { send } from './send.js';
import { stopwatch } from './time.js';

const FAILED = {
  unreachable: 'Not sent: no connection. Press again when it is back.',
  busy: 'Not sent: the server is busy. Press again in a moment.',
  'signed-out': 'Not sent: sign in again in another tab, then press again.',
};

const dialog = document.getElementById('dialog');
let opener = null;
let failed = null; // A press whose outcome is unknown keeps its key for the next try.
let sending = false;

/** `keys`: the cards it is about, where that is not the one around the link. */
export async function openDialog(link, keys = []) {
  if (!dialog.open) {
    opener = link;
    const li = link.closest('[data-key]');
    dialog.dataset.cards = (li ? [li.dataset.key] : keys).join(' ');
  }
  showPage((await pageAt(link.href)) || sorry());
}

function sorry() {
  const words = make('p', { id: 'dialog-title' }, 'No connection. Please try again.');
  return make('div', {}, make('main', {}, words, make('button', { class: 'button', 'data-close': '' }, 'Close')));
}

/** Shows another page's <main>; also the answer to a press from outside a dialog. */
export function showPage(page) {
  failed = null;
  dialog.textContent = '';
  const { childNodes } = page.querySelector('main');
  for (const node of [...childNodes]) dialog.append(document.importNode(node, true));
  restoreDrafts(dialog);
  refresh(dialog);
  if (!dialog.open) dialog.showModal();
  // The first choice, not the cross in the head; what is wrong comes before both.
  const choices = [...dialog.querySelectorAll('a, button, input:not([type="hidden"]), select, textarea')];
  const first = choices.find((one) => !one.closest('.dialog-head')) || choices[0];
  (dialog.querySelector('.errors, [autofocus]') || first).focus();
}

function warn(form, sentence) {
  let place = dialog.querySelector('[data-not-sent]');
  if (!place) {
    place = make('p', { class: 'banner box', role: 'alert', 'data-not-sent': '', 'data-tone': 'warn' });
    form.before(place);
  }
  place.textContent = sentence;
}

async function submit(form, button) {
  if (sending) return;
  sending = true;
  const keys = dialog.dataset.cards.split(' ').filter(Boolean);
  const fresh = pressOf(form, button);
  // Where to go from here: back to this page. A board then needs no page at all.
  if (!fresh.body.some(([name]) => name === 'next')) fresh.body.push(['next', location.pathname]);
  fresh.since = stopwatch();
  const same = failed && failed.path === fresh.path && String(failed.body) === String(fresh.body);
  const press = same ? failed : fresh;
  const slow = setTimeout(() => warn(form, 'Sending…'), 400);
  emit('rb-sending', { keys });
  const answer = await send(press, press.since());
  clearTimeout(slow);
  sending = false;
  if (answer.kind === 'done') {
    dropDrafts(form);
    finish(answer, keys);
    return;
  }
  emit('rb-over', { keys });
  if (answer.page) showPage(answer.page);
  else {
    failed = press;
    warn(form, FAILED[answer.kind] || 'This was not done.');
  }
}

function finish(answer, keys) {
  opener = null; // Where focus goes now is the page's to say.
  dialog.close();
  const notice = answer.page && answer.page.querySelector('.banner[role="status"]');
  if (notice) say(notice.textContent.trim());
  if (emit('rb-done', { ...answer, keys })) location.assign(answer.url);
}

/** Closed by Esc, by a link or after success: focus goes back to where it came from, or to its like. */
function closed() {
  dialog.textContent = '';
  dialog.dataset.cards = '';
  emit('rb-released');
  const href = opener && opener.getAttribute('href');
  const back = opener && opener.isConnected ? opener : document.querySelector(`a[href="${href}"]`);
  opener = null;
  if (back) back.focus();
}

dialog.addEventListener('close', closed);
dialog.addEventListener('click', (event) => {
  if (!event.target.closest('[data-close]')) return;
  event.preventDefault();
  dialog.close();
});
dialog.addEventListener('submit', (event) => {
  // On the phone every press goes through the outbox.
  if (event.target.method !== 'post' || document.documentElement.matches('.phone')) return;
  event.preventDefault();
  submit(event.target, event.submitter);
});

// When a page may load itself anew: never over typed words, an open dialog or something unsent.

import { make } from './make.js';
import { say } from './say.js';

const holds = [];
let touched = Date.now();
let planned = false;

for (const kind of ['pointerdown', 'pointermove', 'keydown']) {
  addEventListener(kind, () => (touched = Date.now()), { passive: true });
}

/** Keeps the page from being loaded anew while `reason()` is true. */
export const holdReload = (reason) => holds.push(reason);

/** Whether there are words here that the server does not have. */
export const typed = (root = document) =>
  [...root.querySelectorAll('textarea, input:is([type="text"], :not([type]))')].some(
    (field) => field.value !== field.defaultValue,
  );

/** Whether a fresh copy can be had. Loading an error instead would lose the old one. */
const reachable = () => fetch(location.href, { cache: 'no-store' }).then(({ ok }) => ok, () => false);

/**
 * Loads the page anew once nobody has touched it for `quiet` ms, each `mark` (a build, a date) once only: a server
 * that keeps asking must not keep a screen blinking.
 */
export function reloadWhenIdle(mark, quiet = 30000, within = 20000) {
  if (planned) return;
  planned = true;
  if (sessionStorage.getItem('reloaded') === mark) return offer('A new version of this page is here.');
  const look = async () => {
    const busy = document.querySelector('dialog[open]') || typed() || holds.some((reason) => reason());
    if (!busy && Date.now() - touched >= quiet && (await reachable())) {
      sessionStorage.setItem('reloaded', mark);
      location.reload();
    } else setTimeout(look, 5000 + Math.random() * 5000);
  };
  setTimeout(look, Math.random() * within);
}

/** A sentence across the top with one thing to do, by default to reload. */
export function offer(sentence, label = 'Reload', href = '') {
  for (const old of document.querySelectorAll('[data-offer]')) old.remove();
  const press = make(href ? 'a' : 'button', { class: 'button', href }, label);
  if (!href) press.onclick = () => location.reload();
  const banner = make('p', { class: 'banner', 'data-tone': 'warn', 'data-offer': '' }, make('span', {}, sentence), press);
  document.getElementById('main').before(banner);
  say(sentence);
}

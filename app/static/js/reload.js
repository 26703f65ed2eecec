// When a page may reload itself: never over typed words, an open dialog or something unsent.

import { make } from './make.js';
import { say } from './say.js';

let touched = Date.now();
let planned = false;

for (const kind of ['pointerdown', 'pointermove', 'keydown']) {
  addEventListener(kind, () => (touched = Date.now()));
}

export const typed = (root = document) =>
  [...root.querySelectorAll('textarea, [type="text"], input:not([type])')].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );

/** Loading an error instead would lose the page that is here. */
const reachable = () => fetch(location.href, { cache: 'no-store' }).then(({ ok }) => ok, () => false);

/** Once nobody has touched the page for `quiet` ms; once for each `mark`, or a screen could blink for ever. */
export function reloadWhenIdle(mark, quiet = 30000, within = 20000) {
  if (planned) return;
  planned = true;
  if (sessionStorage.getItem('reloaded') === mark) return offer('A new version of this page is here.');
  const look = async () => {
    const busy = document.querySelector('dialog[open], [data-net="wait"]') || typed();
    if (!busy && Date.now() - touched >= quiet && (await reachable())) {
      sessionStorage.setItem('reloaded', mark);
      location.reload();
    } else setTimeout(look, 5000 + Math.random() * 5000);
  };
  setTimeout(look, Math.random() * within);
}

/** A sentence across the top with one thing to do. */
export function offer(sentence, label = 'Reload', href = '') {
  for (const old of document.querySelectorAll('[data-offer]')) old.remove();
  const press = make(href ? 'a' : 'button', { class: 'button', href }, label);
  if (!href) press.onclick = () => location.reload();
  const looks = { class: 'banner', 'data-tone': 'warn', 'data-offer': '' };
  document.getElementById('main').before(make('p', looks, make('span', {}, sentence), press));
  say(sentence);
}

// When a page may reload itself: never over typed words, an open dialog or something unsent.

import { typed } from './drafts.js';
import { make } from './make.js';
import { say } from './say.js';

let touched = Date.now();
let planned = false;

for (const kind of ['pointerdown', 'pointermove', 'keydown']) {
  addEventListener(kind, () => (touched = Date.now()));
}

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

const STOPPED = {
  4401: ['You are signed out.', 'Sign in again', '/sign-in?next='],
  4403: ['You may no longer see this page.', 'Go to your own page', '/?from='],
  4409: ['Readyboard is open too often here. Close another tab.', 'Try again'],
};

/** The socket was told not to come back; only a person can mend that. */
export function stopped(code) {
  // Nobody stands before a television to press a link: its page leads to the pairing code.
  if (document.documentElement.classList.contains('wall')) return reloadWhenIdle(`${code} ${Date.now()}`, 0, 0);
  const [sentence, label, to] = STOPPED[code] || ['This page is too old to go on.'];
  return offer(sentence, label, to && to + encodeURIComponent(location.pathname + location.search));
}

export function renew(why, build) {
  if (why === 'unknown') offer('A newer version sent something this page does not know.');
  else reloadWhenIdle(build || why + Math.floor(Date.now() / 60000));
}

// What the phone says about its outbox: the strip at the top, and the form as it will be once the server agrees.

import { emit } from './emit.js';
import { make } from './make.js';
import { person, unsaved } from './outbox.js';
import { ahead, strip } from './outbox-rules.js';
import { all } from './outbox-store.js';
import { zone } from './time.js';
import { hm } from './words.js';

/** What the sender knows beside the items: why it failed last, when it tries again, what it sent last. */
export const told = { sending: false, failed: '', next: 0, sent: '' };

const SVG = 'http://www.w3.org/2000/svg';

export function glyph(id) {
  const [svg, use] = ['svg', 'use'].map((name) => document.createElementNS(SVG, name));
  svg.setAttribute('class', id.startsWith('g-') ? 'glyph' : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${id}`);
  svg.append(use);
  return svg;
}

/** Shows what is so now. `refused`: the last press was, and its page says why. */
export async function draw(refused = false) {
  const items = [...(await all().catch(() => [])), ...unsaved];
  const says = strip(items, person, { ...told, unsaved: unsaved.length });
  drawStrip(says);
  mark(says, refused);
  drawAhead(items);
  emit('rb-outbox', items);
}

function drawStrip(says) {
  const place = document.querySelector('header.strip');
  let line = document.querySelector('[data-outbox]');
  if (!place) return;
  if (!says) return void (line && line.remove());
  if (!line) line = make('nav', { class: 'strip-outbox', 'data-outbox': '', 'aria-label': 'On this phone' });
  if (line.previousElementSibling !== place) place.after(line);
  const text = says.word + says.net;
  if (line.dataset.says === text) return;
  line.dataset.says = text;
  line.textContent = '';
  const href = says.signIn ? `/sign-in?next=${encodeURIComponent(location.pathname)}` : '/waiting';
  const link = make('a', { class: 'strip wait', href, 'data-tone': says.tone });
  link.append(
    make('span', { class: 'strip-state' }, glyph(says.glyph), says.word),
    make('span', { class: 'strip-net' }, says.net, glyph('i-right')),
  );
  line.append(link);
}

/** On the right of the page's own strip: "Sent", and only after the answer. */
function mark(says, refused) {
  const place = document.querySelector('header .strip-net');
  if (!place) return;
  if (refused) return tell(place, 'Not accepted ▲', 'bad');
  if (!says && told.sent) return tell(place, told.sent, 'done');
  if (says && place.dataset.net === 'sent') delete place.dataset.net;
}

function tell(place, words, tone) {
  Object.assign(place.dataset, { net: 'sent', tone });
  (place.querySelector('[data-live-text]') || place).textContent = words;
}

/** The page carries what comes after each press; here it is only put in its place, with the press's own time. */
function drawAhead(items) {
  const page = document.querySelector('rb-live[data-key]');
  const press = page && ahead(items, Number(page.dataset.key.replace('job-', '')), person);
  const after = press && page.querySelector(`template[data-after~="${press.verb}"]`);
  if (!after || page.dataset.ahead === press.key) return;
  page.dataset.ahead = press.key;
  // The look before the last tap is over with that tap.
  if (location.hash === '#last') location.hash = '#main';
  const at = hm(Date.parse(press.pressedAt), zone());
  put(page, 'bottom', after.content.cloneNode(true));
  put(page, 'state', glyph(after.dataset.glyph), `${after.dataset.says} ${at} · saved on this phone`);
  page.querySelector('header.strip').dataset.tone = after.dataset.tone;
  const clock = page.querySelector(`template[data-clock~="${press.verb}"]`);
  if (!clock) return;
  const running = clock.content.cloneNode(true);
  for (const timer of running.querySelectorAll('rb-timer')) timer.dataset.since = press.pressedAt;
  put(page, 'clock', running);
}

function put(page, name, ...content) {
  const region = page.querySelector(`[data-region="${name}"]`);
  region.textContent = '';
  region.append(...content);
  region.setAttribute('data-ahead', '');
}

// The page has drawn itself anew: what is ahead of the server must be drawn over it again.
document.addEventListener('rb-shown', () => {
  const page = document.querySelector('rb-live[data-key]');
  if (page) delete page.dataset.ahead;
  draw();
});

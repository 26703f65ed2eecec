// <rb-waiting>: the list of what waits on this phone, also without a network: times, states, and what can be done.

import { make } from './make.js';
import { person } from './outbox.js';
import { bothSides, dropping, sendAnyway } from './outbox-changed.js';
import { counted, fieldOf, icon, isPhoto, others, textOf, words } from './outbox-rules.js';
import { flush } from './outbox-send.js';
import { all, drop, put } from './outbox-store.js';
import { draw, glyph, told } from './outbox-strip.js';
import { zone } from './time.js';
import { hm, isoDay } from './words.js';

class Waiting extends HTMLElement {
  #tick = 0;

  connectedCallback() {
    document.addEventListener('rb-outbox', ({ detail }) => this.#show(detail));
    this.#tick = setInterval(() => this.#foot(), 1000);
    draw();
  }

  disconnectedCallback() {
    clearInterval(this.#tick);
  }

  #show(items) {
    const mine = items.filter((item) => item.person === person);
    const waits = mine.filter(({ state }) => state === 'waits');
    const decide = mine.filter(({ state }) => state !== 'waits');
    this.textContent = '';
    for (const item of decide) this.append(decision(item));
    if (waits.length) {
      this.append(
        make('section', { 'aria-labelledby': 'waiting-h' },
          make('h2', { id: 'waiting-h' }, 'Waits for the network'),
          make('p', { class: 'phone-sub' }, 'Nothing is lost. It is sent by itself.'),
          make('ul', {}, ...waits.map(row)),
        ),
      );
    }
    if (!mine.length) this.append(make('p', { class: 'phone-sub' }, 'Nothing waits. Everything has been sent.'));
    this.append(make('p', { class: 'quiet', 'data-foot': '' }));
    if (waits.length) this.append(button('Try now', () => flush(), 'tall'));
    for (const [name, count] of others(items, person)) {
      const whose = name || 'somebody else';
      const words = `${counted(count, 'thing')} of ${whose} ${count === 1 ? 'is' : 'are'} on this phone. `;
      this.append(make('p', { class: 'kept' }, words, `They go when ${whose} signs in here.`));
    }
    const hint = homeScreen();
    if (hint) this.append(hint);
    this.#foot();
  }

  #foot() {
    const place = this.querySelector('[data-foot]');
    if (!place) return;
    const sent = Number(localStorage.getItem('sent'));
    const left = Math.ceil((told.next - Date.now()) / 1000);
    const said = [sent ? `Last sent ${moment(sent)}.` : '', left > 0 ? `Next try in ${left} s.` : ''].join(' ').trim();
    if (place.textContent !== said) place.textContent = said;
  }
}

/** Asked once, here where it matters: in a tab some browsers erase what is kept after a week without a visit. */
function homeScreen() {
  if (localStorage.getItem('hinted') || matchMedia('(display-mode: standalone)').matches) return null;
  const words = 'In the browser’s menu choose “Add to Home Screen”. There your phone keeps everything, however long you are away.';
  const part = make('section', { class: 'kept' }, make('h2', {}, 'Keep it safe'), make('p', {}, words));
  part.append(
    button('I have seen it', () => {
      localStorage.setItem('hinted', '1');
      part.remove();
    }),
  );
  return part;
}

/** The time, and the day where it is another. */
function moment(at) {
  const today = isoDay(at, zone()) === isoDay(Date.now(), zone());
  return `${today ? '' : `${isoDay(at, zone())} `}${hm(at, zone())}`;
}

const when = ({ pressedAt }) => make('time', { datetime: pressedAt }, moment(Date.parse(pressedAt)));

const row = (item) =>
  make('li', { class: 'wire', 'data-item': item.key }, glyph(icon(item)), make('span', {}, words(item), small(item)), when(item));

const shortened = (text) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

const small = (item) => make('small', {}, [item.number || `Job ${item.job}`, isPhoto(item) ? '' : shortened(textOf(item))].filter(Boolean).join(': '));

function button(label, act, css = '') {
  const press = make('button', { class: `button ${css}`, type: 'button' }, label);
  press.onclick = act;
  return press;
}

/** What was not accepted: what it was, why not, and the ways on. */
function decision(item) {
  if (item.state !== 'refused') return changed(item);
  const yours = make('p', {}, make('b', {}, 'Yours: '), `${words(item)}, `, when(item), small(item));
  const why = make('p', {}, make('b', {}, 'Why: '), item.reason);
  const change = textOf(item) && !isPhoto(item) ? [button('Change and send again', () => again(item))] : [];
  const on = button('Send it to the office', () => instead(item, sendAnyway(item)), 'tall primary');
  return kept(item, 'bad', 'Not accepted', yours, why, ...change, on, button('It was a mistake', () => done(item)));
}

/** What met a change of somebody else's. */
function changed(item) {
  const why = item.reason || 'Yours is kept with its time. The office decides.';
  return kept(item, 'warn', 'Office changed this job', bothSides(item, moment), make('p', {}, why),
    button('Send mine anyway', () => instead(item, sendAnyway(item)), 'tall primary'),
    button('Drop mine', () => instead(item, dropping(item)), 'tall'),
    make('a', { class: 'button', href: `/my-jobs/${item.job}` }, 'Open the job'));
}

function kept(item, tone, title, ...content) {
  const part = make('section', { class: 'kept', 'data-tone': tone, 'data-item': item.key });
  part.append(make('h2', {}, title), ...content);
  return part;
}

/** The decision is one more thing to send, or the end of it. Stored before the other goes: nothing is lost between. */
async function instead(item, next) {
  if (next) await put(next);
  if (!next || next.n !== item.n) await drop(item.n);
  draw();
  flush();
}

async function done(item) {
  await drop(item.n);
  draw();
}

/** The words go back into their form; there they are changed and sent as a new press. */
async function again(item) {
  const name = fieldOf(item, 'text') ? 'text' : 'reason';
  sessionStorage.setItem(`draft ${item.path} ${name}`, textOf(item));
  await drop(item.n);
  location.assign(`/my-jobs/${item.job}`);
}

customElements.define('rb-waiting', Waiting);

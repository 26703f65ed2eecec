// On the sign-in page: what is only on this phone, and whose it is. What somebody left here who has left the company
// is handed to the office.

import { make } from './make.js';
import { handIn, lateOf } from './outbox-late.js';
import { counted, others } from './outbox-rules.js';
import { all, drop } from './outbox-store.js';

async function handOver() {
  const tried = new Set();
  for (const item of await all()) {
    if (tried.has(item.person) || item.state !== 'waits') continue;
    const answer = await handIn(lateOf(item));
    if (answer.kind === 'done') await drop(item.n);
    else tried.add(item.person);
  }
}

async function say() {
  const items = await all();
  for (const old of document.querySelectorAll('[data-only-here]')) old.remove();
  if (!items.length) return;
  const names = others(items, 0).map(([name]) => name || 'their person');
  const words = `${counted(items.length, 'thing')} ${items.length === 1 ? 'is' : 'are'} only on this phone.`;
  const then = ` Nothing is lost: sent when ${names.join(' or ')} signs in here.`;
  const looks = { class: 'banner box', 'data-tone': 'warn', 'data-only-here': '', role: 'status' };
  document.querySelector('main h1').parentElement.after(make('p', looks, make('span', {}, make('b', {}, words), then)));
}

say().then(handOver).then(say).catch(console.warn);

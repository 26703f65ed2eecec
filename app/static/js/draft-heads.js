// Above the first card of each draft in the Billing lane: how many jobs it has, what it comes to, and the way to it.
// The server draws the same (web/boards.py); here it follows what the socket brings.

import { onBoard } from './cash.js';
import { make } from './make.js';

/** `cards`: all of the lane, in its order; a hidden one is on its draft all the same. */
export function draftsOf(cards) {
  const drafts = new Map();
  for (const { invoice, amount, rest } of cards) {
    if (!invoice) continue;
    const draft = drafts.get(invoice) || { jobs: 0, net: Number(rest || 0) };
    drafts.set(invoice, { jobs: draft.jobs + 1, net: draft.net + Number(amount || 0) });
  }
  return drafts;
}

function head(invoice, { jobs, net }) {
  return make(
    'p',
    { class: 'draft-head', 'data-draft-head': '' },
    make('a', { href: `/invoices/${invoice}` }, `Draft, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`),
    make('b', { class: 'num' }, onBoard(net)),
  );
}

function headDrafts(list, cards) {
  const drafts = draftsOf(cards);
  let last = '';
  for (const li of list.children) {
    const { invoice } = li.querySelector('article').dataset;
    const there = li.querySelector('[data-draft-head]');
    const wanted = invoice && invoice !== last && !li.hidden ? head(invoice, drafts.get(invoice)) : null;
    if (!li.hidden) last = invoice;
    if (there && wanted && there.outerHTML === wanted.outerHTML) continue;
    if (there) there.remove();
    if (wanted) li.prepend(wanted);
  }
}

// Not where a test asks for the sums alone.
const lane = globalThis.document && document.querySelector('rb-board [data-lane="billing"]');
if (lane) lane.addEventListener('rb-lane', ({ detail }) => headDrafts(lane.querySelector('[data-cards]'), detail));

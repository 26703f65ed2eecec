// Ctrl+Z: the last move made here is taken back.

import { emit } from './emit.js';
import { pageAt } from './page-at.js';
import { pressOf } from './press.js';
import { offer } from './reload.js';
import { say } from './say.js';
import { send } from './send.js';

/** `keys`: the cards of one press, if there was one. Each goes back by its form on the page of recent moves. */
export async function undo(keys) {
  const page = keys && (await pageAt('/moves'));
  const formOf = (key) => page.querySelector(`form[data-undo][action^="/jobs/${key.split('-')[1]}/"]`);
  const forms = page ? keys.map(formOf).filter(Boolean) : [];
  if (!forms.length) return say('There is nothing to undo.');
  emit('rb-sending', { keys, undo: true });
  for (const form of forms) {
    const refused = await undone(form);
    if (refused) return emit('rb-over', { keys });
  }
  // The cards come by the socket; without it "Moving…" must not stay.
  setTimeout(() => emit('rb-over', { keys }), 10000);
  return null;
}

/** Tells why not, and answers whether it was refused. */
async function undone(form) {
  const answer = await send(pressOf(form));
  if (answer.kind === 'done') return false;
  const why = answer.page && answer.page.querySelector('.errors, [role="alert"]');
  offer(why ? why.textContent.trim() : 'Not undone. Please try again.', 'Recent moves', '/moves');
  return true;
}

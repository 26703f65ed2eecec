// How a press travels. Sent twice, it is still one press: its key says so.

import { parse, signIn } from './page-at.js';

const ANSWER_WITHIN_MS = 15000;
const FILE_WITHIN_MS = 180000;

/** A file needs a form that can carry it; everything else goes as plain fields. */
function fieldsOf({ key, body, pressedAt, file }, elapsed) {
  const fields = file ? new FormData() : new URLSearchParams();
  for (const [name, value] of body) fields.append(name, value);
  fields.append('key', key);
  if (pressedAt) fields.append('occurred_at', pressedAt);
  if (pressedAt && elapsed !== null) fields.append('elapsed_ms', Math.round(elapsed));
  if (file) fields.append('file', file, 'photo');
  return fields;
}

/**
 * Says "done", "page" (a refusal, a question) or, for another try, "busy", "unreachable" or "signed-out".
 * `elapsed`: milliseconds since the press by a clock that nobody sets; null once the page that had it is gone.
 */
export async function send(press, elapsed = null, more = {}, redirect = 'follow') {
  const headers = {
    'Idempotency-Key': press.key,
    'X-Readyboard-Script': '1',
    'X-Readyboard-Clock': new Date().toISOString(),
    Accept: 'text/html',
    ...more,
  };
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), press.file ? FILE_WITHIN_MS : ANSWER_WITHIN_MS);
  const body = fieldsOf(press, elapsed);
  try {
    return await read(await fetch(press.path, { method: 'POST', body, headers, redirect, signal: giveUp.signal }));
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

async function read(answer) {
  const { status, redirected, url, headers, type } = answer;
  if (type === 'opaqueredirect') return { kind: 'done', seq: 0, url: location.href, page: null };
  if (status >= 500 || status === 429) return { kind: 'busy' };
  if (signIn(answer)) return { kind: 'signed-out' };
  const seq = Number(headers.get('X-Readyboard-Seq'));
  const html = await answer.text();
  const done = answer.ok && (redirected || seq > 0 || status === 204 || status === 202);
  const changed = headers.has('X-Readyboard-Changed');
  return { kind: done ? 'done' : 'page', seq, url, changed, status, page: html ? parse(html) : null };
}

// One press, {key, path, body, pressedAt}, and how it is sent. Sent twice, it is still one press.

import { stopwatch } from './time.js';

const ANSWER_WITHIN_MS = 15000;

/** 128 random bits. `crypto.randomUUID` is missing where the page came over plain http. */
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');

/** What pressing `button` in `form` means. On a phone the act's own time belongs to it. */
export function pressOf(form, button) {
  const body = [...new FormData(form)].filter(([name]) => name !== 'key');
  if (button && button.name) body.push([button.name, button.value]);
  const timed = form.matches('.phone form, [data-press]');
  const pressedAt = timed ? new Date().toISOString() : '';
  return { key: newKey(), path: form.getAttribute('action'), body, pressedAt, since: stopwatch() };
}

/** Says "done", "page" (a refusal, a question) or, for another try, "busy", "unreachable" or "signed-out". */
export async function send({ key, path, body, pressedAt, since }) {
  const fields = new URLSearchParams([...body, ['key', key]]);
  if (pressedAt) {
    fields.set('occurred_at', pressedAt);
    fields.set('elapsed_ms', Math.round(since()));
  }
  const headers = { 'Idempotency-Key': key, 'X-Readyboard-Script': '1', Accept: 'text/html' };
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), ANSWER_WITHIN_MS);
  try {
    return await read(await fetch(path, { method: 'POST', body: fields, headers, signal: giveUp.signal }));
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

const parse = (html) => new DOMParser().parseFromString(html, 'text/html');

const signIn = ({ status, redirected, url }) =>
  status === 401 || (redirected && new URL(url).pathname === '/sign-in');

async function read(answer) {
  const { status, redirected, url, headers } = answer;
  if (status >= 500 || status === 429) return { kind: 'busy' };
  if (signIn(answer)) return { kind: 'signed-out' };
  const seq = Number(headers.get('X-Readyboard-Seq'));
  const html = await answer.text();
  const done = answer.ok && (redirected || seq > 0 || status === 204);
  return { kind: done ? 'done' : 'page', seq, url, page: html ? parse(html) : null };
}

export async function pageAt(href) {
  try {
    const answer = await fetch(href, { cache: 'no-store' });
    if (signIn(answer)) location.assign(href);
    return answer.status < 500 ? parse(await answer.text()) : null;
  } catch {
    return null;
  }
}

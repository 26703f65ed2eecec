// One press, {key, path, body, pressedAt}: what it means. How it is sent is in send.js.

/** 128 random bits. `crypto.randomUUID` is missing where the page came over plain http. */
export const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');

/** What pressing `button` in `form` means. On a phone the act's own time belongs to it. */
export function pressOf(form, button) {
  const body = [...new FormData(form)].filter(([name, value]) => name !== 'key' && typeof value === 'string');
  if (button && button.name) body.push([button.name, button.value]);
  const timed = form.matches('.phone form, [data-press]');
  const pressedAt = timed ? new Date().toISOString() : '';
  return { key: newKey(), path: form.getAttribute('action'), body, pressedAt };
}

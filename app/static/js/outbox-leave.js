// Signing out with something unsent: asks first. It stays on this phone, and goes when the same person comes back.

import { counted } from './outbox-rules.js';
import { all } from './outbox-store.js';

async function leave(form) {
  const count = (await all().catch(() => [])).filter(({ state }) => state !== 'held').length;
  const words = `${counted(count, 'thing')} ${count === 1 ? 'is' : 'are'} only on this phone.`;
  if (count && !confirm(`${words} They are sent when you sign in here again. Sign out all the same?`)) return;
  localStorage.removeItem('person');
  form.submit();
}

document.addEventListener('submit', (event) => {
  if (event.target.getAttribute('action') !== '/sign-out') return;
  event.preventDefault();
  leave(event.target);
});

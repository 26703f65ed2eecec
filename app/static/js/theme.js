// Buttons named "theme": light, dark, high contrast or, with no value, as the device has it. At once, without a new
// page; the cookie lets the server draw the next one right.

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[name="theme"]');
  if (!button) return;
  event.preventDefault();
  const { value } = button;
  if (value) document.documentElement.dataset.theme = value;
  else delete document.documentElement.dataset.theme;
  document.cookie = `theme=${value}; Path=/; Max-Age=${value ? 31536000 : 0}; SameSite=Lax`;
  for (const one of button.form.elements) one.setAttribute('aria-pressed', String(one === button));
});

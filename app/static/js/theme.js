// Radios named "theme": light, dark or high contrast at once, anything else as the device has it. The cookie lets the
// server draw the next page right.

document.addEventListener('change', ({ target }) => {
  if (target.name !== 'theme') return;
  const chosen = ['light', 'dark', 'contrast'].includes(target.value) ? target.value : '';
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  document.cookie = `theme=${chosen}; Path=/; Max-Age=${chosen ? 31536000 : 0}; SameSite=Lax`;
});

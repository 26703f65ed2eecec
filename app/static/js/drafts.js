// Typed text outlives a reload: it stays in this tab's storage until the server has it.

const named = (field) => field.form && `draft ${field.form.getAttribute('action')} ${field.name}`;

document.addEventListener('input', ({ target }) => {
  if (target.matches('form textarea')) sessionStorage.setItem(named(target), target.value);
});

export function restoreDrafts(root) {
  for (const field of root.querySelectorAll('form textarea')) {
    field.value = sessionStorage.getItem(named(field)) || field.value;
  }
}

export function dropDrafts(form) {
  for (const field of form.querySelectorAll('textarea')) sessionStorage.removeItem(named(field));
}

// Somebody else may sign in on this tab next.
document.addEventListener('submit', ({ target }) => {
  if (target.getAttribute('action') === '/sign-out') sessionStorage.clear();
});

export const typed = (root = document) =>
  [...root.querySelectorAll('textarea, [type="text"], input:not([type])')].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );

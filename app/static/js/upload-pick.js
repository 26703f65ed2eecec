// A photo is sent when it is chosen; the button is for those without scripts.

const PHOTOS = '[data-upload="photo"] [type="file"]';

const chosen = async ({ form, files }) => files.length && (await import('./upload.js')).take(form);

// While the camera is open the page may draw the form anew: what is chosen then arrives at a field that no page has.
document.addEventListener('click', ({ target }) => {
  if (target.matches(PHOTOS)) target.onchange = () => chosen(target);
});
document.addEventListener('change', ({ target }) => target.matches(PHOTOS) && !target.onchange && chosen(target));
for (const field of document.querySelectorAll(PHOTOS)) chosen(field); // Quicker than this script.

// Makes the technician's pages open without a network: the service worker, and which pages it should have at hand.

const { dataset } = document.documentElement;
const worker = navigator.serviceWorker;

/** My jobs fetches the forms of its jobs, a form its own dialogs. */
function wanted() {
  const links = document.querySelectorAll('rb-live a[href^="/my-jobs/"], rb-live a[data-dialog]');
  return [location.pathname, ...[...links].map((link) => link.getAttribute('href'))].slice(0, 40);
}

async function prepare() {
  // Once: again, without a network, makes Chromium stop asking the worker. It looks for a newer one by itself.
  if (!worker.controller) await worker.register('/sw.js');
  const { active } = await worker.ready;
  if (dataset.person && !dataset.kept) active.postMessage({ keep: wanted(), person: dataset.person });
  const { storage } = navigator;
  if (storage && storage.persist && !(await storage.persisted())) storage.persist();
}

if (worker) prepare().catch(console.warn);

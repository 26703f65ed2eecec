// The service worker, served as /sw.js: a technician's pages open without a network. It keeps the files of the build,
// and of personal pages only My jobs and the job forms of the one person whose phone this is. It never answers a POST.
// The server puts BUILD and FILES in front of this.
/* global BUILD, FILES */

const SHELL = `shell-${BUILD}`;
const MINE = 'mine';
const OFFLINE = '/waiting';
const PAGES = /^\/my-jobs(\/\d+)?$/; // Kept as they were last seen.
const AROUND = /^\/(my-jobs|jobs)(\/|$)|^\/$/; // Navigations that get the list of what waits when there is no network.
const PATIENCE_MS = 4000; // A line that says nothing is no line, where there is a page to show.

const ours = self.location.origin;
const kept = async (request) => (await caches.open(MINE)).match(request, { ignoreVary: true });

async function install() {
  const shell = await caches.open(SHELL);
  await shell.addAll([...FILES, OFFLINE].map((path) => new Request(path, { cache: 'reload' })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

const forget = () => caches.delete(MINE);

/** Files of the build never change under their address; those of an older page are answered with today's. */
async function file(request) {
  const shell = await caches.open(SHELL);
  const here = await shell.match(request);
  if (here) return here;
  try {
    return await fetch(request);
  } catch (error) {
    const today = request.url.replace(/\/static\/[^/]+\//, `/static/${BUILD}/`);
    const other = await shell.match(today);
    if (other) return other;
    throw error;
  }
}

/** Whose page it is stands in its head; of somebody else nothing may stay. */
async function keep(path, answer) {
  const person = answer.headers.get('X-Readyboard-Person');
  if (!answer.ok || !person) return;
  const owner = await kept('/owner');
  if (owner && (await owner.text()) !== person) await forget();
  await keepIn(await caches.open(MINE), path, answer, person);
}

async function keepIn(mine, path, answer, person) {
  const html = await answer.text();
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  headers['Content-Security-Policy'] = answer.headers.get('Content-Security-Policy') || '';
  const marked = html
    .replace('<html ', `<html data-kept="${new Date().toISOString()}" `)
    .replace(/(data-live-text>As of \d\d:\d\d):\d\d/, '$1, no connection');
  await mine.put('/owner', new Response(person));
  await mine.put(path, new Response(marked, { headers }));
}

const waited = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

/** The network first; what was kept where it says nothing, or nothing of use. */
async function page(event, path) {
  const { request } = event;
  const asked = fetch(request).then((answer) => {
    // My jobs leads elsewhere only when nobody is signed in any more.
    if (answer.type === 'opaqueredirect' || answer.redirected) event.waitUntil(forget());
    else event.waitUntil(keep(path, answer.clone()));
    return answer;
  });
  if (request.mode !== 'navigate' && PAGES.test(path)) return asked;
  const copy = await kept(path);
  if (!copy) return asked.catch(() => offline(request));
  const answer = await Promise.race([asked.catch(() => null), waited()]);
  return answer && answer.status < 500 ? answer : copy;
}

async function offline(request) {
  const list = request.mode === 'navigate' && (await (await caches.open(SHELL)).match(OFFLINE));
  return list || Response.error();
}

function answer(event) {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== ours) return;
  if (request.method !== 'GET') {
    if (pathname === '/sign-out') event.waitUntil(forget());
    return;
  }
  if (pathname.startsWith('/static/')) event.respondWith(file(request));
  else if (PAGES.test(pathname)) event.respondWith(page(event, pathname));
  else if (isDialog(request, pathname)) event.respondWith(page(event, pathname + search));
  else if (request.mode === 'navigate' && (AROUND.test(pathname) || pathname === OFFLINE)) {
    event.respondWith(fetch(request).catch(() => offline(request)));
  }
}

/** The questions of a job form, such as why one pauses: fetched by its script, never by address. */
const isDialog = ({ mode, referrer }, path) =>
  mode !== 'navigate' && /^\/jobs\/\d+\/[a-z-]+$/.test(path) && /\/my-jobs(\/\d+)?([?#]|$)/.test(referrer);

/** A page says what it may need: the forms of today, the dialogs of a form. */
async function prepare({ keep: paths }) {
  for (const path of paths) {
    const { pathname } = new URL(path, ours);
    if (!PAGES.test(pathname) && !/^\/jobs\/\d+\/[a-z-]+$/.test(pathname)) continue;
    const answer = await fetch(path, { redirect: 'manual', cache: 'no-store' }).catch(() => null);
    if (!answer) return;
    await keep(path, answer);
  }
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', answer);
self.addEventListener('message', (event) => event.waitUntil(prepare(event.data)));

// A television on a wall: its clock and day, a picture that wanders so that nothing burns in, a screen that stays on,
// sound if somebody turned it on, and a fresh page every night.

import { reloadWhenIdle } from './reload.js';
import { now, zone } from './time.js';
import { format, hm, isoDay } from './words.js';

const SHIFT_MS = 600000;
const SHIFTS = [[0, 0], [2, 0], [4, 0], [4, 2], [4, 4], [2, 4], [0, 4], [0, 2], [2, 2]]; // px, a walk without jumps
const LONG = { weekday: 'long', day: 'numeric', month: 'long' };
const SOUND_EVERY_MS = 10000;
const LOST_MS = 600000; // Without news for so long a whole new page is tried.

const board = document.querySelector('rb-board');
const started = Date.now();
let sound = null;
let lastSound = 0;
let urgent = 0;
let lost = 0;

function put(selector, words, moment) {
  for (const place of document.querySelectorAll(selector)) {
    if (place.textContent === words) continue;
    place.textContent = words;
    place.dateTime = new Date(moment).toISOString();
  }
}

function tick() {
  const at = now();
  put('[data-wall-clock]', hm(at, zone()), at);
  put('[data-wall-day]', format(zone(), LONG).format(at).replace(',', ''), at);
  const step = Math.floor((Date.now() - started) / SHIFT_MS) % SHIFTS.length;
  const [x, y] = SHIFTS[step];
  const shift = step ? `translate(${x}px, ${y}px)` : '';
  if (document.body.style.transform !== shift) document.body.style.transform = shift;
  const night = hm(at, zone()).startsWith('04:') && Date.now() - started > 3700000;
  if (night) reloadWhenIdle(`night ${isoDay(at, zone())}`, 0, 600000);
  const dead = ['stale', 'offline'].includes(document.documentElement.dataset.live);
  lost = dead ? lost || Date.now() : 0;
  if (lost && Date.now() - lost > LOST_MS) reloadWhenIdle(`lost ${lost}`, 0);
}

async function stayOn() {
  if (!navigator.wakeLock || document.hidden) return;
  try {
    await navigator.wakeLock.request('screen');
  } catch {
    // Low battery or not allowed: then the television's own setting decides.
  }
}

/** Two short tones, rising for good news, falling for trouble; at most one sound in ten seconds, none at night. */
function play(notes) {
  const hour = Number(hm(now(), zone()).slice(0, 2));
  if (!sound || hour < 6 || hour >= 20 || Date.now() - lastSound < SOUND_EVERY_MS) return;
  lastSound = Date.now();
  notes.forEach((pitch, index) => {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    const at = sound.currentTime + index * 0.18;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  });
}

function turnSound(button) {
  if (sound) sound.close();
  sound = sound ? null : new AudioContext();
  button.textContent = sound ? 'Turn sound off' : 'Turn sound on';
  play([660, 880]);
}

const isAlarm = (card) => card.tone === 'bad' || Date.parse(card.late) <= now();
const alarms = () => [...board.cards.values()].filter(isAlarm).length;

if (board) {
  document.addEventListener('rb-changed', ({ detail }) => {
    const before = urgent;
    urgent = alarms();
    if (urgent > before) play([520, 390]);
    else if (detail.some((card) => card.lane === 'ready')) play([660, 880]);
  });
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-sound]');
    if (button) turnSound(button);
  });
  document.addEventListener('visibilitychange', stayOn);
  urgent = alarms();
  stayOn();
}
tick();
setInterval(tick, 1000);

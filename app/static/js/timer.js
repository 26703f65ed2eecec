// <rb-timer data-since data-before>: the running time on the phone. The holder's own, it never freezes.

import { make } from './make.js';
import { now } from './time.js';

class Timer extends HTMLElement {
  #tick = 0;
  #said = '';

  connectedCallback() {
    this.#show();
    this.#tick = setInterval(() => this.#show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#tick);
  }

  #show() {
    const run = Math.floor((now() - Date.parse(this.dataset.since)) / 1000);
    const seconds = Math.max(0, run) + Number(this.dataset.before);
    const minutes = Math.floor(seconds / 60);
    // The first minute counts seconds: after Start something must run.
    const parts = minutes ? [[minutes % 60, 'min']] : [[seconds, 's']];
    if (minutes >= 60) parts.unshift([Math.floor(minutes / 60), 'h']);
    if (this.#said === String(parts)) return;
    this.#said = String(parts);
    this.textContent = '';
    for (const [number, unit] of parts) this.append(number, make('small', {}, `${unit} `));
  }
}

customElements.define('rb-timer', Timer);

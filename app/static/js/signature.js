// <rb-signature>: the customer signs with a finger. Without it there are a typed name and a reason why nobody could.

import { make } from './make.js';

const LINE = 5; // Of 640 across.

class Signature extends HTMLElement {
  connectedCallback() {
    const pad = this.querySelector('[data-pad]');
    if (!pad || pad.dataset.ready) return;
    pad.dataset.ready = '1';
    pad.closest('form').hidden = false;
    let last = null;
    const place = ({ clientX, clientY }) => {
      const box = pad.getBoundingClientRect();
      return [((clientX - box.left) * pad.width) / box.width, ((clientY - box.top) * pad.height) / box.height];
    };
    pad.addEventListener('pointerdown', (event) => {
      pad.setPointerCapture(event.pointerId);
      last = place(event);
      stroke(pad, last, last);
    });
    pad.addEventListener('pointermove', (event) => {
      if (!last) return;
      const here = place(event);
      stroke(pad, last, here);
      last = here;
    });
    for (const kind of ['pointerup', 'pointercancel']) pad.addEventListener(kind, () => (last = null));
    this.querySelector('[data-clear]').addEventListener('click', () => clear(pad));
    pad.closest('form').addEventListener('reset', () => clear(pad));
  }
}

function stroke(pad, from, to) {
  const pen = pad.getContext('2d');
  Object.assign(pen, { lineWidth: LINE, lineCap: 'round', strokeStyle: '#101418' });
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  pad.dataset.signed = '1';
}

function clear(pad) {
  pad.getContext('2d').clearRect(0, 0, pad.width, pad.height);
  delete pad.dataset.signed;
}

/** The drawing as a file, on white; null, and a sentence, where nobody has signed. */
export async function drawing(form) {
  const pad = form.querySelector('[data-pad]');
  for (const old of form.querySelectorAll('[data-unsigned]')) old.remove();
  if (!pad.dataset.signed) {
    pad.after(make('p', { class: 'field-error', role: 'alert', 'data-unsigned': '' }, 'Sign in the box first.'));
    return null;
  }
  const paper = make('canvas', { width: pad.width, height: pad.height });
  const pen = paper.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.drawImage(pad, 0, 0);
  return new Promise((resolve) => paper.toBlob(resolve, 'image/png'));
}

if (!customElements.get('rb-signature')) customElements.define('rb-signature', Signature);

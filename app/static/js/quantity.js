// <rb-quantity>: − and + beside a quantity. The field alone does without this module.

class Quantity extends HTMLElement {
  #ears = new AbortController();

  connectedCallback() {
    for (const button of this.querySelectorAll('[data-step]')) button.hidden = false;
    this.addEventListener('click', (event) => this.#step(event), { signal: this.#ears.signal });
  }

  disconnectedCallback() {
    this.#ears.abort();
    this.#ears = new AbortController();
  }

  #step({ target }) {
    const button = target.closest('[data-step]');
    if (!button) return;
    const field = this.querySelector('input');
    const now = Number(field.value.replace(',', '.')) || 0;
    const next = now + Number(button.dataset.step);
    // Four decimals are kept; what a float adds to them is not.
    if (next > 0) field.value = String(Number(next.toFixed(4)));
  }
}

customElements.define('rb-quantity', Quantity);

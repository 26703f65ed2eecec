// <rb-pair data-ends>: a television that waits to be connected. It looks every five seconds whether somebody typed the
// code, and asks for a new code when this one ends.

const LOOK_MS = 5000; // RFC 8628's default interval; a pairing attempt takes people far longer.

class Pair extends HTMLElement {
  #tick = 0;

  connectedCallback() {
    this.#tick = setInterval(() => this.#look(), LOOK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#tick);
  }

  async #look() {
    try {
      const answer = await fetch(location.href, { cache: 'no-store' });
      if (!answer.ok) return;
      const paired = !(await answer.text()).includes('<rb-pair');
      if (paired || Date.now() > Date.parse(this.dataset.ends)) location.reload();
    } catch {
      // No network: the code stays, and so does this page.
    }
  }
}

customElements.define('rb-pair', Pair);

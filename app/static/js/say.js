// One polite voice per page, for those who listen.

let waiting = 0;

/** Of several sentences within 100 ms only the last is said. */
export function say(sentence) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const place = document.getElementById('say');
    // The same sentence twice in a row is read only if the text changes.
    place.textContent = place.textContent === sentence ? `${sentence}\u00a0` : sentence;
  }, 100);
}

// One polite voice per page, for those who listen instead of look.

let waiting = 0;

/** Says the last of several sentences that come within 100 ms. */
export function say(sentence) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const place = document.getElementById('say');
    // The same sentence twice in a row is read only if the text changes.
    place.textContent = place.textContent === sentence ? `${sentence}\u00a0` : sentence;
  }, 100);
}

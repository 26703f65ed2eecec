// The time for this page: the server's clock, as its last message told it, and the company's zone.

let ahead = 0;
let home;

/** Milliseconds since 1970 by the server's clock. A television's own is often wrong by minutes. */
export const now = () => Date.now() + ahead;

/** Takes the server's word for the present; under a second is only the way it travelled. */
export function heardTime(iso) {
  const told = Date.parse(iso) - Date.now();
  if (Math.abs(told - ahead) > 1000) ahead = told;
}

export function zone() {
  if (home === undefined) home = (document.querySelector('[data-zone]') || { dataset: {} }).dataset.zone || '';
  return home;
}

/** A stopwatch that neither a corrected clock nor a sleeping machine makes run short. */
export function stopwatch() {
  const [steady, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steady, Date.now() - wall);
}

// Money as the server says it (rules/money.py).

const SIGNS = { EUR: '€', USD: '$', GBP: '£' };

export function cash(minor, currency, places) {
  const digits = String(Math.abs(minor)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = places ? `.${digits.slice(-places)}` : '';
  return `${minor < 0 ? '-' : ''}${whole}${rest}\u00a0${SIGNS[currency] || currency}`;
}

export const sum = (cards) => cards.reduce((total, card) => total + Number(card.amount || 0), 0);

export function onBoard(minor) {
  const { currency, places } = document.querySelector('rb-board').dataset;
  return cash(minor, currency, Number(places));
}

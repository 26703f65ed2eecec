// Keys of ticked cards: a card that is drawn anew keeps its tick.

export const ticked = new Set();

export function keepTick(li) {
  const box = li.querySelector('.tick input');
  if (box) box.checked = ticked.has(li.dataset.key);
}

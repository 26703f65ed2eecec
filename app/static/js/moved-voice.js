// Reads out what this person's presses did to the board.

import { onBoard, sum } from './cash.js';
import { movedWords } from './moved-words.js';
import { say } from './say.js';

document.addEventListener('rb-moved', ({ detail: { cards, ...where } }) => {
  say(movedWords({ jobs: cards.map(({ number }) => number), total: onBoard(sum(cards)), ...where }));
});

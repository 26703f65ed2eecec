// The list of keys, for whoever presses ? or the button in the footer.

import { make } from './make.js';

const KEYS = {
  '↑ ↓': 'the card before, the next card',
  '← →': 'the lane beside',
  m: 'move the card',
  Enter: 'open the job',
  'Ctrl + Z': 'undo my last move',
  Esc: 'close a dialog',
  '?': 'this list',
};

export function showKeys() {
  const back = document.activeElement;
  const list = make('dl', { class: 'whynot' });
  for (const [key, does] of Object.entries(KEYS)) {
    list.append(make('dt', {}, make('kbd', {}, key)), make('dd', {}, does));
  }
  const close = make('button', { class: 'button' }, 'Close');
  const dialog = make('dialog', { class: 'dialog', 'aria-label': 'Keys' }, list, close);
  close.onclick = () => dialog.close();
  dialog.onclose = () => {
    dialog.remove();
    back.focus();
  };
  document.body.append(dialog);
  dialog.showModal();
}

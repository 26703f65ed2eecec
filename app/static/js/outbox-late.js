// The door for work that comes too late: its person has left, or the server did not accept it. The office decides.

import { send } from './send.js';

const door = ({ file }) => (file ? '/late/photos' : '/late/presses');

/** The same press for the other door: it says which form it was for, and whose it is. */
export const lateOf = (item, why = '') => ({
  ...item,
  path: door(item),
  body: [...item.body, ['late_path', item.path], ['late_person', String(item.person)], ['late_why', why]],
});

export const handIn = (late) => send(late, null, { 'X-Readyboard-Late': String(late.person) }, 'manual');

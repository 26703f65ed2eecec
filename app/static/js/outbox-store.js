// What waits on this phone, in IndexedDB: on the disk before anybody is told that it is saved.

const STORE = 'items';
let opening = null;

function open() {
  opening =
    opening ||
    new Promise((resolve, reject) => {
      const asked = indexedDB.open('readyboard-outbox', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'n', autoIncrement: true });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = asked.onblocked = () => reject(asked.error);
    });
  opening.catch(() => (opening = null));
  return opening;
}

/** Resolves when the transaction is complete, which with "strict" means written through. */
async function run(mode, act) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction(STORE, mode, { durability: 'strict' });
    const asked = act(work.objectStore(STORE));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

/** Every item in the order of the presses, whoever pressed. */
export const all = () => run('readonly', (items) => items.getAll());

/** Adds one, or writes a changed one back; answers its number. */
export const put = (item) => run('readwrite', (items) => items.put(item));

export const drop = (n) => run('readwrite', (items) => items.delete(n));

const turns = new Map<string, Promise<unknown>>();

/**
 * Lets work of one key wait for that before it, here instead of at a lock of the database: whoever waits there holds one of the few
 * connections. It keeps no other program out; that the lock does.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key);
  const turn = before === undefined ? work() : before.then(work, work);
  turns.set(key, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}

import type { Actor } from "#contracts/access";

/**
 * Calls that are being answered, so that `notifications/cancelled`, which comes as a request of its own, finds the one it means. Ids of calls
 * are a client's own and those of many clients with one key are alike, so that each is told apart by a name that it was given at first.
 */
export function openUnderWay() {
  const calls = new Map<string, AbortController>();
  return (actor: Actor, client: string | null) => {
    const nameOf = (id: string | number) => JSON.stringify([actor.keyId, client, id]);
    return {
      /** Runs a call with the signal that it was cancelled, or that its client went away. */
      async run<T>(id: string | number, gone: AbortSignal, call: (gone: AbortSignal) => Promise<T>): Promise<T> {
        // One that has no name cannot be told from others with its key.
        if (client === null) return call(gone);
        const own = new AbortController();
        const name = nameOf(id);
        calls.set(name, own);
        try {
          return await call(AbortSignal.any([gone, own.signal]));
        } finally {
          if (calls.get(name) === own) calls.delete(name);
        }
      },
      cancel: (id: string | number) => calls.get(nameOf(id))?.abort(),
    };
  };
}

/** One value that changes over time, in the shape React's useSyncExternalStore reads. */
export type Cell<T> = {
  get(): T;
  set(next: T): void;
  /** Calls back on every change; returns the closer. */
  subscribe(listener: () => void): () => void;
};

export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

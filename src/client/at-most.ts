/**
 * Runs only so many pieces of work at once, the others in the order they came in: `const slow = atMost(4); await slow(() => …)`. What the
 * panel does only a few times at once for one person would otherwise be refused when many are asked for together.
 */
export function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes just now takes it first.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

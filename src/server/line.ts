import { AppError } from "#contracts/errors";

/** When whoever was turned away may come again, s. */
const AGAIN = 2;

/**
 * Lets so many of one key in at once; who comes later waits in the order of coming, and who finds too many waiting is turned away at once
 * (AppError too_many_requests). Who is `gone` waits no longer (AppError cancelled). For what is short: at-once.ts turns away without waiting.
 */
export function openLine({ atOnce, waiting: most }: { atOnce: number; waiting: number }) {
  type Line = { under: number; waiting: (() => void)[] };
  const lines = new Map<string, Line>();

  function enter(line: Line, gone: AbortSignal | undefined): Promise<void> | undefined {
    if (line.under < atOnce) {
      line.under += 1;
      return undefined;
    }
    if (line.waiting.length >= most) throw new AppError("too_many_requests", { seconds: AGAIN });
    return new Promise((resolve, reject) => {
      const go = () => {
        gone?.removeEventListener("abort", drop);
        resolve();
      };
      const drop = () => {
        line.waiting.splice(line.waiting.indexOf(go), 1);
        reject(new AppError("cancelled"));
      };
      gone?.addEventListener("abort", drop, { once: true });
      line.waiting.push(go);
    });
  }

  /** Does `work` when it is its turn. */
  return async <T>(key: string, work: () => Promise<T>, gone?: AbortSignal): Promise<T> => {
    // Before there is a line of this key, which nobody would take away again.
    if (gone?.aborted) throw new AppError("cancelled");
    const line = lines.get(key) ?? { under: 0, waiting: [] };
    lines.set(key, line);
    await enter(line, gone);
    try {
      return await work();
    } finally {
      // The place of whoever leaves is taken by the next.
      const next = line.waiting.shift();
      if (next) next();
      else line.under -= 1;
      if (line.under === 0) lines.delete(key);
    }
  };
}

import { statSync } from "node:fs";
import type { BotId } from "#contracts/bot";
import type { Closer } from "../ports";
import type { Times } from "./times";

/** How coarse the times of lines are that nobody watches, ms. */
const EVERY_MS = 1_000;

/** Looks at the log of every live run once a second and notes how far it has come. */
export function openStamps(times: Times, logFile: (botId: BotId, run: number) => string) {
  const live = new Map<BotId, { run: number; file: string; size: number }>();
  let busy: Promise<unknown> = Promise.resolve();

  function look(stamped: { file: string; size: number }) {
    const found = glance(stamped.file);
    if (!found || found.size === stamped.size) return;
    stamped.size = found.size;
    busy = Promise.all([busy, times.note(stamped.file, found.size, found.mtimeMs).catch(() => {})]);
  }
  const timer = setInterval(() => live.forEach(look), EVERY_MS);
  timer.unref();

  return {
    stamp(botId: BotId, run: number | null) {
      const before = live.get(botId);
      if (before?.run === run) return;
      if (before) look(before);
      live.delete(botId);
      if (run !== null) {
        const now = { run, file: logFile(botId, run), size: -1 };
        live.set(botId, now);
        look(now);
      }
    },
    close: (async () => {
      clearInterval(timer);
      live.clear();
      await busy;
    }) satisfies Closer,
  };
}

/** Synchronous on purpose: it takes microseconds, a hundredth of what the same call costs through the thread pool. */
function glance(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined; // A disk that refuses: the times of these lines will be coarser.
  }
}

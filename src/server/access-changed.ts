import { AppError } from "#contracts/errors";
import { workerOf } from "./worker";

/*
 * What a person may do has changed: the worker closes what they have open. One that does not answer now is told again until it has heard: it
 * may only hang, and still hold every connection when it goes on. One that was ended has none any more, and a web that dies takes them along.
 */

/** Whom it is about: one person, or these sessions of theirs alone; null: everybody. */
type Whom = { userId: string; sessionIds?: readonly string[] } | null;

/** How soon it is told again, ms. */
const AGAIN_MS = 1_000;

/** What the worker has not heard yet, by whom it is about: few, however often one of them changes. */
const owed = new Map<string, Whom>();
let repeating = false;

/**
 * Says that what a person may do has changed: their live connections are closed, and their SFTP connections, uploads, extracts and pulls
 * that no longer may be. `sessionIds`: only these sessions of theirs ended, and only their sockets are closed. To be called when the
 * change is written. Never fails.
 */
export const accessChanged = (userId: string, sessionIds?: readonly string[]): Promise<void> =>
  say({ userId, ...(sessionIds && { sessionIds }) });

/** As `accessChanged`, for everybody at once: who still may connects again by themselves. */
export const everyoneChecked = (): Promise<void> => say(null);

async function say(whom: Whom): Promise<void> {
  if (await hears(whom)) return;
  owe(whom);
  repeat();
}

async function hears(whom: Whom): Promise<boolean> {
  const worker = workerOf();
  try {
    if (whom === null) await worker.ask("access.recheck", {});
    else {
      const { userId, sessionIds } = whom;
      await worker.ask("access.changed", { userId, ...(sessionIds && { sessionIds: [...sessionIds] }) });
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "worker_away"))
      console.error("that access has changed could not be told:", error);
    return false;
  }
}

function owe(whom: Whom): void {
  const key = whom?.userId ?? "";
  const before = owed.get(key);
  const sessionIds = before?.sessionIds && whom?.sessionIds && [...before.sessionIds, ...whom.sessionIds];
  // All that somebody has open includes single sessions of theirs.
  if (whom === null || before === undefined) owed.set(key, whom);
  else owed.set(key, { userId: key, ...(sessionIds && { sessionIds }) });
}

function repeat(): void {
  if (repeating) return;
  repeating = true;
  setTimeout(async () => {
    for (const [key, whom] of [...owed]) {
      owed.delete(key);
      if (await hears(whom)) continue;
      owe(whom);
      break;
    }
    repeating = false;
    if (owed.size > 0) repeat();
  }, AGAIN_MS).unref();
}

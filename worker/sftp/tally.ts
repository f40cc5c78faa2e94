import { showPath } from "#contracts/files";
import type { SftpActivity } from "#contracts/sftp";
import type { AskWeb } from "../questions";

/** The counts of an entry. */
export type Deed = "read" | "written" | "removed" | "renamed" | "foldersMade" | "changed" | "refused";

/** What one connection did, merged by the minute. */
export interface Tally {
  add(deed: Deed, path: string): void;
  bytes(way: "bytesRead" | "bytesWritten", count: number): void;
  /** Hands over what was counted so far, if it is a minute old or this is the end. */
  close(): void;
}

export interface Activity {
  open(who: Pick<SftpActivity, "userId" | "name" | "botId" | "address">): Tally;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** What is done within this is one entry, ms. */
const MERGE_MS = 60_000;
/** Paths that an entry names. */
const PATHS = 20;
/** Entries that are told at once, and that wait for a web that is away; beyond, the oldest are forgotten. */
const BATCH = 100;
const WAITING = 1_000;

/** Gathers what connections do, and has the web write it down. */
export function openActivity(ask: AskWeb, say: (line: string) => void): Activity {
  const waiting: SftpActivity[] = [];
  const tallies = new Set<{ flush(before: number): void }>();
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const activity = waiting.slice(0, BATCH);
      try {
        await ask("sftp.record", { activity });
      } catch (error) {
        // It stays, and is tried again with the next.
        return say(`what was done over SFTP could not be written down yet: ${String(error)}`);
      }
      waiting.splice(0, activity.length);
    }
  }

  function send(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  const merging = setInterval(() => {
    for (const tally of tallies) tally.flush(Date.now() - MERGE_MS);
    void send();
  }, MERGE_MS / 12).unref();

  return {
    open(who) {
      const empty = (): SftpActivity => ({
        ...who,
        at: Date.now(),
        read: 0,
        written: 0,
        bytesRead: 0,
        bytesWritten: 0,
        removed: 0,
        renamed: 0,
        foldersMade: 0,
        changed: 0,
        refused: 0,
        paths: [],
      });
      let now: SftpActivity | undefined;
      const current = (): SftpActivity => {
        now ??= empty();
        return now;
      };
      const tally = {
        flush(before: number) {
          if (!now || now.at > before) return;
          waiting.push(now);
          now = undefined;
          // What is being sent stands in front.
          if (waiting.length > WAITING) waiting.splice(BATCH, waiting.length - WAITING);
        },
      };
      tallies.add(tally);
      return {
        add(deed, path) {
          const entry = current();
          entry[deed] += 1;
          if (entry.paths.length >= PATHS) return;
          // Shortened: nobody may fill the log, or what waits for it, by paths as long as a page.
          const shown = showPath(path);
          if (!entry.paths.includes(shown)) entry.paths.push(shown);
        },
        bytes(way, count) {
          current()[way] += count;
        },
        close() {
          tally.flush(Number.POSITIVE_INFINITY);
          tallies.delete(tally);
          void send();
        },
      };
    },
    async close() {
      clearInterval(merging);
      for (const tally of tallies) tally.flush(Number.POSITIVE_INFINITY);
      await send();
    },
  };
}

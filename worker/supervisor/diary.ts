import { AppError } from "#contracts/errors";
import type { Desired } from "#contracts/process";
import type { Clock } from "./clock";
import { type Memory, memory as nothing, type Shelf, type Wish } from "./shelf";

/** How often a disk that refused is asked again, ms. */
const RETRY_MS = 5_000;
/** How long news may wait for other news to be written with, ms. */
const JOT_MS = 200;

/*
 * What a bot's supervision remembers over the worker's death. What counts is in memory at once; the disk follows. A disk that refuses
 * stops nothing: what it did not take is owed, and tried again until it does.
 *
 *   remember, keep, want ──▶ owed ──▶ disk        of one key only the latest is written
 *                             ▲        │ refused
 *                             └─ 5 s ──┘
 */

/** The wish, and what was lived through. */
export interface Diary {
  readonly wanted: Desired;
  /** The number of the present wish. */
  readonly wish: number;
  readonly memory: Memory;
  /** What the disk said, while something is owed. */
  readonly trouble: string | undefined;
  /** Keeps the news at once; settles when they are on disk, or owed. */
  remember(news: Partial<Memory>): Promise<void>;
  /** Keeps the news at once; they reach the disk with the next that are remembered, or a moment later. For what the next worker can do without. */
  jot(news: Partial<Memory>): void;
  /** Writes something else of the bot; settles when it is on disk, or owed. A later one of the key takes its place. */
  keep(key: string, write: () => Promise<void>): Promise<void>;
  /**
   * Changes the wish at once, and settles when it is on disk. AppError disk_unwritable: a wish for up is taken back then, since who
   * asked is told so; a wish for down stays, and is owed.
   */
  want(desired: Desired, at: number): Promise<void>;
  /** Gives up what is owed, writes what was jotted, and settles when nothing is being written. */
  close(): Promise<void>;
}

type DiaryPorts = {
  clock: Pick<Clock, "after">;
  say(line: string): void;
  /** Trouble came or went. */
  changed(): void;
};

/** Opens the diary of a bot. What cannot be read is said, and the generation before it is taken. */
export async function openDiary(shelf: Shelf, { clock, say, changed }: DiaryPorts): Promise<Diary> {
  const text = (error: unknown) => (error instanceof Error ? error.message : String(error));
  let memory = await shelf
    .memory((path, failure) => say(`${path} cannot be read, using the one before: ${text(failure)}`))
    .catch((error: unknown) => {
      say(`${shelf.root}/state.json cannot be read, going on without: ${text(error)}`);
      return nothing.parse({});
    });
  let wish = await readWish();
  const owed = new Map<string, () => Promise<void>>();
  let writing: Promise<unknown> = Promise.resolve();
  let trouble: string | undefined;
  let retry: (() => void) | undefined;
  let jotted: (() => void) | undefined;
  let closed = false;

  /** An older generation of the wish may say the very opposite: what state.json says of it is newer. */
  async function readWish(): Promise<Wish> {
    let isGarbled = false;
    const read = await shelf
      .wish((path, failure) => {
        isGarbled = true;
        say(`${path} cannot be read, using the one before: ${text(failure)}`);
      })
      .catch((error: unknown) => {
        say(`${shelf.root}/desired.json cannot be read: ${text(error)}`);
        return undefined;
      });
    const known = memory.wish;
    if (known && (!read || (isGarbled && known.n >= read.n))) return known;
    // Without a readable wish a bot stays down: starting one that a person stopped is the worse mistake.
    return read ?? { desired: "down", at: 0, n: 0 };
  }

  /** One write at a time, in order. Rejects when it is refused; it is owed then. */
  function write(key: string, what: () => Promise<void>): Promise<void> {
    owed.set(key, what);
    const done = writing.then(() => pay(key));
    writing = done.catch(() => {});
    return done;
  }

  async function pay(key: string): Promise<void> {
    const what = owed.get(key);
    // Who wrote before us wrote the latest already.
    if (!what) return;
    try {
      await what();
      if (owed.get(key) === what) owed.delete(key);
    } catch (error) {
      if (trouble !== text(error)) say(`${shelf.root}: ${key} cannot be written: ${text(error)}`);
      trouble = text(error);
      if (!closed) retry ??= clock.after(RETRY_MS, payAll);
      changed();
      throw error;
    }
    calmDown();
  }

  function calmDown() {
    if (owed.size > 0 || trouble === undefined) return;
    say(`${shelf.root}: nothing is owed any more`);
    trouble = undefined;
    retry?.();
    retry = undefined;
    changed();
  }

  function payAll() {
    retry = undefined;
    for (const key of owed.keys()) {
      writing = writing.then(() => (closed ? undefined : pay(key))).catch(() => {});
    }
  }

  const later = (key: string, what: () => Promise<void>) => write(key, what).catch(() => {});

  function writeMemory(): Promise<void> {
    jotted?.();
    jotted = undefined;
    return later("state.json", () => shelf.putMemory(memory));
  }

  return {
    get wanted() {
      return wish.desired;
    },
    get wish() {
      return wish.n;
    },
    get memory() {
      return memory;
    },
    get trouble() {
      return trouble;
    },
    remember(news) {
      memory = { ...memory, ...news };
      return writeMemory();
    },
    jot(news) {
      memory = { ...memory, ...news };
      if (!closed) jotted ??= clock.after(JOT_MS, () => void writeMemory());
    },
    keep: later,
    async want(desired, at) {
      // Wished for already, written down, and not given up since: nothing would change.
      if (wish.desired === desired && wish.n > 0 && memory.parked === null && !owed.has("desired.json")) return;
      const before = wish;
      const wasOwed = owed.has("desired.json");
      wish = { desired, at, n: before.n + 1 };
      const mine = wish;
      try {
        await write("desired.json", async () => {
          const written = wish;
          await shelf.putWish(written);
          memory = { ...memory, wish: written };
        });
      } catch (error) {
        if (desired === "up" && wish === mine) {
          wish = before;
          if (!wasOwed) owed.delete("desired.json");
          calmDown();
        }
        throw new AppError("disk_unwritable", { detail: text(error), path: shelf.root });
      }
    },
    async close() {
      closed = true;
      retry?.();
      if (jotted) void writeMemory();
      await writing;
    },
  };
}

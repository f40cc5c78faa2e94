import { AppError } from "#contracts/errors";
import type { Desired } from "#contracts/process";
import type { Memory, Shelf } from "./shelf";

/** What a bot's supervision remembers over the worker's death: the wish, and what was lived through. */
export interface Diary {
  readonly wanted: Desired;
  readonly memory: Memory;
  /** Keeps the news at once, and settles when they are on disk. A disk that refuses must not stop the supervision. */
  remember(news: Partial<Memory>): Promise<void>;
  /** Changes the wish at once, and settles when it is on disk. AppError disk_unwritable; a wish for up is then taken back. */
  want(desired: Desired, at: number): Promise<void>;
  /** Settles when nothing is being written. */
  written(): Promise<void>;
}

/** Opens the diary of a bot. */
export async function openDiary(shelf: Shelf, say: (line: string) => void): Promise<Diary> {
  const garbage = (name: string) => (error: unknown) => {
    say(`${shelf.root}/${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  };
  // Without a readable wish a bot stays down: starting one that a person stopped is the worse mistake.
  let wanted = (await shelf.desired().catch(garbage("desired.json"))) ?? "down";
  let memory = await shelf.memory();
  let writing: Promise<unknown> = Promise.resolve();

  /** One write at a time, in order. */
  function write(what: () => Promise<void>): Promise<void> {
    const done = writing.then(what);
    writing = done.catch(() => {});
    return done;
  }

  return {
    get wanted() {
      return wanted;
    },
    get memory() {
      return memory;
    },
    async remember(news) {
      memory = { ...memory, ...news };
      const kept = memory;
      await write(() => shelf.putMemory(kept)).catch((error: unknown) =>
        say(`${shelf.root}/state.json: ${String(error)}`),
      );
    },
    async want(desired, at) {
      const before = wanted;
      wanted = desired;
      try {
        await write(() => shelf.putDesired(desired, at));
      } catch (error) {
        if (desired === "up") wanted = before;
        const detail = error instanceof Error ? error.message : String(error);
        throw new AppError("disk_unwritable", { detail, path: shelf.root });
      }
    },
    written: async () => void (await writing),
  };
}

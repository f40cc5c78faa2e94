import { type FSWatcher, watch } from "node:fs";
import { basename } from "node:path";

/** How often a run is looked at of which nothing is reported, ms; one that is watched only every so many times. */
const FLOOR_MS = 1_000;
const WATCHED_ROUNDS = 5;

/** Has records looked at whenever they change, and every few seconds in any case. */
export interface Sight {
  /**
   * Calls `look` when something happens to a file, first right after this call, until it answers true or the returned closer is called.
   * Not for the folder of a run: each line that its bot writes happens in it.
   */
  on(path: string, look: () => boolean): () => void;
  close(): void;
}

export function createSight(): Sight {
  const looks = new Map<() => void, { watched: boolean }>();
  const closers = new Set<() => void>();
  // Kernels limit watches, and some file systems report nothing: the floor alone is enough to be right.
  let round = 0;
  const floor = setInterval(() => {
    round += 1;
    for (const [look, { watched }] of looks) if (!watched || round % WATCHED_ROUNDS === 0) look();
  }, FLOOR_MS);
  floor.unref();

  return {
    on(path, look) {
      let watcher: FSWatcher | undefined;
      const step = () => {
        if (looks.has(step) && look()) end();
      };
      const end = () => {
        looks.delete(step);
        closers.delete(end);
        watcher?.close();
      };
      const state = { watched: true };
      looks.set(step, state);
      closers.add(end);
      try {
        watcher = watch(path, { persistent: false }, (event, name) => {
          // What is watched was itself deleted or moved: what happens where it was is reported no more.
          if (event === "rename" && name === basename(path)) state.watched = false;
          step();
        });
        watcher.on("error", () => {
          state.watched = false;
          watcher?.close();
        });
      } catch {
        state.watched = false;
      }
      setImmediate(step);
      return end;
    },
    close() {
      clearInterval(floor);
      for (const end of [...closers]) end();
    },
  };
}

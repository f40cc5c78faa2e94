import { type FSWatcher, watch } from "node:fs";

/** How often every run is looked at, also when nothing was reported, ms. */
const FLOOR_MS = 1_000;

/** Has folders looked at whenever something happens in them, and once a second in any case. */
export interface Sight {
  /** Calls `look`, first right after this call, until it answers true or the returned closer is called. */
  on(dir: string, look: () => boolean): () => void;
  close(): void;
}

export function createSight(): Sight {
  const looks = new Set<() => void>();
  const closers = new Set<() => void>();
  // Kernels limit watches, and some file systems report nothing: the floor alone is enough to be right.
  const floor = setInterval(() => {
    for (const look of looks) look();
  }, FLOOR_MS);
  floor.unref();

  return {
    on(dir, look) {
      let watcher: FSWatcher | undefined;
      const step = () => {
        if (looks.has(step) && look()) end();
      };
      const end = () => {
        looks.delete(step);
        closers.delete(end);
        watcher?.close();
      };
      looks.add(step);
      closers.add(end);
      try {
        watcher = watch(dir, { persistent: false }, step);
        watcher.on("error", () => watcher?.close());
      } catch {
        watcher = undefined;
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

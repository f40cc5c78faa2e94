import { execFile } from "node:child_process";
import { mkdir, rename, rm } from "node:fs/promises";

/** FIFOs made ahead, many by one program: to make those of a run in its start takes 3.5 ms of some ten. */
export interface Fifos {
  /** Gives each of these paths one, in order; what is there already is replaced. False when it could not: not all of them are there then. */
  place(paths: readonly string[]): Promise<boolean>;
}

/** So many lie ready for whoever starts next, and so many are made when hundreds come at once. */
const READY = 24;
const CROWD = 240;
const TRIES = 6;
/** A machine that takes longer to make some has other trouble, ms. */
const MAKE_MS = 5_000;

/** Keeps FIFOs in a folder, which is emptied first and should be on the file system of those who take them. `mkfifo`: the program. */
export function openFifos(folder: string, mkfifo: string): Fifos {
  const ready: string[] = [];
  let count = 0;
  let wanted = 0;
  let making: Promise<void> | undefined;
  let emptied: Promise<unknown> | undefined;
  /** On another file system than those who take them: it is not tried again. */
  let isFar = false;

  /** Makes more, one program at a time; whoever waits for some waits for it. */
  function make(): Promise<void> {
    making ??= fill()
      .catch(() => {}) // Whoever wants one makes it by itself, and tells why it cannot.
      .finally(() => {
        making = undefined;
      });
    return making;
  }

  async function fill(): Promise<void> {
    emptied ??= rm(folder, { recursive: true, force: true }).then(() => mkdir(folder, { mode: 0o700 }));
    await emptied.catch((error) => {
      emptied = undefined;
      throw error;
    });
    const many = wanted > READY ? CROWD : READY;
    const made = Array.from({ length: many }, () => `${folder}/${++count}`);
    await new Promise<void>((settle, fail) => {
      execFile(mkfifo, ["-m", "600", ...made], { timeout: MAKE_MS }, (error) => (error ? fail(error) : settle()));
    });
    ready.push(...made);
  }

  return {
    async place(paths) {
      if (isFar) return false;
      const taken: string[] = [];
      wanted += paths.length;
      try {
        // Others who wait for the same may take them first.
        for (let tries = 0; ready.length < paths.length && tries < TRIES; tries++) await make();
        if (ready.length < paths.length) return false;
        taken.push(...ready.splice(0, paths.length));
        for (const [n, path] of paths.entries()) await rename(taken[n] ?? "", path);
        return true;
      } catch (error) {
        isFar ||= error instanceof Error && "code" in error && error.code === "EXDEV";
        // Half a set is in the way of who makes all of them.
        await Promise.all([...taken, ...paths].map((path) => rm(path, { force: true }).catch(() => {})));
        return false;
      } finally {
        wanted -= paths.length;
        if (ready.length < READY / 2) void make();
      }
    },
  };
}

import { execFile } from "node:child_process";
import { statfsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A small disk of our own, in memory, that can be full. */
export type Disk = {
  /** Leaves not a byte. It is bounded to what is used, so that nothing has to be written to fill it. */
  fill(): Promise<void>;
  free(): Promise<void>;
  isFull(): boolean;
  close(): Promise<void>;
};

/** Mounts it on an empty folder; undefined where that is not allowed. */
export async function mountDisk(folder: string, sizeMb: number): Promise<Disk | undefined> {
  const options = (bytes: number) => `size=${bytes},mode=0755`;
  const size = sizeMb * 1024 * 1024;
  try {
    await run("mount", ["-t", "tmpfs", "-o", options(size), "botyard-chaos", folder]);
  } catch {
    return undefined;
  }
  let full = false;
  const used = () => {
    const { blocks, bfree, bsize } = statfsSync(folder);
    return (blocks - bfree) * bsize;
  };
  const bound = (bytes: number) => run("mount", ["-o", `remount,${options(bytes)}`, folder]);
  return {
    async fill() {
      full = true;
      // Whoever writes at this moment makes it too small; a page more, and again.
      for (let room = 0; full; room += 65_536) {
        try {
          await bound(used() + room);
          return;
        } catch (error) {
          if (room > 50 * 65_536) throw error;
        }
      }
    },
    async free() {
      full = false;
      await bound(size);
    },
    isFull: () => full,
    async close() {
      for (let left = 20; left > 0; left--) {
        const done = await run("umount", [folder]).then(
          () => true,
          () => false,
        );
        if (done) return;
        await sleep(250);
      }
      await run("umount", ["-l", folder]);
    },
  };
}

import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ifMissing } from "./missing";
import type { Runs } from "./runs";

/** What is kept of a bot's runs at most. */
export type Bounds = { runs: number; bytes: number };
export const BOUNDS: Bounds = { runs: 200, bytes: 256 * 1024 * 1024 };

/** Removes the oldest ended runs beyond the bounds. The newest run stays, however large, and so does any that may live. */
export async function prune(runs: Runs, bounds: Bounds): Promise<void> {
  const look = await runs.look();
  let kept = 0;
  let bytes = 0;
  let over = false;
  for (const run of look.runs.toReversed()) {
    bytes += await sizeOf(runs.dir(run));
    kept += 1;
    // Once one is too much, every older one is: what is kept has no holes.
    over ||= kept > bounds.runs || bytes > bounds.bytes;
    if (!over || run === look.runs.at(-1) || !(await look.at(run)).done) continue;
    await rm(runs.dir(run), { recursive: true, force: true });
  }
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(dir).catch(ifMissing([]))) {
    const found = await lstat(join(dir, name)).catch(ifMissing(null));
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}

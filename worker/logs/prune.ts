import { lstat, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { LogPolicy } from "#contracts/bot";
import { ifMissing } from "./missing";
import type { Runs } from "./runs";
import { parseStanding, readPieces, segmentsDir, standingText } from "./standing";

/** What is kept of a bot's runs at most, whatever a policy says. */
export type Bounds = { runs: number; pieces: number };
export const BOUNDS: Bounds = { runs: 200, pieces: 10_000 };

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** With less free space than this part of the disk, and than so many bytes, half as much is kept. */
const SCARCE = { part: 0.05, bytes: 512 * MB } as const;
/** Once there is too much, so much more goes that the next look is not due at once. */
const SLACK = 1 / 16;

type PrunePorts = {
  bounds: Bounds;
  /** Bytes to keep at most, and since when, ms. */
  keep: { bytes: number; since: number };
};

/** What a policy comes to now: with little free space on the disk, half of it. */
export async function keepOf(
  dir: string,
  { keepMb, keepDays }: LogPolicy,
): Promise<PrunePorts["keep"] & { scarce: boolean }> {
  const scarce = await isScarce(dir);
  const since = keepDays === 0 ? 0 : Date.now() - keepDays * DAY_MS;
  return { bytes: (keepMb * MB) / (scarce ? 2 : 1), since, scarce };
}

async function isScarce(dir: string): Promise<boolean> {
  const found = await statfs(dir).catch(() => null);
  if (!found) return false;
  const free = found.bavail * found.bsize;
  return free < Math.min(SCARCE.bytes, found.blocks * found.bsize * SCARCE.part);
}

/**
 * Removes the oldest beyond the bounds: pieces of a run, and a run when nothing of it is to be kept. What is in a live file stays, and
 * so does any run that may live, and the newest. What is kept has no holes. Answers how many bytes of the disk are left in use.
 */
export async function prune(runs: Runs, { bounds, keep }: PrunePorts): Promise<number> {
  const look = await runs.look();
  const sizes = new Map<number, number>();
  let total = 0;
  for (const run of look.runs) {
    const bytes = (await sizeOf(runs.dir(run))) + (await sizeOf(segmentsDir(runs.dir(run))));
    sizes.set(run, bytes);
    total += bytes;
  }
  const most = total > keep.bytes ? keep.bytes * (1 - SLACK) : keep.bytes;
  for (const [index, run] of look.runs.entries()) {
    const seen = await look.at(run);
    const dir = runs.dir(run);
    const mayGo = seen.done && run !== look.runs.at(-1);
    const old = seen.record?.endedAt !== undefined && seen.record.endedAt < keep.since;
    if (mayGo && (old || look.runs.length - index > bounds.runs)) {
      await rm(dir, { recursive: true, force: true });
      total -= sizes.get(run) ?? 0;
      continue;
    }
    const left = await prunePieces(dir, { total, most, since: keep.since, pieces: bounds.pieces });
    const removed = total - left;
    total = left;
    if (total <= most || !mayGo) continue;
    await rm(dir, { recursive: true, force: true });
    total -= Math.max(0, (sizes.get(run) ?? 0) - removed);
  }
  return total;
}

type Wanted = { total: number; most: number; since: number; pieces: number };

/** Removes the oldest pieces of a run; answers what is left of the total. */
async function prunePieces(dir: string, { total, most, since, pieces }: Wanted): Promise<number> {
  const found = await readPieces(dir);
  const base = parseStanding(standingText(dir))?.base ?? 0;
  let left = total;
  for (const [index, piece] of found.entries()) {
    // What is still in the live file as well must stay: without its piece it would be read from there again.
    if (piece.to > base) break;
    const path = join(segmentsDir(dir), piece.name);
    const stat = await lstat(path).catch(ifMissing(null));
    const tooMany = found.length - index > pieces;
    if (left <= most && !tooMany && (!stat || stat.mtimeMs >= since)) break;
    await rm(path, { force: true });
    left -= stat ? stat.blocks * 512 : 0;
  }
  return left;
}

async function sizeOf(dir: string): Promise<number> {
  // Each file once: while a log is cut it has two names.
  const files = new Map<number, number>();
  for (const name of await readdir(dir).catch(ifMissing([]))) {
    const found = await lstat(join(dir, name)).catch(ifMissing(null));
    // What it takes on the disk: a log with a hole at its head is smaller than it seems.
    if (found?.isFile()) files.set(found.ino, found.blocks * 512);
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

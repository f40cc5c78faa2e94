import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { open, readdir, rename } from "node:fs/promises";
import { z } from "zod";
import { ifMissing } from "./missing";

/*
 * How the log of one run lies on the disk. Offsets are those of the whole log and never change; `base` is the first that is still in
 * the live file, which the bot writes, and what lies before it is in segments, or was let go:
 *
 *   0 ··· bounds ···▶ start ├─ segment ─┼─ segment ─┼░ outrun ░┼─ segment ─┤            segments/<from>-<to>-<base>.gz | .outrun
 *                                                                      base├──── out.log ────▶ size
 *
 * A segment begins and ends where a line does, the live file where a block of the disk does, so that they overlap by less than a
 * block; a segment is believed first. rotate.json holds `base` and `shift`, and while bytes are cut off, what is being done.
 */

const offset = z.number().int().nonnegative();

/** What is about to be cut off the head of the live file: everything before `to`, which lies in segments or is written off by now. */
export const cut = z.object({
  to: offset,
  /** How the bytes are freed: they are taken out, a hole is made of them, or the file is emptied while its writers are stopped. */
  method: z.enum(["collapse", "punch", "stop"]),
  /** `marking`: nothing was cut yet. `cutting`: it may have been. */
  phase: z.enum(["marking", "cutting"]),
  /** Stands at the live file's head until the cut is done; what stands there afterwards was written long before this was drawn. */
  mark: z.string().max(64),
  /** The boot of the machine in which this was written. */
  boot: z.string(),
  /** The live file's size before, its first bytes before the mark was written, and those that come first once it is cut (hashes). */
  size: offset,
  head: z.string(),
  next: z.string(),
});
export type Cut = z.infer<typeof cut>;

const standing = z.object({
  base: offset,
  /** What to add to a place in the live file to get its offset. */
  shift: offset,
  cut: cut.optional(),
});
/** Where the live file stands in its log. */
export type Standing = z.infer<typeof standing>;

/** A piece of a log that is no longer in the live file: packed in a segment, or let go because it came too fast. */
export type Piece = { from: number; to: number; base: number; packed: boolean; name: string };

export const standingFile = (runDir: string) => `${runDir}/rotate.json`;
export const segmentsDir = (runDir: string) => `${runDir}/segments`;

/** The text of rotate.json; "" when there is none. As long as it is the same, nothing was cut. */
export function standingText(runDir: string): string {
  // Synchronous on purpose: asked before and after every reading, and it takes microseconds; an exception, for most are not there, takes more.
  try {
    const path = standingFile(runDir);
    return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, "utf8") : "";
  } catch (error) {
    return ifMissing("")(error);
  }
}

/** What the text says; undefined when it is garbage. */
export function parseStanding(text: string): Standing | undefined {
  if (text === "") return { base: 0, shift: 0 };
  try {
    return standing.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes rotate.json: whoever reads sees the old one or the new. `sync`: also the next boot of the machine does. */
export async function writeStanding(runDir: string, now: Standing, sync: boolean): Promise<void> {
  const temporary = `${standingFile(runDir)}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    // No two are alike, also when a cut is undone: whoever read meanwhile must see that something was done.
    await file.writeFile(JSON.stringify({ ...now, turn: randomUUID() }));
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, standingFile(runDir));
}

/** The pieces of a run, oldest first; none lies within another. */
export async function readPieces(runDir: string): Promise<Piece[]> {
  const names = await readdir(segmentsDir(runDir)).catch(ifMissing([]));
  const pieces: Piece[] = [];
  for (const name of names) {
    const [, from, to, base, kind] = /^(\d{1,15})-(\d{1,15})-(\d{1,15})\.(gz|outrun)$/.exec(name) ?? [];
    const piece = { from: Number(from), to: Number(to), base: Number(base), packed: kind === "gz", name };
    if (kind && piece.from < piece.to) pieces.push(piece);
  }
  pieces.sort((a, b) => a.from - b.from || b.to - a.to);
  let end = 0;
  return pieces.filter((piece) => {
    const whole = piece.to > end;
    end = Math.max(end, piece.to);
    return whole;
  });
}

export const pieceName = ({ from, to, base, packed }: Omit<Piece, "name">) =>
  `${from}-${to}-${base}.${packed ? "gz" : "outrun"}`;

/** Where the live file stands when rotate.json is garbage or gone: the newest piece's name says it, and holes say how it was cut. */
export function deduceStanding(pieces: readonly Piece[], live: { size: number; blocks: number } | null): Standing {
  const base = Math.max(0, ...pieces.map((piece) => piece.base));
  const holes = live !== null && live.size > base && live.blocks * 512 <= live.size - base + 65_536;
  return { base, shift: holes && base > 65_536 ? 0 : base };
}

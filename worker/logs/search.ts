import type { LogCursor, LogLevel } from "#contracts/log";
import { type Pattern, placesIn } from "../search/pattern";
import { bareText } from "./bare";
import { type LogBytes, withBytes } from "./bytes";
import { levelOf, loud } from "./level";
import { lineOf, lineStart, type RawLine, readHead } from "./lines";
import type { Mask } from "./mask";
import { endOf, lastPlace, partsOf } from "./pages";
import type { Look } from "./runs";
import type { FoundLine, LogFound } from "./search-job";

/** Bytes looked through at once: few at first, more as long as that takes no time, less where a pattern is costly. */
const BLOCK = { least: 16 * 1024, most: 1024 * 1024 } as const;
/** How long one block should take, ms: so coarse is the end of a slice. */
const BLOCK_MS = { fast: 10, slow: 40 } as const;

const NEWLINE = 0x0a;

/** What to look for and where: lines after `lowest` and before `from`; without it, before the end. */
export type Scan = {
  pattern: Pattern;
  mask: Mask;
  levels?: readonly LogLevel[];
  lowest: LogCursor;
  from?: LogCursor;
  limit: number;
  /** performance.now() at which to answer with what there is. */
  until: number;
};

/*
 * Backward, newest first, a block of whole lines at a time:
 *
 *   runs ─▶ kept parts ─▶ blocks ─▶ may something in it match? ─▶ those lines, last first ─▶ seen text ─▶ match
 *
 * Most blocks end at the question, which is asked of their bytes without making lines of them.
 */

/** Looks through a log as far as the time allows. */
export async function scan(look: Look, wanted: Scan): Promise<LogFound> {
  const from = wanted.from ?? (await lastPlace(look));
  const stretches = await stretchesOf(look, wanted.lowest, from);
  const left = stretches.reduce((sum, { floor, end }) => sum + end - floor, 0);
  const pace = { size: BLOCK.least };
  const hits: FoundLine[] = [];
  let scanned = 0;
  for (const { seen, floor, end } of stretches) {
    const whole = await endOf(seen, end);
    const limit = wanted.limit - hits.length;
    const run = { ...wanted, limit, run: seen.run, floor, end: whole, pace };
    const part = await withBytes(seen.log, (bytes) => scanRun(bytes, run));
    hits.push(...part.hits);
    scanned += end - (part.next ?? floor);
    if (part.next !== null) return { hits, next: { run: seen.run, offset: part.next }, scanned, left };
  }
  return { hits, next: null, scanned, left };
}

/** What is to be looked through of each run, newest first. */
async function stretchesOf(look: Look, lowest: LogCursor, from: LogCursor) {
  const runs = look.runs.filter((run) => run >= lowest.run && run <= from.run).toReversed();
  const all = await Promise.all(
    runs.map(async (run) => {
      const seen = await look.at(run);
      const floor = run === lowest.run ? lowest.offset : 0;
      return { seen, floor, end: run === from.run ? Math.min(from.offset, seen.size) : seen.size };
    }),
  );
  return all.filter(({ floor, end }) => floor < end);
}

type RunScan = Scan & { run: number; floor: number; end: number; pace: { size: number } };

/** `next`: where it was left off; null when the whole run was looked through. At least one block is. */
async function scanRun(bytes: LogBytes, wanted: RunScan): Promise<{ hits: FoundLine[]; next: number | null }> {
  const { run, limit, pace } = wanted;
  const buffer = Buffer.allocUnsafe(BLOCK.most);
  const hits: FoundLine[] = [];
  for (const part of partsOf(bytes, wanted.floor, wanted.end).toReversed()) {
    if (part.kind === "gap") continue;
    for (let to = part.to; to > part.from; ) {
      const begun = performance.now();
      const { from, lines } = await blockBefore(bytes, buffer, { floor: part.from, to, size: pace.size });
      const raws = lines ? candidatesIn(lines, from, wanted) : [await hugeLine(bytes, from, to)];
      for (const raw of raws) {
        const hit = hitOf(raw, wanted);
        if (hit) hits.push({ run, ...hit });
        if (hits.length >= limit) return { hits, next: raw.offset };
      }
      to = from;
      const now = performance.now();
      if (now - begun < BLOCK_MS.fast) pace.size = Math.min(BLOCK.most, pace.size * 2);
      if (now - begun > BLOCK_MS.slow) pace.size = Math.max(BLOCK.least, pace.size / 2);
      if (now > wanted.until) return { hits, next: from };
    }
  }
  return { hits, next: null };
}

type Before = { floor: number; to: number; size: number };

/** The last whole lines before `to`, and where the first of them begins. No `lines`: there is one, and it is longer than any block. */
async function blockBefore(
  bytes: LogBytes,
  buffer: Buffer,
  { floor, to, size }: Before,
): Promise<{ from: number; lines?: Buffer }> {
  const from = Math.max(floor, to - size);
  const { bytesRead } = await bytes.read(buffer, 0, to - from, from);
  const block = buffer.subarray(0, bytesRead);
  if (from === floor) return { from, lines: block };
  const newline = block.indexOf(NEWLINE);
  if (newline !== -1 && newline < block.length - 1)
    return { from: from + newline + 1, lines: block.subarray(newline + 1) };
  if (size < BLOCK.most) return blockBefore(bytes, buffer, { floor, to, size: BLOCK.most });
  return { from: await lineStart(bytes, to, floor) };
}

/** A line of which only the beginning is read, as everywhere. */
async function hugeLine(bytes: LogBytes, from: number, to: number): Promise<RawLine> {
  return lineOf(await readHead(bytes, from, to), from, to, to - from);
}

/** The lines of a block that may match, last first, each made when it is its turn. */
function* candidatesIn(lines: Buffer, from: number, { pattern, levels }: Scan): Generator<RawLine> {
  const places = pattern.candidates(lines);
  const loudOnly = levels?.every((level) => level === "warn" || level === "error") ?? false;
  const those = places === "all" && loudOnly ? placesIn(lines, loud) : places;
  if (those !== "all") {
    for (const place of those.toReversed()) {
      const end = lines.indexOf(NEWLINE, place);
      yield lineIn(lines, from, end === -1 ? lines.length : end + 1);
    }
    return;
  }
  for (let end = lines.length; end > 0; ) {
    const line = lineIn(lines, from, end);
    yield line;
    end = line.offset - from;
  }
}

/** The line of a block that ends at `end`. */
function lineIn(lines: Buffer, from: number, end: number): RawLine {
  const text = lines[end - 1] === NEWLINE ? end - 1 : end;
  const start = text === 0 ? 0 : lines.lastIndexOf(NEWLINE, text - 1) + 1;
  return lineOf(lines.subarray(start, text), from + start, from + end, text - start);
}

/** The line as it is shown, if it is one that is looked for. */
function hitOf(
  { offset, next, text: raw, cut }: RawLine,
  { pattern, mask, levels }: Scan,
): Omit<FoundLine, "run"> | null {
  const text = mask(raw, cut);
  if (!pattern.matches(bareText(text))) return null;
  const level = levelOf(raw);
  if (levels && !levels.includes(level)) return null;
  return { offset, next, level, text, ...(cut ? { cut } : {}) };
}

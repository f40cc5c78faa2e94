import type { LogCursor, LogLine } from "#contracts/log";
import { type Gap, type LogBytes, withBytes } from "./bytes";
import { levelOf } from "./level";
import { countLines, lineStart, lineStarts, type RawLine, readLines, wholeEnd } from "./lines";
import type { Look, RunLook } from "./runs";
import type { Times } from "./times";

/** Bytes of a log that one page spans at most, unless a single line is longer. */
export const PAGE_BYTES = 2 * 1024 * 1024;

/** Lines in order, and the place after the last of them. `searched`: nothing ends before there in the run of `end`. */
export type Forward = { lines: LogLine[]; end: LogCursor; searched: number; full: boolean };

/** The first lines after a cursor. The cursor must be a place between lines (see `align`). */
export async function readForward(
  look: Look,
  times: Times,
  { after, limit, searched }: { after: LogCursor; limit: number; searched?: number },
): Promise<Forward> {
  const lines: LogLine[] = [];
  let end = after;
  let begun = searched ?? 0;
  let bytes = 0;
  for (const run of look.runs.filter((run) => run >= after.run)) {
    const seen = await look.at(run);
    let offset = after.offset;
    if (run !== after.run) {
      if (!seen.open) break;
      offset = 0;
      begun = 0;
      if (seen.record) lines.push(startedMark(seen));
      end = { run, offset: 0 };
    }
    if (offset < seen.size) {
      const stretch = { from: offset, searched: begun, maxLines: limit - lines.length, maxBytes: PAGE_BYTES - bytes };
      const read = await readRun(seen, times, stretch);
      lines.push(...read.lines);
      bytes += read.bytes;
      begun = read.searched;
      offset = read.next;
      end = { run, offset };
    }
    if (lines.length >= limit || bytes >= PAGE_BYTES) return { lines, end, searched: begun, full: true };
    if (!seen.done || offset < seen.size) break;
    if (seen.record?.endedAt !== undefined && offset <= seen.size) {
      lines.push(endedMark(seen));
      end = { run, offset: seen.size + 1 };
    }
  }
  return { lines, end, searched: begun, full: lines.length >= limit };
}

/** The last lines before a cursor, oldest first; `start` is the place before the first of them, null at the beginning of what is kept. */
export async function readBackward(
  look: Look,
  times: Times,
  { before, limit }: { before: LogCursor; limit: number },
): Promise<{ lines: LogLine[]; start: LogCursor | null }> {
  const pages: LogLine[][] = [];
  let room = limit;
  let bytes = PAGE_BYTES;
  let start: LogCursor | null = null;
  const put = (page: LogLine[]) => {
    pages.unshift(page);
    room -= page.length;
  };
  for (const run of look.runs.filter((run) => run <= before.run).toReversed()) {
    const seen = await look.at(run);
    const to = run === before.run ? Math.min(before.offset, seen.size + 1) : seen.size + 1;
    // Where a reader stands who has read this run and nothing older.
    const place = { run, offset: to };
    if (room <= 0 || bytes <= 0) {
      start = place;
      break;
    }
    if (seen.record?.endedAt !== undefined && to > seen.size) put([endedMark(seen)]);
    const end = await endOf(seen, to);
    if (room > 0 && end > 0) {
      const read = await readBack(seen, times, { end, limit: room, maxBytes: bytes });
      put(read.lines);
      bytes -= read.bytes;
      if (read.from > 0) {
        start = { run, offset: read.from };
        break;
      }
    } else if (end > 0) {
      start = { run, offset: end };
      break;
    }
    if (seen.record && room <= 0) {
      start = { run, offset: 0 };
      break;
    }
    if (seen.record) put([startedMark(seen)]);
  }
  return { lines: pages.flat(), start };
}

/** The place after everything there is now. */
export async function lastPlace(look: Look): Promise<LogCursor> {
  for (const run of look.runs.toReversed()) {
    const seen = await look.at(run);
    if (!seen.open) continue;
    if (seen.record?.endedAt !== undefined) return { run, offset: seen.size + 1 };
    return { run, offset: await endOf(seen, seen.size) };
  }
  return { run: 0, offset: 0 };
}

/** The place after everything, lines that are still being written included. */
export async function everything(look: Look): Promise<LogCursor> {
  const run = look.runs.at(-1) ?? 0;
  return run === 0 ? { run, offset: 0 } : { run, offset: (await look.at(run)).size };
}

/** The cursor itself, or the beginning of the line that it points into. */
export async function align(look: Look, cursor: LogCursor): Promise<LogCursor> {
  if (cursor.offset === 0 || !look.runs.includes(cursor.run)) return cursor;
  const seen = await look.at(cursor.run);
  if (cursor.offset >= seen.size) return cursor;
  const offset = await withBytes(seen.log, async (bytes) => {
    const { floor, inside } = regionOf(bytes, cursor.offset);
    return inside || cursor.offset === floor ? cursor.offset : lineStart(bytes, cursor.offset + 1, floor);
  });
  return { run: cursor.run, offset };
}

/** Whether there is something before a place that can be read. */
export async function isKept(look: Look, { run, offset }: LogCursor): Promise<boolean> {
  if (!look.runs.includes(run)) return false;
  const { log } = await look.at(run);
  return withBytes(log, async ({ start }) => start === 0 || offset > start);
}

/** How many bytes of log lie between a place and the end. */
export async function bytesAfter(look: Look, cursor: LogCursor): Promise<number> {
  let bytes = 0;
  for (const run of look.runs.filter((run) => run >= cursor.run)) {
    const { size } = await look.at(run);
    bytes += run === cursor.run ? Math.max(0, size - cursor.offset) : size;
  }
  return bytes;
}

/** How many lines of bots lie between two places. */
export async function linesBetween(look: Look, from: LogCursor, to: LogCursor): Promise<number> {
  let lines = 0;
  for (const run of look.runs.filter((run) => run >= from.run && run <= to.run)) {
    const seen = await look.at(run);
    const begin = run === from.run ? from.offset : 0;
    const end = run === to.run ? Math.min(to.offset, seen.size) : seen.size;
    lines += await withBytes(seen.log, async (bytes) => {
      let count = 0;
      for (const part of partsOf(bytes, begin, end)) {
        if (part.kind === "kept") count += await countLines(bytes, part.from, part.to);
      }
      return count;
    });
  }
  return lines;
}

/** The end of the last line before `to` in a run. */
export async function endOf(seen: RunLook, to: number): Promise<number> {
  if (to >= seen.size && seen.done) return seen.size;
  return withBytes(seen.log, async (bytes) => {
    const end = Math.min(to, seen.size);
    const { floor, inside } = regionOf(bytes, end);
    // A line that a gap tears off ends there; what lies in a gap is only told as a whole.
    if (inside) return inside.from;
    return bytes.gaps.some((gap) => gap.from === end) ? end : wholeEnd(bytes, end, floor);
  });
}

type Part = ({ kind: "kept"; last: boolean } & Pick<Gap, "from" | "to">) | ({ kind: "gap" } & Gap);

/** What [from, to) is made of, in rising order. `last`: it ends at `to`, not at a gap. */
export function partsOf(bytes: LogBytes, from: number, to: number): Part[] {
  const parts: Part[] = [];
  let at = from;
  for (const gap of bytes.gaps) {
    if (gap.to <= at || gap.from >= to) continue;
    if (gap.from > at) parts.push({ kind: "kept", from: at, to: gap.from, last: false });
    // Of a gap, as of everything, only what comes after the place.
    parts.push({ ...gap, kind: "gap", from: Math.max(at, gap.from) });
    at = gap.to;
  }
  if (at < to) parts.push({ kind: "kept", from: at, to, last: true });
  return parts;
}

/** Where the kept stretch begins that a place lies in or ends; `inside`: the gap that it lies in the middle of. */
function regionOf(bytes: LogBytes, place: number): { floor: number; inside: Gap | undefined } {
  const floor = bytes.gaps.findLast((gap) => gap.to <= place)?.to ?? 0;
  return { floor, inside: bytes.gaps.find((gap) => gap.from < place && place < gap.to) };
}

type Backward = { end: number; limit: number; maxBytes: number };

/** The last lines of a run before `end`, and where the first of them begins; `bytes` of the log were read for them. */
async function readBack(seen: RunLook, times: Times, { end, limit, maxBytes }: Backward) {
  const found = await withBytes(seen.log, async (log) => {
    let room = limit;
    let bytes = 0;
    let from = end;
    for (const part of partsOf(log, 0, end).toReversed()) {
      if (room <= 0 || bytes >= maxBytes) break;
      if (part.kind === "gap") {
        room -= 1;
        from = part.from;
        continue;
      }
      const back = { floor: part.from, end: part.to, count: room, maxBytes: maxBytes - bytes };
      const starts = await lineStarts(log, back);
      room -= starts.length;
      bytes += part.to - (starts.at(-1) ?? part.to);
      from = starts.at(-1) ?? from;
    }
    return { from, bytes };
  });
  if (found.from === end) return { ...found, lines: [] };
  const whole = { from: found.from, maxLines: limit, maxBytes: Number.POSITIVE_INFINITY };
  const { lines } = await readRun({ ...seen, size: end, done: true }, times, whole);
  return { ...found, lines };
}

type Wanted = { from: number; searched?: number; maxLines: number; maxBytes: number };

/** Lines of one run, with their times and levels, and a mark where something is missing. */
async function readRun(seen: RunLook, times: Times, wanted: Wanted) {
  const read = await withBytes(seen.log, async (log) => {
    const found: (RawLine | Gap)[] = [];
    let next = wanted.from;
    let searched = wanted.searched ?? wanted.from;
    let bytes = 0;
    for (const part of partsOf(log, wanted.from, seen.size)) {
      const maxLines = wanted.maxLines - found.length;
      if (maxLines <= 0 || bytes >= wanted.maxBytes) break;
      if (part.kind === "gap") {
        found.push(part);
        next = part.to;
        searched = part.to;
        continue;
      }
      const final = seen.done || !part.last;
      const stretch = { from: part.from, to: part.to, searched, final, maxLines, maxBytes: wanted.maxBytes - bytes };
      const lines = await readLines(log, stretch);
      found.push(...lines.lines);
      bytes += lines.next - part.from;
      next = lines.next;
      searched = lines.searched;
      if (next < part.to) break;
    }
    return { found, next, searched, bytes };
  });
  const last = read.found.at(-1);
  if (!last) return { ...read, lines: [] };
  await times.note(seen.file, seen.size, seen.mtime);
  const timeOf = await times.of(seen.file, wanted.from, read.next);
  const lines = read.found.map((one) =>
    "text" in one ? logLine(seen.run, one, timeOf(one.offset)) : gapMark(seen.run, one, timeOf(one.to - 1)),
  );
  return { ...read, lines };
}

/** A line as it is shown. */
export function logLine(run: number, { offset, next, text, cut }: RawLine, at: number): LogLine {
  return { run, offset, next, at, stream: "out", level: levelOf(text), text, ...(cut ? { cut } : {}) };
}

function startedMark({ run, record }: RunLook): LogLine {
  const mark = { kind: "started", cause: record?.cause ?? "" } as const;
  return {
    run,
    offset: 0,
    next: 0,
    at: record?.startedAt ?? 0,
    stream: "system",
    level: "plain",
    text: mark.kind,
    mark,
  };
}

function endedMark({ run, record, size }: RunLook): LogLine {
  const at = record?.endedAt ?? 0;
  const { code = null, signal = null } = record?.exit ?? {};
  const mark = { kind: "ended", code, signal, ms: Math.max(0, at - (record?.startedAt ?? at)) } as const;
  return { run, offset: size, next: size + 1, at, stream: "system", level: "plain", text: mark.kind, mark };
}

function gapMark(run: number, { from, to, why }: Gap, at: number): LogLine {
  const mark = { kind: "gap", bytes: to - from, why } as const;
  return { run, offset: from, next: to, at, stream: "system", level: "plain", text: mark.kind, mark };
}

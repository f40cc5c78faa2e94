import { open } from "node:fs/promises";
import type { LogCursor, LogLine } from "#contracts/log";
import { levelOf } from "./level";
import { countLines, lineStart, lineStarts, type RawLine, readLines, wholeEnd } from "./lines";
import { ifMissing, type Look, type RunLook } from "./runs";
import type { Times } from "./times";

/** Bytes of a log that one page spans at most, unless a single line is longer. */
const PAGE_BYTES = 2 * 1024 * 1024;

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
      bytes += read.next - offset;
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
      const read = await readBack(seen, times, end, room, bytes);
      put(read.lines);
      bytes -= end - read.from;
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

/** The cursor itself, or the beginning of the line that it points into. */
export async function align(look: Look, cursor: LogCursor): Promise<LogCursor> {
  if (cursor.offset === 0 || !look.runs.includes(cursor.run)) return cursor;
  const seen = await look.at(cursor.run);
  if (cursor.offset >= seen.size) return cursor;
  const start = await reading(seen, (file) => lineStart(file, cursor.offset + 1), cursor.offset);
  return { run: cursor.run, offset: start };
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
    lines += await reading(seen, (file) => countLines(file, begin, end), 0);
  }
  return lines;
}

/** The end of the last line before `to` in a run. */
async function endOf(seen: RunLook, to: number): Promise<number> {
  if (to >= seen.size && seen.done) return seen.size;
  return reading(seen, (file) => wholeEnd(file, Math.min(to, seen.size)), 0);
}

async function readBack(seen: RunLook, times: Times, end: number, limit: number, maxBytes: number) {
  const none = { lines: [], from: end };
  const from = await reading(seen, async (file) => (await lineStarts(file, end, limit, maxBytes)).at(-1) ?? end, end);
  if (from === end) return none;
  const { lines } = await readRun({ ...seen, size: end, done: true }, times, {
    from,
    maxLines: limit,
    maxBytes: Number.POSITIVE_INFINITY,
  });
  return { lines, from };
}

type Part = { from: number; searched?: number; maxLines: number; maxBytes: number };

/** Lines of one run, with their times and levels. */
async function readRun(seen: RunLook, times: Times, part: Part) {
  const stretch = { ...part, to: seen.size, final: seen.done };
  const nothing = { lines: [], next: part.from, searched: part.searched ?? part.from };
  const read = await reading(seen, (file) => readLines(file, stretch), nothing);
  const last = read.lines.at(-1);
  if (!last) return { ...read, lines: [] };
  await times.note(seen.file, seen.size, seen.mtime);
  const timeOf = await times.of(seen.file, part.from, last.next);
  return { ...read, lines: read.lines.map((line) => logLine(seen.run, line, timeOf(line.offset))) };
}

function logLine(run: number, { offset, next, text, cut }: RawLine, at: number): LogLine {
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

/** Opens a run's file for one reading; `missing` when it is not there. */
async function reading<T>(seen: RunLook, read: Parameters<typeof withFile<T>>[1], missing: T): Promise<T> {
  return seen.size === 0 ? missing : withFile(seen.file, read, missing);
}

async function withFile<T>(
  path: string,
  read: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
  missing: T,
): Promise<T> {
  const file = await open(path, "r").catch(ifMissing(null));
  if (!file) return missing;
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

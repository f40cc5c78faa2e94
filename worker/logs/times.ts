import { type FileHandle, open, rename, writeFile } from "node:fs/promises";
import { ifMissing } from "./missing";

/** One row of an index, two doubles: by `at`, everything before `end` was there. Both only grow. */
const ROW = 16;
/** Rows read at once when a stretch is timed. */
const ROWS = 4_096;
/** An index of so many rows, 1 MB, is thinned to half of them: times of long ago are coarser than those of today. */
const MOST = 65_536;
/** Indexes remembered; one that was forgotten is read from the disk again. */
const KEPT = 1_000;

/** Rows that were only jotted down are written together, so many at once. */
const TOGETHER = 10;
/** So many rows stay in memory: what is followed is timed without reading its index. */
const RECENT = 32;

/**
 * `end` and `at` are those of the newest row, `rows` the number of all; the last of them are `pending`, not written yet. `recent` are those
 * that time what comes after `since`.
 */
type Index = {
  turn: Promise<unknown>;
  end: number;
  at: number;
  rows: number;
  loaded: boolean;
  pending: Buffer[];
  recent: Buffer[];
  since: number;
};

/** When the bytes of a log came: out.log's index is out.idx beside it. Times are as coarse as the looks that were taken. */
export interface Times {
  /** The log had `size` bytes, the last of them written at `mtime`. Whoever looks, says so. */
  note(logFile: string, size: number, mtime: number): Promise<void>;
  /** The same for a log that nobody reads back now: written at the next note, or with some others; a death before makes times coarser. */
  jot(logFile: string, size: number, mtime: number): Promise<void>;
  /** The times of the bytes in [from, to), to be asked in rising order. Every byte in it must have been noted. */
  of(logFile: string, from: number, to: number): Promise<(offset: number) => number>;
  /** The offset of the first byte that came at that moment or later; null when none did. What it has must have been noted. */
  firstSince(logFile: string, moment: number): Promise<number | null>;
}

export function openTimes(): Times {
  const indexes = new Map<string, Index>();

  /** Does one thing at a time with an index. */
  function inTurn<T>(logFile: string, work: (index: Index) => Promise<T>): Promise<T> {
    const index = indexes.get(logFile) ?? {
      turn: Promise.resolve(),
      end: 0,
      at: 0,
      rows: 0,
      loaded: false,
      pending: [],
      recent: [],
      since: 0,
    };
    indexes.delete(logFile); // The newest use stands last.
    indexes.set(logFile, index);
    for (const [oldest, { pending }] of indexes) {
      if (indexes.size <= KEPT) break;
      if (pending.length === 0) indexes.delete(oldest);
    }
    const done = index.turn.then(() => work(index));
    index.turn = done.catch(() => {});
    return done;
  }

  const note: Times["note"] = async (logFile, size, mtime) => {
    const known = indexes.get(logFile);
    const nothing = known?.loaded && size <= known.end && known.pending.length === 0;
    if (size === 0 || nothing) return;
    await inTurn(logFile, async (index) => {
      const file = await open(indexPath(logFile), "a+", 0o600).catch(ifMissing(null));
      if (!file) return void index.pending.splice(0); // Its folder was removed.
      try {
        if (!index.loaded) load(index, await lastRow(file));
        add(index, size, mtime);
        await file.appendFile(Buffer.concat(index.pending.splice(0)));
        if (index.rows >= MOST) index.rows = await thin(indexPath(logFile), file);
      } finally {
        await file.close();
      }
    });
  };

  return {
    note,
    async jot(logFile, size, mtime) {
      const known = indexes.get(logFile);
      if (!known?.loaded || known.pending.length >= TOGETHER) return note(logFile, size, mtime);
      add(known, size, mtime);
    },
    firstSince: (logFile, moment) =>
      inTurn(logFile, async () => {
        const file = await open(indexPath(logFile), "r").catch(ifMissing(null));
        if (!file) return null;
        try {
          const count = Math.floor((await file.stat()).size / ROW);
          const row = await firstRow(file, count, ({ at }) => at >= moment);
          if (row === count) return null;
          return row === 0 ? 0 : (await rowAt(file, row - 1)).end;
        } finally {
          await file.close();
        }
      }),
    of: (logFile, from, to) =>
      inTurn(logFile, async (index) => {
        if (index.loaded && from >= index.since) return reader(Buffer.concat(index.recent), index.at);
        const file = await open(indexPath(logFile), "r").catch(ifMissing(null));
        if (!file) return () => index.at || Date.now();
        try {
          return reader(Buffer.concat([await rowsOf(file, from, to), ...index.pending]), index.at);
        } finally {
          await file.close();
        }
      }),
  };
}

/** Adds a row, unless there is nothing new. */
function add(index: Index, size: number, mtime: number) {
  if (size <= index.end) return;
  index.end = size;
  // A clock that is set back must not turn the order of times round.
  index.at = Math.max(index.at, Math.min(Math.round(mtime), Date.now()));
  index.rows += 1;
  const row = Buffer.alloc(ROW);
  row.writeDoubleLE(index.end, 0);
  row.writeDoubleLE(index.at, 8);
  index.pending.push(row);
  index.recent.push(row);
  if (index.recent.length > RECENT) index.since = index.recent.shift()?.readDoubleLE(0) ?? index.since;
}

function load(index: Index, last: { end: number; at: number; rows: number }) {
  Object.assign(index, last, { loaded: true, since: last.end });
}

const indexPath = (logFile: string) => logFile.replace(/\.log$/, ".idx");

/** The last whole row; a torn one, left by a sudden death, is cut off. */
async function lastRow(file: FileHandle): Promise<{ end: number; at: number; rows: number }> {
  const { size } = await file.stat();
  const whole = size - (size % ROW);
  if (whole !== size) await file.truncate(whole);
  const rows = whole / ROW;
  return { ...(rows === 0 ? { end: 0, at: 0 } : await rowAt(file, rows - 1)), rows };
}

/** Leaves out every other row, but of the newest eighth none: a byte then has the time of the next row that is left. */
async function thin(path: string, file: FileHandle): Promise<number> {
  const all = Buffer.alloc((await file.stat()).size);
  const { bytesRead } = await file.read(all, 0, all.length, 0);
  const count = Math.floor(bytesRead / ROW);
  const kept: Buffer[] = [];
  for (let row = 0; row < count; row++) {
    if (row % 2 === 1 || row >= (count * 7) / 8) kept.push(all.subarray(row * ROW, (row + 1) * ROW));
  }
  await writeFile(`${path}.tmp`, Buffer.concat(kept), { mode: 0o600 });
  await rename(`${path}.tmp`, path);
  return kept.length;
}

async function rowAt(file: FileHandle, row: number): Promise<{ end: number; at: number }> {
  const bytes = Buffer.alloc(ROW);
  await file.read(bytes, 0, ROW, row * ROW);
  return { end: bytes.readDoubleLE(0), at: bytes.readDoubleLE(8) };
}

/** The first of `count` rows for which it is true; for all after it, it is true as well. */
async function firstRow(file: FileHandle, count: number, isIt: (row: { end: number; at: number }) => boolean) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isIt(await rowAt(file, middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The rows that time [from, to): from the first whose end lies beyond `from`, as far as needed. */
async function rowsOf(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { size } = await file.stat();
  const count = Math.floor(size / ROW);
  const low = await firstRow(file, count, ({ end }) => end > from);
  const parts: Buffer[] = [];
  for (let row = low; row < count; row += ROWS) {
    const part = Buffer.alloc(Math.min(ROWS, count - row) * ROW);
    await file.read(part, 0, part.length, row * ROW);
    parts.push(part);
    if (part.readDoubleLE(part.length - ROW) >= to) break;
  }
  return Buffer.concat(parts);
}

function reader(rows: Buffer, latest: number): (offset: number) => number {
  let row = 0;
  let at = latest || Date.now();
  return (offset) => {
    while (row < rows.length && rows.readDoubleLE(row) <= offset) row += ROW;
    if (row < rows.length) at = rows.readDoubleLE(row + 8);
    return at;
  };
}

import type { LogBytes } from "./bytes";

/** What lines are read from: offsets are those of the whole log. */
type Bytes = Pick<LogBytes, "read">;

/** Bytes read at once. */
const BLOCK = 64 * 1024;
/** Characters of a line that are shown; the rest stays on disk. */
export const TEXT_CHARS = 16_384;
/** No UTF-16 unit takes more than three bytes of UTF-8, so these always hold TEXT_CHARS of them. */
const HEAD_BYTES = 3 * TEXT_CHARS + 3;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** One line as it lies in the file: [offset, next), newline included. */
export type RawLine = { offset: number; next: number; text: string; cut: boolean };

/** What to read: lines that begin in [from, to); `from` is the beginning of a line. */
export type Stretch = {
  from: number;
  to: number;
  /** Take text without a newline at `to` for a line: nothing more will come. */
  final: boolean;
  /** There is no newline in [from, searched): a growing line is not searched again and again. */
  searched?: number;
  maxLines: number;
  /** Ends the stretch once so many bytes were read, after at least one line. */
  maxBytes: number;
};

/** Reads lines forward. Nothing longer than a block and one line's head is ever in memory. */
export async function readLines(
  file: Bytes,
  { from, to, final, searched = from, maxLines, maxBytes }: Stretch,
): Promise<{ lines: RawLine[]; next: number; searched: number }> {
  const lines: RawLine[] = [];
  let start = from;
  let at = Math.min(Math.max(from, searched), to);
  const full = () => lines.length >= maxLines || (lines.length > 0 && start - from >= maxBytes);
  const block = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK, to - at)));

  while (at < to && !full()) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, to - at), at);
    if (bytesRead === 0) break;
    const bytes = block.subarray(0, bytesRead);
    let newline = bytes.indexOf(NEWLINE);
    while (newline !== -1 && !full()) {
      const next = at + newline + 1;
      const own = start >= at ? bytes.subarray(start - at, newline) : await readHead(file, start, next - 1);
      lines.push(lineOf(own, start, next, next - 1 - start));
      start = next;
      newline = bytes.indexOf(NEWLINE, newline + 1);
    }
    at += bytesRead;
  }
  if (final && start < to && at >= to && !full()) {
    lines.push(lineOf(await readHead(file, start, to), start, to, to - start));
    start = to;
  }
  return { lines, next: start, searched: full() ? start : Math.max(at, start) };
}

/** The bytes of a line as far as it is ever shown. */
export async function readHead(file: Bytes, from: number, to: number): Promise<Buffer> {
  const head = Buffer.allocUnsafe(Math.min(to - from, HEAD_BYTES));
  const { bytesRead } = await file.read(head, 0, head.length, from);
  return head.subarray(0, bytesRead);
}

/** `bytes` may be the head only of the `length` bytes before the newline. */
export function lineOf(bytes: Buffer, offset: number, next: number, length: number): RawLine {
  const whole = bytes.length === length;
  const end = whole && bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  // Buffer's decoder puts U+FFFD where bytes are no UTF-8 and keeps NUL and every control as they are.
  const text = bytes.toString("utf8", 0, Math.min(end, HEAD_BYTES));
  if (whole && text.length <= TEXT_CHARS && end <= HEAD_BYTES) return { offset, next, text, cut: false };
  const last = text.charCodeAt(TEXT_CHARS - 1);
  const pairCut = last >= 0xd800 && last <= 0xdbff;
  return { offset, next, text: text.slice(0, pairCut ? TEXT_CHARS - 1 : TEXT_CHARS), cut: true };
}

/** Where the line begins that holds the byte before `end`: right after the last newline in [floor, end - 1), or `floor`. */
export const lineStart = async (file: Bytes, end: number, floor: number): Promise<number> =>
  (await lineStarts(file, { floor, end, count: 1, maxBytes: Number.POSITIVE_INFINITY })).at(-1) ?? floor;

/** The end of the last whole line in [floor, end). */
export async function wholeEnd(file: Bytes, end: number, floor: number): Promise<number> {
  // A newline at `end` is made up: what begins the line that would end there is where the last whole one ended.
  return end <= floor ? floor : lineStart(file, end + 1, floor);
}

/** Where to search for the beginnings of lines: in [floor, end), where `floor` begins one and `end` ends one. */
export type Back = { floor: number; end: number; count: number; maxBytes: number };

/** Searches backward for where lines begin, newest first: at most `count`, and no more once they span `maxBytes`. */
export async function lineStarts(file: Bytes, { floor, end, count, maxBytes }: Back): Promise<number[]> {
  const starts: number[] = [];
  let to = end - 1; // The newline at end - 1 ends the last line, it begins none.
  const block = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK, to - floor)));
  while (to > floor) {
    const from = Math.max(floor, to - block.length);
    const { bytesRead } = await file.read(block, 0, to - from, from);
    let newline = bytesRead > 0 ? block.lastIndexOf(NEWLINE, bytesRead - 1) : -1;
    while (newline !== -1) {
      starts.push(from + newline + 1);
      if (starts.length >= count || end - (from + newline + 1) >= maxBytes) return starts;
      newline = newline === 0 ? -1 : block.lastIndexOf(NEWLINE, newline - 1);
    }
    to = from;
  }
  if (end > floor) starts.push(floor);
  return starts;
}

/** How many newlines lie in [from, to). */
export async function countLines(file: Bytes, from: number, to: number): Promise<number> {
  const block = Buffer.allocUnsafe(BLOCK);
  let count = 0;
  for (let at = from; at < to; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK, to - at), at);
    if (bytesRead === 0) break;
    for (let newline = block.indexOf(NEWLINE); newline !== -1 && newline < bytesRead; ) {
      count += 1;
      newline = block.indexOf(NEWLINE, newline + 1);
    }
    at += bytesRead;
  }
  return count;
}

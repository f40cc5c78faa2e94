import { EXCERPT_CHARS, LINES_A_FILE, type LineHit } from "#contracts/file-search";
import type { Pattern } from "../../search/pattern";
import type { Place } from "./turn";

/** Bytes looked through at once: few at first, more as long as that takes no time, less where a pattern is costly. */
const BLOCK = { least: 16 * 1024, most: 1024 * 1024 } as const;
/** How long one block should take, ms. */
const BLOCK_MS = { fast: 10, slow: 40 } as const;
/** So much of a line is shown before what was found in it, characters. */
const BEFORE = 60;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const MARK = Buffer.from("\ufeff");

export type TextFound = {
  hits: LineHit[];
  /** There are more than are told of one file. */
  more: boolean;
  /** Where it was left off for lack of time. */
  left?: Place;
};

/** Looks through texts one after the other; how fast it goes is remembered from one to the next. */
export function createTextSearch(pattern: Pattern) {
  let size: number = BLOCK.least;

  /** Lines of a text from a place on, a block of whole lines at a time. At least one line is looked at. */
  return (bytes: Buffer, from: Place, isLate: () => boolean): TextFound => {
    const hits: LineHit[] = [];
    const lineAt = createLineCount(bytes, from);
    const leftAt = (next: number) => (next < bytes.length ? { left: { offset: next, line: lineAt(next) } } : {});
    let offset = from.offset === 0 && bytes.subarray(0, MARK.length).equals(MARK) ? MARK.length : from.offset;
    while (offset < bytes.length) {
      const begun = performance.now();
      const { lines, next } = blockAt(bytes, offset, size, pattern.lineChars);
      for (const start of candidates(lines, pattern)) {
        const end = endOfLine(bytes, offset + start);
        const line = textOf(bytes, offset + start, end, pattern.lineChars);
        const found = pattern.find(line);
        if (found && hits.length === LINES_A_FILE) return { hits, more: true };
        if (found) hits.push({ line: lineAt(offset + start), column: found.start + 1, ...excerpt(line, found) });
        // Also in the middle of a block: one long line may take as long as a turn.
        if (isLate()) return { hits, more: false, ...leftAt(end + 1) };
      }
      offset = next;
      const took = performance.now() - begun;
      if (took < BLOCK_MS.fast) size = Math.min(BLOCK.most, size * 2);
      if (took > BLOCK_MS.slow) size = Math.max(BLOCK.least, size / 2);
      if (isLate()) return { hits, more: false, ...leftAt(offset) };
    }
    return { hits, more: false };
  };
}

/** Whole lines from an offset on, about so many bytes; of a line longer than that only its beginning, where not all of it is looked at. */
function blockAt(bytes: Buffer, offset: number, size: number, lineChars: number): { lines: Buffer; next: number } {
  const most = Math.min(bytes.length, offset + size);
  const last = most === bytes.length ? most - 1 : bytes.lastIndexOf(NEWLINE, most - 1);
  if (last >= offset) return { lines: bytes.subarray(offset, last + 1), next: last + 1 };
  const end = endOfLine(bytes, offset);
  return { lines: bytes.subarray(offset, lineChars < size ? most : end), next: end + 1 };
}

/** Where lines begin that may match, in rising order. */
function* candidates(lines: Buffer, pattern: Pattern): Generator<number> {
  const places = pattern.candidates(lines);
  if (places === "all") {
    for (let start = 0; start < lines.length; start = endOfLine(lines, start) + 1) yield start;
  } else {
    for (const place of places) yield place === 0 ? 0 : lines.lastIndexOf(NEWLINE, place - 1) + 1;
  }
}

/** The newline that ends the line, or the end of all. */
function endOfLine(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? bytes.length : end;
}

function textOf(bytes: Buffer, start: number, end: number, most: number): string {
  const until = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
  // A character is at most four bytes: more of them need not be read.
  return bytes.toString("utf8", start, Math.min(until, start + most * 4)).slice(0, most);
}

function excerpt(line: string, { start, end }: { start: number; end: number }): Omit<LineHit, "line" | "column"> {
  const from = Math.max(0, Math.min(start - BEFORE, line.length - EXCERPT_CHARS));
  // Copied: a part of a string holds all of it, and a line may be megabytes.
  const text = Buffer.from(line.slice(from, from + EXCERPT_CHARS), "utf16le").toString("utf16le");
  return { text, start: start - from, end: Math.min(end - from, text.length) };
}

/** Numbers of lines, asked for in rising order of their offsets: newlines are counted once, and only as far as somebody asks. */
function createLineCount(bytes: Buffer, from: Place) {
  let { offset, line } = from;
  return (until: number): number => {
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, offset);
      if (newline === -1 || newline >= until) return line;
      offset = newline + 1;
      line++;
    }
  };
}

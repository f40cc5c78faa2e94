import { closeSync, openSync, readSync } from "node:fs";

/** What was found in a log of the lines of one life of a child. */
export type Found = { lines: number; unique: number; doubled: number };

const TAG = 8;
const NUMBER = 12;
/** `<tag> <number> ` */
const HEAD = TAG + 1 + NUMBER + 1;
const NEWLINE = 0x0a;
const BLOCK = 1 << 20;

/**
 * Counts the numbered lines of children (see child.c), whatever order they come in: each life's own, how many came more than
 * once, and how many bytes were no such line.
 */
export class Tally {
  private readonly lives = new Map<string, { seen: Uint8Array; lines: number; doubled: number }>();
  /** Lines that are not a child's: torn or foreign. */
  odd = 0;

  add(line: Buffer): void {
    const number = line.length === 99 ? numberIn(line) : undefined;
    if (number === undefined) {
      if (line.length > 0) this.odd += 1;
      return;
    }
    const tag = line.toString("latin1", 0, TAG);
    let life = this.lives.get(tag);
    if (!life) {
      life = { seen: new Uint8Array(4_096), lines: 0, doubled: 0 };
      this.lives.set(tag, life);
    }
    if (number >= life.seen.length) {
      const wider = new Uint8Array(Math.max(number + 1, life.seen.length * 2));
      wider.set(life.seen);
      life.seen = wider;
    }
    life.lines += 1;
    if (life.seen[number]) life.doubled += 1;
    life.seen[number] = 1;
  }

  /** Reads a file to its end; text without a newline at the end of it is odd. */
  addFile(path: string): void {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch {
      return;
    }
    const block = Buffer.allocUnsafe(BLOCK);
    let held = 0;
    for (;;) {
      const read = readSync(file, block, held, BLOCK - held, null);
      const end = held + read;
      let from = 0;
      for (let at = block.indexOf(NEWLINE, from); at !== -1 && at < end; at = block.indexOf(NEWLINE, from)) {
        this.add(block.subarray(from, at));
        from = at + 1;
      }
      if (read === 0 || end - from === BLOCK) {
        if (end > from) this.odd += 1;
        held = 0;
        if (read === 0) break;
        continue;
      }
      block.copyWithin(0, from, end);
      held = end - from;
    }
    closeSync(file);
  }

  of(tag: string): Found {
    const life = this.lives.get(tag);
    return life
      ? { lines: life.lines, unique: life.lines - life.doubled, doubled: life.doubled }
      : { lines: 0, unique: 0, doubled: 0 };
  }
}

function numberIn(line: Buffer): number | undefined {
  if (line[TAG] !== 0x20 || line[HEAD - 1] !== 0x20) return undefined;
  let number = 0;
  for (let at = TAG + 1; at < HEAD - 1; at++) {
    const digit = (line[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** When a line says that it was written, ns of the monotonic clock; undefined for a line that is no child's. */
export function writtenAt(text: string): bigint | undefined {
  const stamp = text.slice(HEAD, HEAD + 19);
  return /^\d{19}$/.test(stamp) ? BigInt(stamp) : undefined;
}

import { type FileHandle, open } from "node:fs/promises";
import { isMissing } from "../supervisor/atomic";

/** Bytes of one answer at most. */
const PIECE_BYTES = 64 * 1024;

/** A stretch of a log: its text, where it ends, and whether that is the end of the log. */
export type Stretch = { text: string; end: number; isLast: boolean };

/**
 * Reads on from a byte of a log that is written line by line. Only whole lines are told, so that no secret is cut in two before it is masked,
 * nor a name that is not to be told: from the middle of a line all of it is. A last one without its end is left for the next time while the
 * log is `growing`, and one longer than a piece comes in pieces.
 */
export async function readLog(path: string, from: number, growing: boolean): Promise<Stretch> {
  const file = await open(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  if (!file) return { text: "", end: from, isLast: true };
  try {
    const start = await startOfLine(file, from);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, start);
    const isFull = bytesRead === PIECE_BYTES;
    const lines = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    const told = (isFull && lines === 0) || (!isFull && !growing) ? bytesRead : lines;
    return { text: buffer.toString("utf8", 0, told), end: start + told, isLast: !isFull && told === bytesRead };
  } finally {
    await file.close();
  }
}

/** Where the line begins that a byte lies in; the byte itself at the end of all, and in a line longer than a piece, which was cut there. */
async function startOfLine(file: FileHandle, from: number): Promise<number> {
  if (from >= (await file.stat()).size) return from;
  const length = Math.min(from, PIECE_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from - length);
  const begins = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
  return begins === 0 && length === PIECE_BYTES ? from : from - length + begins;
}

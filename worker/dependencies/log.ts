import { open } from "node:fs/promises";
import { codeOf } from "../files/index";

/** Bytes of one answer at most. */
const PIECE = 64 * 1024;

/** Lines of a log from an offset on; a last one without its end is left for the next time while `growing`. */
export async function readLog(
  path: string,
  from: number,
  growing: boolean,
): Promise<{ lines: string[]; next: number }> {
  const file = await open(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  if (!file) return { lines: [], next: 0 };
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, from);
    const bytes = buffer.subarray(0, bytesRead);
    const end = bytes.lastIndexOf(0x0a) + 1;
    // A line as long as a whole piece is told in pieces.
    const whole = growing && (end > 0 || bytesRead < PIECE) ? bytes.subarray(0, end) : bytes;
    const text = whole.toString("utf8").replace(/\r?\n$/, "");
    return { lines: whole.length === 0 ? [] : text.split(/\r?\n/), next: from + whole.length };
  } finally {
    await file.close();
  }
}

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The last lines of a log, oldest first, colours taken out; none when there is no such file. */
export function lastLines(file: string, count: number): string[] {
  try {
    const handle = openSync(file, "r");
    try {
      const { size } = fstatSync(handle);
      const end = Buffer.alloc(Math.min(size, 16_384));
      readSync(handle, end, 0, end.length, size - end.length);
      const plain = end.toString("utf8").replace(/\u001b\[[0-9;]*m/g, "");
      return plain
        .split("\n")
        .filter((line) => line.trim() !== "")
        .slice(-count);
    } finally {
      closeSync(handle);
    }
  } catch {
    return [];
  }
}

/** The last of them, or an empty text. */
export const lastLine = (file: string): string => lastLines(file, 1)[0]?.trim() ?? "";

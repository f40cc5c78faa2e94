import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";

/*
 * Small files, read at once and without waiting: tens of thousands a second when hundreds of bots are looked for. What is not there, or
 * not for us, reads as nothing; any other failure (no file descriptor left, no memory) is thrown, because it says nothing about the
 * file: who took it for "not there" would call a living bot dead.
 */

const buffer = Buffer.allocUnsafe(65_536);

/** Not there, gone while it was read, not ours to read, or something else in its place. */
const absent: ReadonlySet<unknown> = new Set([
  "ENOENT",
  "ESRCH",
  "ENOTDIR",
  "EISDIR",
  "EACCES",
  "EPERM",
  "ELOOP",
  "ENXIO",
  "ENAMETOOLONG",
  "EROFS",
]);

/** True when the failure says that it cannot be had, and not that we are short of something. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && absent.has(error.code);

const shortages: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EIO"]);

/** True when we are short of something (file descriptors, memory): it says nothing about what was looked at, and passes. */
export const isShortage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && shortages.has(error.code);

/** What `use` makes of the bytes of a file in /proc; undefined when it cannot be had. The bytes are good only during the call. */
export function readProc<T>(path: string, use: (bytes: Buffer) => T): T | undefined {
  try {
    const fd = openSync(path, "r");
    try {
      return use(fill(fd));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** One read is enough for all but the longest environments. */
function fill(fd: number): Buffer {
  const count = readSync(fd, buffer, 0, buffer.length, null);
  if (count < buffer.length) return buffer.subarray(0, count);
  const parts = [Buffer.from(buffer)];
  for (let more = count; more > 0; ) {
    more = readSync(fd, buffer, 0, buffer.length, null);
    parts.push(Buffer.from(buffer.subarray(0, more)));
  }
  return Buffer.concat(parts);
}

/**
 * The first `limit` bytes of an ordinary file and when it was last written, ms; null when it cannot be had, or when something else has
 * been put in its place: a FIFO there would otherwise hold us up for ever.
 */
export function readSmall(path: string, limit: number): { text: string; at: number } | null {
  try {
    // Asked once a second for every run: not being there must not cost an exception.
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (!there?.isFile()) return null;
    // An exit record is made empty, and stays so for as long as the bot lives.
    if (there.size === 0) return { text: "", at: Math.round(there.mtimeMs) };
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) return null;
      const count = readSync(fd, buffer, 0, Math.min(limit, buffer.length), 0);
      return { text: buffer.toString("latin1", 0, count), at: Math.round(found.mtimeMs) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Whether there is anything of this name, a link that leads nowhere too. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

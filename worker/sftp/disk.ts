import { close, closeSync, fdatasync, fstatSync, ftruncate, read, readSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";

/*
 * Bytes of files that are open. A small file is read and written at once: it is in memory, and a thread costs more than the call does. A
 * large one is left to a thread, since the disk may have to be waited for. Descriptors, for Node's own handles know only threads; nothing
 * closes one while it is in use, see carry().
 */

/** A file up to here is small, bytes. */
const SMALL = 64 * 1024;

const readLater = promisify(read);
const writeLater = promisify(write);
const closeLater = promisify(close);
export const truncate = promisify(ftruncate);
export const sync = promisify(fdatasync);

/** How long a file is now, bytes. */
export const sizeOf = (fd: number): number => fstatSync(fd).size;

/** Fills `room` from `at` with what a file of `size` bytes has at `offset`; answers with how much there was. */
export async function readAt(fd: number, room: Buffer, at: number, offset: number, size: number): Promise<number> {
  const length = room.length - at;
  if (size <= SMALL) return readSync(fd, room, at, length, offset);
  return (await readLater(fd, room, at, length, offset)).bytesRead;
}

/** Writes some of the bytes from `at` on, so that the file ends at `end` or later; answers with how many. `position` null: at its end. */
export async function writeAt(
  fd: number,
  bytes: Buffer,
  at: number,
  position: number | null,
  end: number,
): Promise<number> {
  const length = bytes.length - at;
  if (end <= SMALL) return writeSync(fd, bytes, at, length, position);
  return (await writeLater(fd, bytes, at, length, position)).bytesWritten;
}

/** Closes a file of about `size` bytes. */
export async function shut(fd: number, size: number): Promise<void> {
  if (size <= SMALL) closeSync(fd);
  else await closeLater(fd);
}

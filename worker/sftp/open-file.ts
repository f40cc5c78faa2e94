import { closeSync, constants, fchmodSync, fchownSync, fstatSync, openSync, unlinkSync } from "node:fs";
import { AppError } from "#contracts/errors";
import { codeOf, statNamedNow } from "../files/open";
import { isRoot, NEW_FILE, ownerOf } from "../files/owner";
import { newPartsOf, partsOf, showPath } from "../files/path";
import type { Wanted } from "./attrs";
import type { Allow } from "./changes";
import { sizeOf, truncate, writeAt } from "./disk";
import type { OpenFile, Reached } from "./handles";

/** How a client wants a file opened: SSH_FXF_* */
export const Flag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/**
 * Opens a file for as long as the client wants. What is written goes into the file at once: clients go on with half a file by its size,
 * and those that want it whole or not at all rename it themselves. A file of several names is not written to, since the others may be
 * anywhere. AppError not_allowed, file_missing, file_exists, file_is_folder, file_special, files_over_quota, path_unsafe.
 */
export async function openFile(
  bot: Reached,
  path: string,
  flags: number,
  { mode }: Wanted,
  allow: Allow,
): Promise<OpenFile> {
  const writes = (flags & Flag.write) !== 0;
  const reads = (flags & Flag.read) !== 0 || !writes;
  if (reads) allow("file:download");
  if (writes) allow("file:upload");
  const appends = (flags & Flag.append) !== 0;
  const access =
    (writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY) |
    (appends ? constants.O_APPEND : 0);
  const fresh = { writing: 0, wasRead: false, wasWritten: false };
  const file = { kind: "file", path, bot, reads, writes, appends, ...fresh } as const;
  if (writes && flags & Flag.create) {
    const made = await make(bot, path, access, mode);
    if (made !== undefined) return { ...file, fd: made, made: true, size: 0 };
    if (flags & Flag.exclusive) throw new AppError("file_exists", { path: showPath(path) });
  }
  if (writes) allow("file:write");
  const { fd, stat } = await bot.jail.openNow(partsOf(path), access);
  try {
    if (writes && stat.nlink > 1) throw new AppError("file_special", { path: showPath(path) });
    const opened: OpenFile = { ...file, fd, made: false, size: sizeOf(fd) };
    if (writes && flags & Flag.truncate) await resize(opened, 0);
    return opened;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Makes a file that is not there yet; undefined when something of that name is. */
async function make(bot: Reached, path: string, access: number, mode = NEW_FILE): Promise<number | undefined> {
  const { jail, quota } = bot;
  const parts = partsOf(path);
  const owner = await ownerOf(jail);
  return jail.above(parts, async (folder, name) => {
    // Who may make no more files may still write over one.
    if (statNamedNow(folder, name)) return undefined;
    let made: number | undefined;
    await quota.take(0, 1);
    try {
      newPartsOf(path);
      // Exclusive: never through a link. At once: it is new and in memory, and thousands of small files wait for this.
      made = openSync(folder.at(name), access | constants.O_CREAT | constants.O_EXCL, 0o600);
      if (isRoot) fchownSync(made, owner.uid, owner.gid);
      fchmodSync(made, mode & 0o777 & ~0o022);
      return made;
    } catch (error) {
      quota.give(0, 1);
      if (made !== undefined) {
        closeSync(made);
        unlinkSync(folder.at(name));
      }
      if (codeOf(error) === "EEXIST") return undefined;
      throw error;
    }
  });
}

/** Makes a file as long as it is to be; what it takes more is taken of the quota first. AppError files_over_quota. */
export async function resize(opened: OpenFile, size: number): Promise<void> {
  const { bot, fd } = opened;
  await bot.quota.during(size - sizeOf(fd), 0, () => truncate(fd, size));
  opened.size = size;
}

/**
 * Writes all of the bytes, and takes of the quota what the file grows by before it does. `asked` does not count where all goes to the end.
 * A file that was removed meanwhile grows no more: no count would see it. AppError files_over_quota, file_missing.
 */
export async function writeAll(opened: OpenFile, bytes: Buffer, asked: number): Promise<void> {
  const { size, nlink } = fstatSync(opened.fd);
  if (nlink === 0) throw new AppError("file_missing", { path: showPath(opened.path) });
  // Others make it shorter and longer as well: it is as large as it is, unless something of ours is on its way into it.
  if (opened.writing === 0) opened.size = size;
  const offset = opened.appends ? opened.size : asked;
  const end = lengthOf(offset + bytes.length);
  const more = end - opened.size;
  // Said before it is taken: writes of one file may be under way together, and each counts what it adds.
  opened.size = Math.max(opened.size, end);
  opened.writing += 1;
  try {
    if (more > 0) await opened.bot.quota.take(more, 0);
    for (let at = 0; at < bytes.length; ) {
      const position = opened.appends ? null : offset + at;
      at += await writeAt(opened.fd, bytes, at, position, opened.size);
    }
  } finally {
    opened.writing -= 1;
  }
}

/** Who made a file says what it is like; for all others that is a change of its own. AppError not_allowed. */
export function assertChange(allow: Allow, { size, mode, times }: Wanted, isMaker: boolean): void {
  if (isMaker) allow("file:upload");
  if (!isMaker && mode !== undefined) allow("file:chmod");
  if (!isMaker && (size !== undefined || times)) allow("file:write");
}

/** A length that a file can have. AppError bad_input. */
export function lengthOf(size: number): number {
  if (!Number.isSafeInteger(size)) throw new AppError("bad_input", { detail: "No file is that long." });
  return size;
}

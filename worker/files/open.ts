import { type BigIntStats, constants, lstatSync, openSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open, opendir } from "node:fs/promises";
import type { AppError } from "#contracts/errors";

/*
 * Folders that are open, and what lies in them. Whatever is reached this way is reached from the folder itself, wherever its name may
 * lead by now: /proc/self/fd/<folder>/<name>, one step at a time.
 */

/** A name in a folder; bytes where they are no UTF-8. */
export type Name = string | Buffer;

/** An open folder, and the way to what lies in it. */
export interface Folder {
  /** Where the kernel finds the folder itself, as long as it is open. */
  readonly path: string;
  /**
   * One thing in it, for calls that do not follow a link in the last step: lstat, rename, unlink, mkdir, rmdir. AppError file_missing for
   * what is hidden from who asks.
   */
  at(name: Name): Name;
  readonly handle: FileHandle;
  /** What of it exists for who asks; absent: all. */
  readonly sight?: Sight | undefined;
}

/** What exists in a folder for who asks, see sight.ts. */
export interface Sight {
  /** Names what is seen and of which folder: two that are the same see the same. */
  readonly key: string;
  hides(name: Name): boolean;
  /** Of a folder in it. */
  into(name: Name): Sight;
  /** The refusal of what it hides. */
  missing(name: Name): AppError;
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Opens without any effect. Not among Node's constants; the same wherever Node is built for Linux (asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/** Where the kernel finds what is open, whatever its name means by now. */
export const wayTo = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;

/** Opens a folder, not through a link in its last part; who calls closes it. */
export const openFolder = (path: Name): Promise<FileHandle> => open(path, FOLDER);

/** The folder that is open as `handle`. */
export function folderOf(handle: FileHandle, sight?: Sight): Folder {
  const path = wayTo(handle);
  return {
    path,
    handle,
    sight,
    at(name) {
      if (sight?.hides(name)) throw sight.missing(name);
      return typeof name === "string" ? `${path}/${name}` : Buffer.concat([Buffer.from(`${path}/`), name]);
    },
  };
}

/** The same folder for the panel itself, from which nothing is hidden. */
export const bareOf = ({ handle }: Folder): Folder => folderOf(handle);

/** Opens a folder by its path, for as long as `use` takes. */
export async function withFolder<T>(path: Name, use: (folder: Folder) => Promise<T>): Promise<T> {
  const handle = await openFolder(path);
  return use(folderOf(handle)).finally(() => handle.close());
}

/** The same for one of the panel's own, which is made when it is not there; what it lies in must be. */
export async function withOwnFolder<T>(path: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  await mkdir(path, 0o700).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
  return withFolder(path, use);
}

/** The same for one that need not be there. */
export async function ifThere(path: string, use: (folder: Folder) => Promise<void>): Promise<void> {
  const handle = await openFolder(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  if (handle) await use(folderOf(handle)).finally(() => handle.close());
}

/** Opens a folder in an open folder for as long as `use` takes; undefined when there is none of that name (any more). */
export async function inside<T>(
  folder: Folder,
  name: Name,
  use: (inner: Folder) => Promise<T>,
): Promise<T | undefined> {
  const handle = await openFolder(folder.at(name)).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error))) return undefined;
    throw error;
  });
  return handle && use(folderOf(handle, folder.sight?.into(name))).finally(() => handle.close());
}

/** Takes hold of what has a name, a link included, without opening it: good for looking at it, and for opening it by `wayTo`. */
export const holdNamed = (folder: Folder, name: Name): Promise<FileHandle> =>
  open(folder.at(name), O_PATH | constants.O_NOFOLLOW);

/** The same at once; the descriptor is closed by who asked. */
export const holdNamedNow = (folder: Folder, name: Name): number =>
  openSync(folder.at(name), O_PATH | constants.O_NOFOLLOW);

/** What stands at a name, a link as itself; undefined when nothing does. */
export const statNamed = (folder: Folder, name: Name): Promise<BigIntStats | undefined> =>
  lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });

/** The same at once, for where many are looked at. */
export const statNamedNow = (folder: Folder, name: Name): BigIntStats | undefined =>
  lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false });

/** Names that are read from the kernel in one go. */
const READ_AT_ONCE = 512;

/** What lies in a folder and exists for who asks, in no order, a few hundred at a time. */
export async function* namesIn(folder: Folder): AsyncGenerator<{ name: Name; isFolder: boolean }> {
  // Latin-1 keeps every byte, so that a name that is no UTF-8 can be told and reached.
  for await (const found of await opendir(folder.path, { encoding: "latin1", bufferSize: READ_AT_ONCE })) {
    const name = nameOf(found.name);
    if (!folder.sight?.hides(name)) yield { name, isFolder: found.isDirectory() };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function nameOf(latin1: string): Name {
  if (!/[\u0080-\u00ff]/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, "latin1");
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

/** The code of a system's error, "" for all else. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

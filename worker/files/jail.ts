import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { type Parts, pathOf, showPath } from "./path";

/*
 * The only place that turns a client's path into a real one. The bot whose folder it is may be running, and swap a folder for a link to
 * anywhere between any two steps of ours; so nothing is ever reached by its whole path.
 *
 *   the root ──open──▶ a ──open──▶ b ──▶ and one last step by name: /proc/self/fd/<b>/<name>
 *
 * Every folder is opened from the one above it, by its one name, and never through a link (O_NOFOLLOW). What is open stays what it is,
 * whatever its name means a moment later. The last step is taken by calls that do not follow a link either; and a file is first opened
 * without any effect (O_PATH), looked at, and only then opened for real, by what was looked at and not by its name.
 *
 * A folder that is open may still be moved by the bot. Where to, it can only be a place which the bot may write to anyway.
 */

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Not among Node's constants; the same on every architecture that Node is built for (Linux, asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/** An open folder, and the way to what lies in it. */
export interface Folder {
  /** Where the kernel finds the folder itself, as long as it is open. */
  readonly path: string;
  /** One thing in it, for calls that do not follow a link in the last step: lstat, rename, unlink, mkdir, rmdir. */
  at(name: string): string;
  readonly handle: FileHandle;
}

export interface Jail {
  /** Opens a folder for as long as `use` takes. AppError file_missing, file_not_folder. */
  folder<T>(parts: Parts, use: (folder: Folder) => Promise<T>): Promise<T>;
  /** Opens the folder that something lies in; `name` is its own. AppError path_unsafe for the root, which lies in nothing. */
  above<T>(parts: Parts, use: (folder: Folder, name: string) => Promise<T>): Promise<T>;
  /** Opens an ordinary file that is there. Nothing else is ever opened, nor waited for. AppError file_missing, file_special. */
  file<T>(parts: Parts, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T>;
}

/** The jail of a folder that the panel chose. AppError folder_missing. */
export async function openJail(chosen: string): Promise<Jail> {
  const root = await realpath(chosen).catch(() => {
    throw new AppError("folder_missing", { path: chosen });
  });

  async function folder<T>(parts: Parts, use: (folder: Folder) => Promise<T>): Promise<T> {
    let handle = await open(root, FOLDER);
    try {
      for (const [depth, name] of parts.entries()) {
        const above = handle;
        handle = await openIn(above, name, FOLDER).catch((error) => refuse(error, parts.slice(0, depth + 1)));
        await above.close();
      }
      const path = wayTo(handle);
      // Moved while we walked: what was opened is not what was meant.
      if ((await readlink(path)) !== [root, ...parts].join("/")) throw missing(parts);
      return await use({ path, handle, at: (name) => `${path}/${name}` });
    } finally {
      await handle.close();
    }
  }

  function above<T>(parts: Parts, use: (folder: Folder, name: string) => Promise<T>): Promise<T> {
    const name = parts.at(-1);
    if (name === undefined) throw new AppError("path_unsafe", { path: ".", why: en.detect.unsafe.root });
    return folder(parts.slice(0, -1), (parent) => use(parent, name));
  }

  async function file<T>(parts: Parts, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
    return above(parts, async ({ handle }, name) => {
      const named = await openIn(handle, name, O_PATH | constants.O_NOFOLLOW).catch((error) => refuse(error, parts));
      try {
        if (!(await named.stat()).isFile()) throw new AppError("file_special", { path: showPath(pathOf(parts)) });
        const opened = await open(wayTo(named), flags);
        try {
          return await use(opened);
        } finally {
          await opened.close();
        }
      } finally {
        await named.close();
      }
    });
  }

  return { folder, above, file };
}

/** Where the kernel finds what is open, whatever its name means by now. */
const wayTo = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;

const openIn = (folder: FileHandle, name: string, flags: number): Promise<FileHandle> =>
  open(`${wayTo(folder)}/${name}`, flags);

const missing = (parts: Parts) => new AppError("file_missing", { path: showPath(pathOf(parts)) });

/** What the file system's refusal means to who asked. */
function refuse(error: unknown, parts: Parts): never {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") throw missing(parts);
  if (code === "ENOTDIR" || code === "ELOOP") throw new AppError("file_not_folder", { path: showPath(pathOf(parts)) });
  throw error;
}

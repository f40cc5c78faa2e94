import {
  closeSync,
  constants,
  fstatSync,
  open as openByThread,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { promisify } from "node:util";
import { AppError } from "#contracts/errors";
import { codeOf, type Folder, folderOf, holdNamed, holdNamedNow, openFolder, type Sight, wayTo } from "./open";
import { type Parts, pathOf, showPath, unsafe } from "./path";

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

export interface Jail {
  /** Opens a folder for as long as `use` takes. AppError folder_missing, file_missing, file_not_folder. */
  folder<T>(parts: Parts, use: (folder: Folder) => Promise<T>): Promise<T>;
  /** Opens the folder that something lies in; `name` is its own. AppError path_unsafe for the root, which lies in nothing. */
  above<T>(parts: Parts, use: (folder: Folder, name: string) => Promise<T>): Promise<T>;
  /** Opens an ordinary file that is there. Nothing else is ever opened, nor waited for. AppError file_missing, file_special. */
  file<T>(parts: Parts, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T>;
  /** The same for longer than one call; who asked closes it. */
  openFile(parts: Parts, flags: number): Promise<FileHandle>;
  /**
   * Takes hold of a file or a folder without opening it; what is done to `way` is done to what was looked at, whatever its name means
   * by then. AppError file_missing, file_special.
   */
  hold<T>(parts: Parts, use: (way: string, isFolder: boolean) => Promise<T>): Promise<T>;
  /** Refuses what is hidden from who asks, whether anything is there or not. AppError file_missing. */
  assertSeen(parts: Parts): void;
  /** The same for who asks for many things of one folder, one after another. */
  keepOpen(): OpenJail;
}

/** A jail for one thing at a time, which keeps folders open between them. */
export type OpenJail = Omit<Jail, "keepOpen" | "assertSeen"> & {
  /**
   * As openFile, with no thread asked for any step once its folder is open: thousands of small files wait for threads longer than for
   * the disk. `stat` is what it was when it was taken hold of. Who asked closes the descriptor.
   */
  openNow(parts: Parts, flags: number): Promise<{ fd: number; stat: Stats }>;
  close(): Promise<void>;
};

/**
 * The jail of a folder that the panel chose. It may be a link, which is asked each time: somebody may have it point to a newer one. What
 * `sight` hides does not exist in it.
 */
export function createJail(chosen: string, sight?: Sight): Jail {
  const walk = createWalk(chosen, sight);
  const assertSeen: Jail["assertSeen"] = (parts) => {
    let at = sight;
    for (const name of parts) {
      if (at?.hides(name)) throw at.missing(name);
      at = at?.into(name);
    }
  };
  return { ...jailOver(walk), assertSeen, keepOpen: () => createOpenJail(chosen, walk) };
}

type Walk = Jail["folder"];

const rootedAt = (root: string, parts: Parts): string => [root === "/" ? "" : root, ...parts].join("/");

function createWalk(chosen: string, whole: Sight | undefined): Walk {
  function notThere(error: unknown): never {
    if (!["ENOENT", "ENOTDIR", "ELOOP", "EACCES"].includes(codeOf(error))) throw error;
    throw new AppError("folder_missing", { path: chosen });
  }

  return async (parts, use) => {
    const root = await realpath(chosen).catch(notThere);
    let handle = await openFolder(root).catch(notThere);
    let sight = whole;
    try {
      for (const [depth, name] of parts.entries()) {
        const parent = folderOf(handle, sight);
        handle = await openFolder(parent.at(name)).catch((error) => refuse(error, parts.slice(0, depth + 1)));
        sight = sight?.into(name);
        await parent.handle.close();
      }
      // Moved while we walked: what was opened is not what was meant.
      const where = await readlink(wayTo(handle)).catch((error) => refuse(error, parts));
      if (where !== rootedAt(root, parts)) throw missing(parts);
      return await use(folderOf(handle, sight));
    } finally {
      await handle.close();
    }
  };
}

/** Folders that stay open; of what is used at once there are at most three. */
const KEPT = 4;

/** Keeps the folders of the last walks open. Each use asks where the kernel says that the folder is now, as a walk does at its end. */
function createOpenJail(chosen: string, walk: Walk): OpenJail {
  const kept = new Map<string, Folder>();

  async function forget(where: string): Promise<void> {
    const folder = kept.get(where);
    kept.delete(where);
    await folder?.handle.close();
  }

  const folder: Walk = async (parts, use) => {
    const where = rootedAt(whereNow(chosen), parts);
    const known = kept.get(where);
    if (known) {
      if (readlinkSync(known.path) === where) {
        kept.delete(where);
        kept.set(where, known);
        return use(known);
      }
      await forget(where);
    }
    const opened = await walk(parts, async ({ path, sight }) => folderOf(await openFolder(`${path}/.`), sight));
    kept.set(where, opened);
    for (const oldest of [...kept.keys()].slice(0, -KEPT)) await forget(oldest);
    return use(opened);
  };

  const jail = jailOver(folder);
  return {
    ...jail,
    openNow: (parts, flags) =>
      jail.above(parts, async (parent, name) => {
        const held = holdNow(parent, name, parts);
        try {
          const stat = fstatSync(held);
          if (stat.isDirectory()) throw isFolder(parts);
          if (!stat.isFile()) throw special(parts);
          return { fd: await openHeld(`/proc/self/fd/${held}`, flags), stat };
        } finally {
          closeSync(held);
        }
      }),
    async close() {
      for (const where of [...kept.keys()]) await forget(where);
    },
  };
}

function whereNow(chosen: string): string {
  try {
    return realpathSync.native(chosen);
  } catch {
    return chosen;
  }
}

function holdNow(parent: Folder, name: string, parts: Parts): number {
  try {
    return holdNamedNow(parent, name);
  } catch (error) {
    return refuse(error, parts);
  }
}

const openLater = promisify(openByThread);

/** Opens what is held. A bot may have a lease on its file, for which the kernel waits, up to a minute: then a thread does, and not all of us. */
function openHeld(way: string, flags: number): number | Promise<number> {
  try {
    return openSync(way, flags | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) !== "EAGAIN") throw error;
    return openLater(way, flags);
  }
}

/** All that a jail does, once there is a way to its folders. */
function jailOver(folder: Walk): Omit<Jail, "keepOpen" | "assertSeen"> {
  async function above<T>(parts: Parts, use: (folder: Folder, name: string) => Promise<T>): Promise<T> {
    const name = parts.at(-1);
    if (name === undefined) throw unsafe(".", "root");
    return folder(parts.slice(0, -1), (parent) => use(parent, name));
  }

  function hold<T>(parts: Parts, use: (way: string, isFolder: boolean) => Promise<T>): Promise<T> {
    return above(parts, async (parent, name) => {
      const held = await holdNamed(parent, name).catch((error) => refuse(error, parts));
      try {
        const stat = await held.stat();
        if (!stat.isFile() && !stat.isDirectory()) throw special(parts);
        return await use(wayTo(held), stat.isDirectory());
      } finally {
        await held.close();
      }
    });
  }

  const openFile = (parts: Parts, flags: number): Promise<FileHandle> =>
    hold(parts, (way, itIsFolder) => {
      if (itIsFolder) throw isFolder(parts);
      return open(way, flags);
    });

  return {
    folder,
    above,
    hold,
    openFile,
    async file(parts, flags, use) {
      const file = await openFile(parts, flags);
      return use(file).finally(() => file.close());
    },
  };
}

const shown = (parts: Parts) => showPath(pathOf(parts));
const missing = (parts: Parts) => new AppError("file_missing", { path: shown(parts) });
const isFolder = (parts: Parts) => new AppError("file_is_folder", { path: shown(parts) });
const special = (parts: Parts) => new AppError("file_special", { path: shown(parts) });

/** What the file system's refusal of one step means to who asked. */
function refuse(error: unknown, parts: Parts): never {
  const code = codeOf(error);
  if (code === "ENOENT") throw missing(parts);
  if (code === "ENOTDIR" || code === "ELOOP") throw new AppError("file_not_folder", { path: shown(parts) });
  if (code === "ENAMETOOLONG") throw unsafe(pathOf(parts), "long");
  throw error;
}

import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, readlink, rmdir, symlink, unlink } from "node:fs/promises";
import type { Folder } from "./jail";

/*
 * Whole trees, folder by folder: each is opened from the one above it and never through a link, so that a bot that swaps one for a link
 * while we are in there only loses what it swapped.
 */

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Opens a folder in an open folder for as long as `use` takes; undefined when there is none of that name (any more). */
export async function inside<T>(folder: Folder, name: string, use: (inner: Folder) => Promise<T>): Promise<T | undefined> {
  const handle = await open(folder.at(name), FOLDER).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error))) return undefined;
    throw error;
  });
  if (!handle) return undefined;
  const path = `/proc/self/fd/${handle.fd}`;
  return use({ path, handle, at: (inner) => `${path}/${inner}` }).finally(() => handle.close());
}

/** Copies a thing and all in it to a name that is free. Links stay links; what is neither file, folder nor link is left out. */
export async function copyTree(from: Folder, name: string, to: Folder, toName: string, taken: (bytes: number) => void): Promise<void> {
  const named = await open(from.at(name), O_PATH | constants.O_NOFOLLOW);
  try {
    const found = await named.stat();
    taken(found.isFile() ? found.size : 0);
    const mode = found.mode & 0o777;
    if (found.isFile()) {
      await copyFile(`/proc/self/fd/${named.fd}`, to.at(toName), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      await giveLike(to, toName, mode);
    } else if (found.isDirectory()) {
      await mkdir(to.at(toName), { mode: 0o700 });
      await inside(from, name, (source) =>
        inside(to, toName, async (target) => {
          for (const one of await readdir(source.path)) await copyTree(source, one, target, one, taken);
        }),
      );
      await giveLike(to, toName, mode);
    } else if (found.isSymbolicLink()) {
      await symlink(await readlink(from.at(name)), to.at(toName));
    }
  } finally {
    await named.close();
  }
}

/** Removes a thing and all in it; what is not there is removed already. */
export async function removeTree(folder: Folder, name: string): Promise<void> {
  try {
    await unlink(folder.at(name));
    return;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    if (!["EISDIR", "EPERM"].includes(codeOf(error))) throw error;
  }
  for (let tries = 0; ; tries++) {
    await inside(folder, name, async (inner) => {
      for (const one of await readdir(inner.path)) await removeTree(inner, one);
    });
    try {
      await rmdir(folder.at(name));
      return;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      // Something new came into it, or took its place: it goes as well, unless that never ends.
      if (tries === 3) throw error;
      if (codeOf(error) === "ENOTDIR") await unlink(folder.at(name)).catch(() => {});
    }
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

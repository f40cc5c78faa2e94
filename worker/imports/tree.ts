import { lstat, opendir, readlink, realpath, rm } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

/** A file as the look at a folder sees it: its path inside, with `/`. */
export type TreeFile = { path: string; size: number };

/** A file of a bot to be; `text` where it is small and was worth reading. */
export type Seen = TreeFile & { text?: string };

const SKIPPED = new Set([
  "node_modules",
  ".git",
  ".hg",
  ".svn",
  "venv",
  ".venv",
  "env",
  "__pycache__",
  ".next",
  ".cache",
]);

/** Lists the ordinary files of a folder, without following any link; stops at `limit` files. */
export async function listFiles(root: string, options: { limit: number; skipBulk: boolean }): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const folders = [""];
  for (const folder of folders) {
    // A folder that cannot be read, or has gone meanwhile, has no files to show.
    const entries = await opendir(join(root, folder)).catch(() => undefined);
    if (!entries) continue;
    for await (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !(options.skipBulk && SKIPPED.has(entry.name))) folders.push(path);
      if (!entry.isFile()) continue;
      const stat = await lstat(join(root, path)).catch(() => undefined);
      if (stat?.isFile()) files.push({ path, size: stat.size });
      if (files.length >= options.limit) return files;
    }
  }
  return files;
}

/** Bytes and files below a folder, all of them. */
export async function measure(root: string): Promise<{ bytes: number; files: number }> {
  const files = await listFiles(root, { limit: Number.POSITIVE_INFINITY, skipBulk: false });
  return { bytes: files.reduce((sum, file) => sum + file.size, 0), files: files.length };
}

/**
 * Removes links that lead out of the folder or nowhere, and answers with their paths. Absolute targets go too: they
 * point at the staging folder at best, and that is about to be moved. Links inside stay, bots use them.
 */
export async function removeOutwardLinks(root: string): Promise<string[]> {
  const real = await realpath(root);
  const removed: string[] = [];
  for (let again = true; again; ) {
    again = false;
    for (const path of await links(real)) {
      const target = await readlink(join(real, path));
      const end = isAbsolute(target) ? undefined : await realpath(join(real, path)).catch(() => undefined);
      if (end !== undefined && isInside(real, end)) continue;
      await rm(join(real, path));
      removed.push(path);
      again = true; // another link may have led through this one
    }
  }
  return removed;
}

/** True for the folder itself and everything below it; both must be real paths. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`));
}

async function links(root: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [""];
  for (const folder of folders) {
    for await (const entry of await opendir(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      if (entry.isSymbolicLink()) found.push(path);
    }
  }
  return found;
}

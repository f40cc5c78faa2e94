import { rename, rmdir, unlink } from "node:fs/promises";
import { sizeOf } from "./entries";
import { randomName } from "./names";
import { codeOf, type Folder, inside, type Name, namesIn, statNamedNow } from "./open";
import { DEEPEST } from "./path";
import { createSlices } from "./slices";

/*
 * Whole trees, folder by folder: each is opened from the one above it and never through a link, so that a bot that swaps one for a link
 * while we are in there only loses what it swapped.
 */

/** What a tree takes. Everything that has a name counts as a file: folders and links too. */
export type Amount = { bytes: number; files: number };

/** Counts a thing and all in it, in slices. What is gone meanwhile does not count, nor what lies deeper than a path may lead. */
export async function measure(folder: Folder, name: Name): Promise<Amount> {
  const stat = statNamedNow(folder, name);
  const sum: Amount = { bytes: stat?.isFile() ? sizeOf(stat) : 0, files: stat ? 1 : 0 };
  if (stat?.isDirectory()) await inside(folder, name, (inner) => addAll(inner, sum));
  return sum;
}

/** Counts all in an open folder. */
export async function measureAll(folder: Folder): Promise<Amount> {
  const sum: Amount = { bytes: 0, files: 0 };
  await addAll(folder, sum);
  return sum;
}

async function addAll(folder: Folder, sum: Amount, slices = createSlices(), depth = 1): Promise<void> {
  for await (const { name, isFolder } of namesIn(folder)) {
    sum.files++;
    if (!isFolder) {
      const stat = statNamedNow(folder, name);
      if (stat?.isFile()) sum.bytes = Math.min(sum.bytes + sizeOf(stat), Number.MAX_SAFE_INTEGER);
    } else if (depth < DEEPEST) {
      await inside(folder, name, (inner) => addAll(inner, sum, slices, depth + 1));
    }
    if (slices.due()) await slices.pause();
  }
}

/** Removes a thing and all in it; what is not there is removed already. */
export async function removeTree(folder: Folder, name: Name): Promise<void> {
  await removeIn(folder, name, folder, 0);
}

/** How often what comes back is removed again. */
const TRIES = 5;

async function removeIn(folder: Folder, name: Name, top: Folder, depth: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await unlink(folder.at(name));
      return;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      if (!["EISDIR", "EPERM"].includes(codeOf(error))) throw error;
    }
    if (depth === DEEPEST) {
      // Open folders are not without end, and a tree may be: what is too deep begins anew at the top.
      const moved = randomName();
      await rename(folder.at(name), top.at(moved));
      return removeIn(top, moved, top, 0);
    }
    try {
      await inside(folder, name, async (inner) => {
        for await (const one of namesIn(inner)) await removeIn(inner, one.name, top, depth + 1);
      });
      await rmdir(folder.at(name));
      return;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      // Something new came into it, or took its place: it goes as well, unless that never ends.
      if (tries === TRIES || !["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(codeOf(error))) throw error;
    }
  }
}

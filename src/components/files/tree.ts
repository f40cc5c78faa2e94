import type { FileEntry } from "#contracts/files";
import { byName, entryAt, type Folder, keyOf, PAGE } from "./folders";
import { join } from "./paths";

type Held = ReadonlyMap<string, Folder>;

/** Rows of one folder that stand under each other without an open folder between them. */
type Stretch = { path: string; folder: Folder; first: number; count: number; depth: number; start: number };

/**
 * The tree as far as it is open, without a list of its rows: a folder of 100,000 costs one stretch, and each open folder in it two more.
 */
export type Tree = { stretches: readonly Stretch[]; count: number };

/** One row. `entry` is absent until its page is here. `index` of `total`: its place among its siblings. */
export type TreeRow = {
  path: string | null;
  entry: FileEntry | undefined;
  depth: number;
  open: boolean;
  parent: string;
  index: number;
  total: number;
};

/** Lays the open folders out. An open folder without rows here yet takes no room. */
export function layOut(held: Held, open: ReadonlySet<string>): Tree {
  const stretches: Stretch[] = [];
  let count = 0;
  const add = (stretch: Omit<Stretch, "start">) => {
    if (stretch.count === 0) return;
    stretches.push({ ...stretch, start: count });
    count += stretch.count;
  };
  const visit = (path: string, depth: number) => {
    const folder = held.get(keyOf(byName(path)));
    if (!folder) return;
    let first = 0;
    for (const { index, path: child } of openIn(folder, path, open)) {
      add({ path, folder, first, count: index + 1 - first, depth });
      visit(child, depth + 1);
      first = index + 1;
    }
    add({ path, folder, first, count: folder.total - first, depth });
  };
  visit("", 0);
  return { stretches, count };
}

// Which rows of a folder are open folders, in their order. Folders come first by name, so this mostly looks at one page.
function openIn(folder: Folder, path: string, open: ReadonlySet<string>): { index: number; path: string }[] {
  const found: { index: number; path: string }[] = [];
  if (open.size === 0) return found;
  for (const number of [...folder.pages.keys()].sort((one, other) => one - other)) {
    folder.pages.get(number)?.forEach((entry, index) => {
      if (entry.kind !== "folder" || entry.unnamable) return;
      const child = join(path, entry.name);
      if (open.has(child)) found.push({ index: number * PAGE + index, path: child });
    });
  }
  return found;
}

/** The row at a place; undefined beyond the end. */
export function rowAt(tree: Tree, open: ReadonlySet<string>, at: number): TreeRow | undefined {
  let low = 0;
  let high = tree.stretches.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tree.stretches[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const stretch = tree.stretches[low];
  if (!stretch || at < 0 || at >= stretch.start + stretch.count) return undefined;
  const index = stretch.first + at - stretch.start;
  const entry = entryAt(stretch.folder, index);
  const path = entry && !entry.unnamable ? join(stretch.path, entry.name) : null;
  return {
    path,
    entry,
    depth: stretch.depth,
    open: path !== null && entry?.kind === "folder" && open.has(path),
    parent: stretch.path,
    index,
    total: stretch.folder.total,
  };
}

/** Where a path stands; -1 while it is not shown. */
export function placeOf(tree: Tree, path: string): number {
  for (const { path: folder, folder: held, first, count, start } of tree.stretches) {
    if (folder !== "" && !path.startsWith(`${folder}/`)) continue;
    const name = folder === "" ? path : path.slice(folder.length + 1);
    if (name.includes("/")) continue;
    for (const [number, page] of held.pages) {
      const index = number * PAGE + page.findIndex((entry) => entry.name === name);
      if (index >= Math.max(first, number * PAGE) && index < first + count) return start + index - first;
    }
  }
  return -1;
}

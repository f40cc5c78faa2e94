import type { BigIntStats } from "node:fs";
import type { FolderPage, FolderQuery } from "#contracts/files";
import { changedAt, eachIn, entryOf, etagOf } from "./entries";
import type { Jail } from "./jail";
import { type Folder, type Name, statNamedNow } from "./open";
import { partsOf } from "./path";
import { sortInSlices } from "./slices";

/*
 * The rows of folders. To send a page of a large folder, all of it must be put in order; so the order of the last large ones is kept for a
 * while, and the next page looks only at its own rows.
 */

/** Lists folders. AppError path_unsafe, file_missing, file_not_folder. */
export type Listing = (jail: Jail, query: FolderQuery) => Promise<FolderPage>;

/** An order is worth keeping from so many rows on, for so long after it was made, ms; sizes and times may change all the while. */
const LARGE = 1_000;
const KEEP_MS = 15_000;
const KEPT = 2;
/** A folder that changed this shortly ago may change again within the same tick of the clock. */
const TICK_MS = 50;

type Row = { name: Name; isFolder: boolean; by: string | number };

export function createListing(): Listing {
  const kept = new Map<string, { etag: string; names: Name[]; timer: NodeJS.Timeout }>();

  async function inOrder(folder: Folder, stat: BigIntStats, query: FolderQuery): Promise<Name[]> {
    const key = [stat.dev, stat.ino, query.order, query.descending, folder.sight?.key].join(":");
    const etag = etagOf(stat);
    const known = kept.get(key);
    if (known?.etag === etag) return known.names;
    const names = await sortedNames(folder, query);
    clearTimeout(known?.timer);
    kept.delete(key);
    if (names.length < LARGE || Date.now() - changedAt(stat) < TICK_MS) return names;
    const timer = setTimeout(() => kept.delete(key), KEEP_MS).unref();
    kept.set(key, { etag, names, timer });
    for (const [oldest, { timer }] of [...kept].slice(0, -KEPT)) {
      clearTimeout(timer);
      kept.delete(oldest);
    }
    return names;
  }

  return (jail, query) =>
    jail.folder(partsOf(query.path), async (folder) => {
      const stat = await folder.handle.stat({ bigint: true });
      const names = await inOrder(folder, stat, query);
      const rows = names.slice(query.offset, query.offset + query.limit);
      const entries = rows.flatMap((name) => entryOf(folder, name) ?? []);
      return { path: query.path, entries, total: names.length, etag: etagOf(stat) };
    });
}

async function sortedNames(folder: Folder, { order, descending }: FolderQuery): Promise<Name[]> {
  const rows = await eachIn(folder, (name, isFolder): Row | undefined => {
    if (order === "name") return { name, isFolder, by: sortKey(name.toString()) };
    const stat = statNamedNow(folder, name);
    if (!stat) return undefined;
    // Neither a link nor a folder has a size that means anything to a person.
    return {
      name,
      isFolder: false,
      by: order === "changed" ? changedAt(stat) : stat.isFile() ? Number(stat.size) : -1,
    };
  });
  const way = descending ? -1 : 1;
  const sorted = await sortInSlices(rows, (a, b) => {
    if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
    return compare(a.by, b.by) * way || compare(a.name.toString(), b.name.toString());
  });
  return sorted.map(({ name }) => name);
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : Number(a > b));

/** Names in the order that people expect, to be compared as they are: case and accents do not count, log2 comes before log10. */
function sortKey(name: string): string {
  const plain = /[^\u0020-\u007e]/.test(name) ? name.normalize("NFKD").replace(/\p{M}/gu, "") : name;
  // A number sorts by its length first, and then by its digits.
  return plain
    .toLowerCase()
    .replace(/0*(\d+)/g, (_all, digits: string) => String.fromCharCode(48 + digits.length) + digits);
}

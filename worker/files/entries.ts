import { createHash } from "node:crypto";
import { type BigIntStats, readlinkSync } from "node:fs";
import type { FileEntry, FileKind } from "#contracts/files";
import { type Folder, type Name, namesIn, statNamedNow } from "./open";
import { createSlices } from "./slices";

/** One thing in a folder as a client sees it; undefined when it is gone by now. */
export function entryOf(folder: Folder, name: Name): FileEntry | undefined {
  const stat = statNamedNow(folder, name);
  if (!stat) return undefined;
  const kind = kindOf(stat);
  // Where it leads may be what somebody does not see.
  const to = kind === "link" && !folder.sight ? targetOf(folder, name) : undefined;
  return {
    name: name.toString(),
    kind,
    size: kind === "file" ? sizeOf(stat) : 0,
    changedAt: changedAt(stat),
    mode: Number(stat.mode) & 0o7777,
    ...(to !== undefined && { to }),
    ...(typeof name !== "string" && { unnamable: true }),
  };
}

function targetOf(folder: Folder, name: Name): string | undefined {
  try {
    return readlinkSync(folder.at(name));
  } catch {
    return undefined;
  }
}

/** What kind of thing it is. */
export function kindOf(stat: Pick<BigIntStats, "isFile" | "isDirectory" | "isSymbolicLink">): FileKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "folder";
  return stat.isSymbolicLink() ? "link" : "other";
}

/** The last moment that a Date can tell, ms. */
const END_OF_TIME = 8.64e15;

/** When it last changed, ms; a file may say that it is older, or younger, than time itself. */
export const changedAt = (stat: BigIntStats): number => Math.min(Math.max(0, Number(stat.mtimeMs)), END_OF_TIME);

/** Its size, bytes; a file of holes may say any. */
export const sizeOf = (stat: BigIntStats): number => Math.min(Number(stat.size), Number.MAX_SAFE_INTEGER);

/** Names a content, see `etag` in contracts/files.ts. */
export function etagOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  const whole = [ino, size, mtimeNs, ctimeNs].map((number) => number.toString(36)).join("-");
  return createHash("sha256").update(whole).digest("hex").slice(0, 32);
}

/** The names in a folder, and what of each is asked for, in slices. */
export async function eachIn<T>(folder: Folder, look: (name: Name, isFolder: boolean) => T | undefined): Promise<T[]> {
  const slices = createSlices();
  const found: T[] = [];
  for await (const { name, isFolder } of namesIn(folder)) {
    const one = look(name, isFolder);
    if (one !== undefined) found.push(one);
    if (slices.due()) await slices.pause();
  }
  return found;
}

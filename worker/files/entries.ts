import { createHash } from "node:crypto";
import type { BigIntStats, Dirent } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import type { FileEntry, FileKind, FolderPage, FolderQuery } from "#contracts/files";
import type { Folder, Jail } from "./jail";
import { partsOf } from "./path";

/** A name as the file system has it, and what kind of thing it says it is. */
type Named = { name: string; bytes: Buffer; isFolder: boolean };

/** Rows that are looked at at once. */
const AT_ONCE = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What lies in a folder: only the rows that were asked for are looked at one by one, unless all are needed to put them in order. */
export function listFolder(jail: Jail, query: FolderQuery): Promise<FolderPage> {
  const { path, order, descending, offset, limit } = query;
  return jail.folder(partsOf(path), async (folder) => {
    const named = (await readdir(Buffer.from(folder.path), { withFileTypes: true, encoding: "buffer" })).map(nameOf);
    const at = (row: number) => (descending ? named.length - 1 - row : row);
    const { etag } = await folderState(folder);
    if (order === "name") {
      named.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || byName(a.name, b.name));
      const rows = Array.from({ length: Math.max(0, Math.min(limit, named.length - offset)) }, (_, n) => at(offset + n));
      const entries = await lookAt(folder, rows.flatMap((row) => named[row] ?? []));
      return { path, entries, total: named.length, etag };
    }
    const all = await lookAt(folder, named);
    const by = order === "size" ? ({ size }: FileEntry) => size : ({ changedAt }: FileEntry) => changedAt;
    all.sort((a, b) => (by(a) - by(b)) * (descending ? -1 : 1) || byName(a.name, b.name));
    return { path, entries: all.slice(offset, offset + limit), total: all.length, etag };
  });
}

async function folderState({ handle }: Folder): Promise<{ etag: string }> {
  return { etag: etagOf(await handle.stat({ bigint: true })) };
}

function nameOf(found: Dirent<Buffer>): Named {
  const bytes = found.name;
  return { name: bytes.toString("utf8"), bytes, isFolder: found.isDirectory() };
}

/** Numbers in names count as numbers: log2 comes before log10. */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const byName = (a: string, b: string) => collator.compare(a, b) || (a < b ? -1 : Number(a > b));

/** Looks at things one by one; what is gone by now is left out. */
async function lookAt(folder: Folder, named: readonly Named[]): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for (let from = 0; from < named.length; from += AT_ONCE) {
    const some = await Promise.all(named.slice(from, from + AT_ONCE).map((one) => entryOf(folder, one)));
    for (const entry of some) if (entry) entries.push(entry);
  }
  return entries;
}

async function entryOf(folder: Folder, { name, bytes }: Named): Promise<FileEntry | undefined> {
  const way = Buffer.concat([Buffer.from(`${folder.path}/`), bytes]);
  const stat = await lstat(way, { bigint: true }).catch(() => undefined);
  if (!stat) return undefined;
  const kind = kindOf(stat);
  const to = kind === "link" ? await readlink(way).catch(() => undefined) : undefined;
  return {
    name,
    kind,
    size: kind === "file" ? Number(stat.size) : 0,
    changedAt: Math.max(0, Number(stat.mtimeMs)),
    mode: Number(stat.mode) & 0o7777,
    ...(to !== undefined && { to }),
    ...(!isUtf8(bytes) && { unnamable: true }),
  };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What kind of thing it is. */
export function kindOf(stat: Pick<BigIntStats, "isFile" | "isDirectory" | "isSymbolicLink">): FileKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "folder";
  return stat.isSymbolicLink() ? "link" : "other";
}

/** Names a content, see `etag` in contracts/files.ts. */
export function etagOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  const whole = [ino, size, mtimeNs, ctimeNs].map((number) => number.toString(36)).join("-");
  return createHash("sha256").update(whole).digest("hex").slice(0, 32);
}

import { AppError } from "#contracts/errors";
import { newPartsOf, pathOf } from "../files/path";
import { notSafe, type TreeEntry } from "../git/tree";

/** What a commit has at a path. */
export type Entry = { oid: string; size: number; kind: "file" | "link"; runs: boolean };

/** The files and links of a commit that a bot gets. */
export type Tree = ReadonlyMap<string, Entry>;

/** Names that git itself, or a file system that is kinder than ours, takes for `.git`. */
const isGit = (part: string): boolean =>
  /^(\.git|git~\d+)$/i.test(
    part.replace(/[\u200b-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "").replace(/[. ]+$/, ""),
  ) || /^\.git\s*:/i.test(part);

/**
 * The tree of a commit, refused whole when something of it could be placed elsewhere than it says: AppError deploy_unsafe. Left out are
 * submodules, and links that lead out of the folder or nowhere, as in an import. `targetOf`: where a link leads.
 */
export function treeOf(entries: readonly TreeEntry[], targetOf: (oid: string) => string | undefined): Tree {
  const all = new Map<string, Entry>();
  for (const { path, mode, oid, size } of entries) {
    for (const part of path.split("/")) if (isGit(part)) throw notSafe(path, "link");
    checkPath(path);
    if (all.has(path)) throw notSafe(path, "twice");
    if (mode === "160000") continue;
    all.set(path, { oid, size, kind: mode === "120000" ? "link" : "file", runs: mode === "100755" });
  }
  const folders = new Set<string>();
  for (const path of all.keys()) {
    for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
      const above = path.slice(0, cut);
      // A link, or a file, and below it another entry: what is written there would go through the link.
      if (all.has(above)) throw notSafe(path, "both");
      if (folders.has(above)) break;
      folders.add(above);
    }
  }
  const inside = new Map(all);
  for (const [path, { kind }] of all) {
    if (kind === "link" && !leadsInside(path, all, folders, targetOf)) inside.delete(path);
  }
  return inside;
}

function checkPath(path: string): void {
  try {
    const parts = newPartsOf(path);
    for (let depth = 1; depth < parts.length; depth++) newPartsOf(pathOf(parts.slice(0, depth)));
  } catch (error) {
    throw error instanceof AppError ? new AppError("deploy_unsafe", error.values) : error;
  }
}

/** Links that are followed one after another, as the kernel does. */
const MOST_LINKS = 40;

/** Whether a link ends at something of the tree, whatever links are on its way. */
function leadsInside(
  path: string,
  all: ReadonlyMap<string, Entry>,
  folders: ReadonlySet<string>,
  targetOf: (oid: string) => string | undefined,
): boolean {
  let here = path.split("/").slice(0, -1);
  let todo = (targetOf(all.get(path)?.oid ?? "") ?? "/").split("/");
  if (todo[0] === "") return false;
  for (let links = 0; todo.length > 0; ) {
    const [part = "", ...rest] = todo;
    todo = rest;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (here.length === 0) return false;
      here = here.slice(0, -1);
      continue;
    }
    const next = pathOf([...here, part]);
    const entry = all.get(next);
    if (entry?.kind === "link") {
      const target = targetOf(entry.oid);
      if (target === undefined || target.startsWith("/") || ++links > MOST_LINKS) return false;
      todo = [...target.split("/"), ...todo];
    } else if (folders.has(next) || (entry && todo.every((one) => one === "" || one === "."))) {
      here = [...here, part];
    } else return false;
  }
  return true;
}

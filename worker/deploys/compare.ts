import { CHANGES_TOLD, type DeployConflict, type DeployRequest, type LocalChange } from "#contracts/deploy";
import type { Jail } from "../files/jail";
import { createSlices } from "../files/slices";
import { createSameness, filesIn, look, type There } from "./disk";
import type { Entry, Tree } from "./tree";

/** One thing that is to become another. `had`: something stands there now, which is kept until all is well. */
export type Change = { path: string; had: boolean; etag: string | null; put: Entry | null; sizeBefore: number };

export type Same = ReturnType<typeof createSameness>;
export { createSameness };

/** Files that differ from what the commit has of them. */
export async function localChanges(
  jail: Jail,
  same: Same,
  tree: Tree,
): Promise<{ changes: LocalChange[]; more: boolean }> {
  const changes: LocalChange[] = [];
  const slices = createSlices();
  for (const [path, entry] of [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const there = await look(jail, path);
    const gone = there.kind === "none" || there.kind === "blocked";
    if (gone) changes.push({ path, kind: "deleted" });
    else if (!(await same(path, there, entry))) changes.push({ path, kind: "changed" });
    if (changes.length > CHANGES_TOLD) return { changes: changes.slice(0, CHANGES_TOLD), more: true };
    if (slices.due()) await slices.pause();
  }
  return { changes, more: false };
}

type Asked = { jail: Jail; same: Same; from: Tree | null; to: Tree; local: DeployRequest["local"] };

/**
 * What must change for the files to be those of `to`: of files that git knows in either commit, and of no others. `from` is null when nobody
 * knows what the files are of: then whatever stands there and differs counts as changed here.
 */
export async function planOf({
  jail,
  same,
  from,
  to,
  local,
}: Asked): Promise<{ changes: Change[]; conflicts: DeployConflict[] }> {
  const changes: Change[] = [];
  const conflicts: DeployConflict[] = [];
  const folders: { path: string; put: Entry }[] = [];
  const blocked: { by: string; change: Change }[] = [];
  const slices = createSlices();
  const paths = new Set([...(from?.keys() ?? []), ...to.keys()]);
  for (const path of paths) {
    if (slices.due()) await slices.pause();
    const before = from?.get(path);
    const after = to.get(path) ?? null;
    const isEqual = before && after && before.oid === after.oid && before.kind === after.kind;
    if (isEqual && before.runs === after.runs && local === "keep") continue;
    const there = await look(jail, path);
    const change: Change = { path, had: false, etag: null, put: after, sizeBefore: 0 };
    if (there.kind === "other") {
      conflicts.push({ path, why: "folder" });
    } else if (there.kind === "folder") {
      if (after) folders.push({ path, put: after });
    } else if (there.kind === "none" || there.kind === "blocked") {
      if (!after) continue;
      // Deleted here: kept so, unless the new commit says something new of it.
      if (before && local === "keep") {
        if (!isEqual) conflicts.push({ path, why: "changed" });
        continue;
      }
      if (there.kind === "blocked") blocked.push({ by: there.by, change });
      else changes.push(change);
    } else {
      if (after && (await same(path, there, after)) && hasBits(there, after)) continue;
      const mine = { ...change, had: true, etag: there.etag, sizeBefore: there.kind === "file" ? there.size : 0 };
      const known = before !== undefined && (await same(path, there, before));
      if (known) changes.push(mine);
      else if (before === undefined && from !== null) conflicts.push({ path, why: "untracked" });
      else if (local === "discard") changes.push(mine);
      else conflicts.push({ path, why: "changed" });
    }
  }
  const leaving = new Set(changes.filter(({ put }) => put === null).map(({ path }) => path));
  for (const { by, change } of blocked) {
    if (leaving.has(by)) changes.push(change);
    else conflicts.push({ path: by, why: "folder" });
  }
  for (const { path, put } of folders) {
    const inside = await filesIn(jail, path, leaving.size);
    if (inside?.every((one) => leaving.has(one))) changes.push({ path, had: false, etag: null, put, sizeBefore: 0 });
    else conflicts.push({ path, why: "folder" });
  }
  // What goes makes room for what comes.
  changes.sort((a, b) => Number(a.put !== null) - Number(b.put !== null) || (a.path < b.path ? -1 : 1));
  return { changes, conflicts };
}

/** Whether a file that should be one to run is. */
const hasBits = (there: Extract<There, { kind: "file" | "link" }>, entry: Entry): boolean =>
  there.kind === "link" || ((there.mode & 0o100) !== 0) === entry.runs;

/** The files that are not any more what they were when it was planned. */
export async function movedOn(jail: Jail, changes: readonly Change[]): Promise<DeployConflict[]> {
  const conflicts: DeployConflict[] = [];
  for (const { path, etag } of changes) {
    const there = await look(jail, path);
    const now = there.kind === "file" || there.kind === "link" ? there.etag : null;
    if (now !== etag) conflicts.push({ path, why: "changed" });
  }
  return conflicts;
}

import { readdirSync, rmdirSync } from "node:fs";
import { nameOf } from "#worker/isolation/hierarchies";

const ROOT = "/sys/fs/cgroup";
/** Where a worker makes its groups lies at most so deep: hierarchy, then the groups it was itself started in. */
const DEPTH = 6;

/**
 * Removes the control groups of a home whose worker was killed with all its bots: nobody comes back to it who would. Groups with a
 * process in them cannot be removed, and stay.
 */
export function removeGroups(home: string): void {
  const name = nameOf(home);
  const search = (folder: string, depth: number) => {
    for (const each of foldersIn(folder)) {
      if (each === name) remove(`${folder}/${each}`);
      else if (depth < DEPTH && !each.startsWith("botyard-")) search(`${folder}/${each}`, depth + 1);
    }
  };
  search(ROOT, 0);
}

function remove(group: string): void {
  for (const inner of foldersIn(group)) remove(`${group}/${inner}`);
  try {
    rmdirSync(group);
  } catch {
    // Gone, or still in use.
  }
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

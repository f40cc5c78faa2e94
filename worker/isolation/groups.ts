import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Kills every process in the group and in those below it, at once and for the kernel to see through: nobody can fork out of it. False
 * where the kernel does not do that for this group (version 1, older than 5.14, or the group is not there): see groupPids.
 */
export function killGroup(path: string): boolean {
  return write(`${path}/cgroup.kill`, "1");
}

/** Pids of everything in these groups and below them, each once, as this process counts them. A group that is not there is empty. */
export function groupPids(paths: readonly string[]): number[] {
  const pids = new Set<number>();
  const take = (path: string) => {
    for (const line of read(`${path}/cgroup.procs`).split("\n")) if (Number(line) > 0) pids.add(Number(line));
    for (const below of foldersIn(path)) take(`${path}/${below}`);
  };
  for (const path of paths) take(path);
  return [...pids];
}

/** The text of a small file of the kernel's; "" when it cannot be read. */
export function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Writes a value into a file that is there already; false when the kernel does not take it. */
export function write(path: string, value: string): boolean {
  try {
    // "r+": in a folder that is no control group a file must not come into being.
    writeFileSync(path, value, { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}

/** Names of the folders in a folder; none when it cannot be read. */
export function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

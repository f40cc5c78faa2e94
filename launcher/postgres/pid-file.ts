import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alive } from "../alive";

/** A Postgres that runs on a data folder, as its postmaster.pid tells. */
export type Running = { pid: number; port: number; socketFolder: string; ready: boolean };

/** Reads it; undefined when nothing runs there. A pid file left by a crash names a process that is not this Postgres. */
export function runningOn(dataFolder: string): Running | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid < 2 || !alive(pid) || !isPostgres(pid)) return undefined;
  return { pid, port: Number(lines[3]), socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

function isPostgres(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
  } catch {
    return false;
  }
}

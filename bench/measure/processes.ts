import { readdirSync, readFileSync } from "node:fs";

/** The variable that everything the bench starts carries, however far down: `<bench pid>.<its start>:<session>`. */
export const MARK = "BENCH_MARK";
/** How the names of the bench's own programs begin: who is no part of a supervisor. */
export const BENCH_COMM = "bench-";
/** What the children of the bench call themselves. */
export const CHILD_COMM = "bench-child";
/** The kernel counts a process's time in hundredths of a second. */
const TICK_NS = 10_000_000;

export type Marked = { pid: number; comm: string; args: string[]; mark: string };

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
};

/** Every live process whose mark begins so. Our own is none of them. */
export function marked(prefix: string): Marked[] {
  const wanted = `\0${MARK}=${prefix}`;
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const environment = `\0${read(`/proc/${name}/environ`) ?? ""}`;
    const at = environment.indexOf(wanted);
    if (at < 0) return [];
    const mark = environment.slice(at + MARK.length + 2, environment.indexOf("\0", at + 1));
    const args = (read(`/proc/${name}/cmdline`) ?? "").split("\0");
    return [{ pid: Number(name), comm: (read(`/proc/${name}/comm`) ?? "").trim(), args, mark }];
  });
}

/** The fields of /proc/<pid>/stat after the name: state, parent … */
function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A zombie is dead. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** When a process began, in the kernel's own count; with the pid it names a process for ever. */
export const beginning = (pid: number): string | undefined => statOf(pid)?.[19];

/** What each has used of the processors so far, ns, with what its ended children used. */
export function cpuOf(pids: readonly number[]): Map<number, number> {
  return new Map(
    pids.map((pid) => {
      const stat = statOf(pid);
      const ended = (Number(stat?.[13] ?? 0) + Number(stat?.[14] ?? 0)) * TICK_NS;
      return [pid, ended + own(pid)];
    }),
  );
}

function own(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number((read(`/proc/${pid}/task/${thread}/schedstat`) ?? "0").split(" ")[0]))
      .reduce((sum, ns) => sum + ns, 0);
  } catch {
    return 0;
  }
}

/** Seconds of processor time between two readings; who is new in the later one counts whole, who is gone not at all. */
export function cpuBetween(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  let ns = 0;
  for (const [pid, then] of after) ns += Math.max(0, then - (before.get(pid) ?? 0));
  return ns / 1e9;
}

/** Memory that is each process's alone, summed, bytes. */
export function uniqueBytes(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`) ?? "";
    for (const [, figure] of rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)) kilobytes += Number(figure);
  }
  return kilobytes * 1024;
}

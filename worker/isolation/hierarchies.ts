import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmdirSync } from "node:fs";
import type { BotLimits } from "#contracts/bot";
import { bareEnv } from "../bare-env";
import { killGroup, read, write } from "./groups";

/*
 * Where control groups can be made on this machine, and what each can do there. A machine has the unified hierarchy (version 2),
 * the older one (version 1: one tree per controller), or both, where limits lie in version 1 and the kernel's own kill in version 2.
 * Versions are not asked: a folder is made, a limit is written, a child is put in and killed.
 */

/** A controller that holds a limit. */
export type Held = "memory" | "cpu" | "processes";

/** A folder in which the groups of this home's runs are made. */
export type Hierarchy = {
  /** The hierarchy's root as we see it, and our folder in it. */
  mount: string;
  base: string;
  version: 1 | 2;
  holds: ReadonlySet<Held>;
  /** Whether the kernel kills a whole group by itself. */
  kills: boolean;
};

const controllers = { memory: "memory", cpu: "cpu", processes: "pids" } as const satisfies Record<Held, string>;
const everything: readonly Held[] = ["memory", "cpu", "processes"];

/** Each limit as the kernel's files take it; a limit of 0 is written as none, for a group that may have been used before. */
type Lines = readonly (readonly [file: string, value: string])[];

const limitLines: Record<1 | 2, Record<Held, (limits: BotLimits) => Lines>> = {
  2: {
    memory: ({ memoryMb }) => [
      ["memory.max", memoryMb ? String(memoryMb * 1024 ** 2) : "max"],
      // Swap would let a leaking bot take the disk along before it is ended.
      ["memory.swap.max", memoryMb ? "0" : "max"],
      // All of it or nothing: a bot that lost one process of several is worse off than one that is started again.
      ["memory.oom.group", memoryMb ? "1" : "0"],
    ],
    cpu: ({ cpuPercent }) => [["cpu.max", `${cpuPercent ? cpuPercent * 1_000 : "max"} 100000`]],
    processes: ({ processes }) => [["pids.max", processes ? String(processes) : "max"]],
  },
  1: {
    memory: ({ memoryMb }) => [
      // Memory with swap may never be below memory alone, whichever way the limit moves.
      ["memory.memsw.limit_in_bytes", "-1"],
      ["memory.limit_in_bytes", memoryMb ? String(memoryMb * 1024 ** 2) : "-1"],
      ["memory.memsw.limit_in_bytes", memoryMb ? String(memoryMb * 1024 ** 2) : "-1"],
    ],
    cpu: ({ cpuPercent }) => [
      ["cpu.cfs_period_us", "100000"],
      ["cpu.cfs_quota_us", cpuPercent ? String(cpuPercent * 1_000) : "-1"],
    ],
    processes: ({ processes }) => [["pids.max", processes ? String(processes) : "max"]],
  },
};

/** Files that not every kernel has (swap accounting off, older than 4.19): done without. */
const optional = /swap|memsw|oom\.group/;

const amounts = {
  memory: "memoryMb",
  cpu: "cpuPercent",
  processes: "processes",
} as const satisfies Record<Held, keyof BotLimits>;

/**
 * Whether a run with these limits needs a group in this hierarchy: for a limit that it holds, or for the kernel's own kill, which a run
 * with a `space` of process numbers of its own has already.
 */
export const isNeeded = ({ holds, kills }: Hierarchy, limits: BotLimits, space: boolean): boolean =>
  (kills && !space) || [...holds].some((held) => limits[amounts[held]] > 0);

/** Writes the limits into a group; false when one that counts was not taken. A group that is `fresh` has no limits to be taken back. */
export function limitGroup(
  group: string,
  { version, holds }: Pick<Hierarchy, "version" | "holds">,
  limits: BotLimits,
  fresh = false,
): boolean {
  const asked = [...holds].filter((held) => !fresh || limits[amounts[held]] > 0);
  const lines = asked.flatMap((held) => limitLines[version][held](limits));
  return lines.map(([file, value]) => write(`${group}/${file}`, value) || optional.test(file)).every(Boolean);
}

/** What the kernel had to do in a group. */
export function hitIn(group: string, { version, holds }: Hierarchy): "memory" | "processes" | undefined {
  const count = (file: string, key: string) =>
    Number(read(`${group}/${file}`).match(`(?:^|\n)${key} (\\d+)`)?.[1] ?? 0);
  // Also counted is who died because the whole machine was short: not this group's doing, so its own limit must have been met too.
  const memory =
    holds.has("memory") &&
    (version === 2
      ? count("memory.events", "oom_kill") > 0 && count("memory.events", "oom") > 0
      : count("memory.oom_control", "oom_kill") > 0 &&
        // failcnt would be the word for it; kernel 6.18 leaves it at 0.
        Number(read(`${group}/memory.max_usage_in_bytes`)) >= 0.9 * Number(read(`${group}/memory.limit_in_bytes`)));
  if (memory) return "memory";
  return holds.has("processes") && count("pids.events", "max") > 0 ? "processes" : undefined;
}

/** The name of this home's groups: two panels on one machine do not see each other's. */
export const nameOf = (home: string) => `botyard-${createHash("sha256").update(home).digest("hex").slice(0, 10)}`;

/** Finds the hierarchies in which this worker can make groups, each thing tried. */
export async function findHierarchies(home: string): Promise<Hierarchy[]> {
  const name = nameOf(home);
  const found: Hierarchy[] = [];
  for (const { mount, version, options } of mounts()) {
    if (version === 2) {
      const usable = (
        await Promise.all(unifiedPlaces(mount).map((place) => tryUnified(mount, `${place}/${name}`, place)))
      ).filter((one) => one !== undefined);
      // Where limits can be held before where they cannot; the first of equals is the one that stays the same from start to start.
      const [best, ...others] = usable.toSorted((a, b) => b.holds.size - a.holds.size);
      for (const { base } of others) remove(base);
      if (best) found.push(best);
      continue;
    }
    const holds = everything.filter((held) => options.includes(controllers[held]));
    const one = holds.length > 0 ? await tryHierarchy({ mount, base: `${mount}/${name}`, version, holds }) : undefined;
    if (one) found.push(one);
  }
  return found;
}

type Mount = { mount: string; version: 1 | 2; options: readonly string[] };

function mounts(): Mount[] {
  return read("/proc/self/mounts")
    .split("\n")
    .flatMap((line): Mount[] => {
      const [, mount, kind, options] = line.split(" ");
      if (!mount || !options || (kind !== "cgroup" && kind !== "cgroup2")) return [];
      return [{ mount, version: kind === "cgroup2" ? 2 : 1, options: options.split(",") }];
    });
}

/**
 * The root of what we see, which root may use; else, for who was given a part of the tree (systemd's Delegate, a user's own
 * session), beside our own group or in it.
 */
function unifiedPlaces(mount: string): string[] {
  const own = read("/proc/self/cgroup").match(/^0::(\/.*)$/m)?.[1] ?? "/";
  const parent = own.slice(0, own.lastIndexOf("/"));
  return [...new Set([mount, `${mount}${parent}`, `${mount}${own === "/" ? "" : own}`])];
}

async function tryUnified(mount: string, base: string, place: string): Promise<Hierarchy | undefined> {
  for (const folder of [place, base]) {
    if (folder === base && !make(base)) return undefined;
    const offered = read(`${folder}/cgroup.controllers`).trim().split(" ");
    const given = read(`${folder}/cgroup.subtree_control`).trim().split(" ");
    for (const controller of Object.values(controllers)) {
      if (offered.includes(controller) && !given.includes(controller))
        write(`${folder}/cgroup.subtree_control`, `+${controller}`);
    }
  }
  const given = read(`${base}/cgroup.subtree_control`).trim().split(" ");
  const holds = everything.filter((held) => given.includes(controllers[held]));
  const tried = await tryHierarchy({ mount, base, version: 2, holds });
  return tried && (tried.holds.size > 0 || tried.kills) ? tried : undefined;
}

const someLimits: BotLimits = { memoryMb: 64, cpuPercent: 100, processes: 64, openFiles: 0, diskMb: 0 };

/** Makes a group, limits it, puts a child in and has it killed; what of that works is what this hierarchy can do. */
async function tryHierarchy(wanted: {
  mount: string;
  base: string;
  version: 1 | 2;
  holds: readonly Held[];
}): Promise<Hierarchy | undefined> {
  const { mount, base, version } = wanted;
  const group = `${base}/probe-${process.pid}`;
  if (!make(base) || !make(group)) return undefined;
  try {
    const holds = wanted.holds.filter((held) => limitGroup(group, { version, holds: new Set([held]) }, someLimits));
    const kills = await tryChild(group);
    if (kills === undefined || (version === 1 && holds.length === 0)) return undefined;
    return { mount, base, version, holds: new Set(holds), kills };
  } finally {
    remove(group);
  }
}

/** Whether the kernel killed a child in the group; undefined when the child could not even enter. */
function tryChild(group: string): Promise<boolean | undefined> {
  return new Promise((settle) => {
    const child = spawn("/bin/sh", ["-c", 'echo 0 >"$1/cgroup.procs" || exit 9; echo in; read -r _', "probe", group], {
      stdio: ["pipe", "pipe", "ignore"],
      env: bareEnv({}),
    });
    let kills: boolean | undefined;
    child.stdout.once("data", () => {
      kills = killGroup(group);
      if (!kills) child.stdin.end();
    });
    child.stdin.on("error", () => {});
    child.once("error", () => settle(undefined));
    child.once("close", (_, signal) => settle(kills === undefined ? undefined : signal === "SIGKILL"));
  });
}

/** Makes a folder, and those above it: "new", or "old" when it was there already; false when it cannot be made. */
export function make(path: string): "new" | "old" | false {
  try {
    return mkdirSync(path, { recursive: true }) === undefined ? "old" : "new";
  } catch {
    return false;
  }
}

/** Removes a group; false when something is in it still. */
export function remove(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

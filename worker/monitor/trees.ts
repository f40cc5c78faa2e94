import { uptime } from "node:os";
import type { BotSample } from "#contracts/bot";
import { readProc } from "../process/read";

/** What a tree of processes uses now. */
export type TreeUsage = Pick<BotSample, "cpu" | "memory">;

/** Measures trees one after the other, in rounds: what was not asked for in a round is forgotten after it. */
export interface TreeProbe {
  /**
   * Pages that its processes share count once for each of them. Null when nothing of it is left, or when the machine does not tell.
   */
  sample(pids: readonly number[]): TreeUsage | null;
  /** All were measured: the next round begins. */
  next(): void;
}

/** Hundredths of a second are what /proc/<pid>/stat counts in, on every architecture that Node runs on (USER_HZ). */
const TICKS = 100;

type Reading = { ticks: number; at: number };

/**
 * Makes a probe. It reads one line of each process: 300 bots are asked for every two seconds for as long as the worker lives. A process
 * that was not there in the round before is taken for what it used on average since it began.
 */
export function createTreeProbe(): TreeProbe {
  let before = new Map<string, Reading>();
  let now = new Map<string, Reading>();
  const page = pageBytes();
  let booted = bootedAt();
  return {
    sample(pids) {
      const usage = { cpu: 0, memory: 0 };
      let seen = false;
      const at = performance.now() / 1_000 - booted;
      for (const pid of pids) {
        const stat = readUsage(pid);
        if (!stat) continue;
        seen = true;
        const key = `${pid}:${stat.start}`;
        const last = before.get(key) ?? { ticks: 0, at: stat.start / TICKS };
        now.set(key, { ticks: stat.ticks, at });
        usage.cpu += ((stat.ticks - last.ticks) / TICKS / Math.max(0.01, at - last.at)) * 100;
        usage.memory += stat.pages * page;
      }
      return seen ? { cpu: Math.max(0, Math.round(usage.cpu * 10) / 10), memory: usage.memory } : null;
    },
    next() {
      before = now;
      now = new Map();
      booted = bootedAt();
    },
  };
}

/** Time on a core, start and resident pages of a process: fields 14, 15, 22 and 24 of proc_pid_stat(5). Null when it is gone. */
export function readUsage(pid: number): { ticks: number; start: number; pages: number } | null {
  const line = readProc(`/proc/${pid}/stat`, (bytes) => bytes.toString("latin1"));
  if (line === undefined) return null;
  // Its name, the second field, may hold spaces and brackets: the third begins after the last one.
  const fields = line.slice(line.lastIndexOf(") ") + 2).split(" ");
  const [user, system, start, pages] = [fields[11], fields[12], fields[19], fields[21]].map(Number);
  if (user === undefined || system === undefined || start === undefined || pages === undefined) return null;
  return Number.isNaN(user + system + start + pages) ? null : { ticks: user + system, start, pages };
}

/** When the machine came up, on the clock of performance.now(), s. The uptime is asked once a round: each answer reads a file. */
const bootedAt = () => performance.now() / 1_000 - uptime();

/** A page of memory, which the kernel counts in and does not name: our own size in bytes over our own size in pages. */
function pageBytes(): number {
  const own = readUsage(process.pid);
  if (!own || own.pages === 0) return 4_096;
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / own.pages));
}

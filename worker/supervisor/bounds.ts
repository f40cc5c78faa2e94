import { stat } from "node:fs/promises";
import type { Closer, LiveRun } from "../ports/index";
import type { Bounds } from "./diagnose";
import type { Life } from "./life";
import { park, rest } from "./life";
import { systemOpenFiles } from "./limits";
import { endLive } from "./settling";

/* The limits that the kernel does not hold for us: memory where there are no control groups, and the size of a bot's folder. */

/** One sample over the limit may be a moment's work that is over already. */
const SAMPLES = 2;
const MB = 1_024 * 1_024;
const GB = 1_024 * MB;
/** How often the folder of a bot that has a limit is looked at, ms. */
const LOOK_MS = 60_000;

/** Ends a run whose whole tree is over its memory limit in two samples running. Its end is then judged as any crash. */
export function judgeMemory(life: Life, bytes: number): void {
  const { live, ports, diary } = life;
  const limit = diary.memory.confined?.run === live?.run ? (diary.memory.confined?.limits.memoryMb ?? 0) : 0;
  if (!live || ports.isolation.report.limits.memory !== "worker" || limit === 0 || bytes <= limit * MB) {
    life.oversized = 0;
    return;
  }
  life.oversized += 1;
  if (life.oversized < SAMPLES || life.overrun?.run === live.run) return;
  life.overrun = { run: live.run, reason: { code: "memory_limit", values: { limit } } };
  live.killTree().catch((error: unknown) => {
    life.overrun = undefined;
    ports.say(`bot ${life.botId}: over its memory limit, and could not be killed: ${String(error)}`);
  });
}

/** Looks at the size of a bot's folder as long as the run lives, and stops the bot when it is over its limit. */
export function watchDisk(life: Life, run: LiveRun): Closer {
  const { ports, shelf } = life;
  let isOver = false;
  let cancel = () => {};
  const limitNow = () => life.definition.settings.limits.diskMb;

  function again() {
    if (!isOver && limitNow() > 0) cancel = ports.clock.after(LOOK_MS, () => void look());
  }
  async function look() {
    const used = await ports.sizes.used(shelf.folders(life.definition));
    const limit = limitNow();
    if (isOver) return;
    if (used === null || limit === 0 || used <= limit) return again();
    life.jobs.add(() => endFull(life, run, { used, limit }));
  }
  again();
  return () => {
    isOver = true;
    cancel();
  };
}

/** Job: it is asked to end like any other, so that it can save what it must, and stays down until a person has made room. */
async function endFull(life: Life, run: LiveRun, values: { used: number; limit: number }): Promise<void> {
  if (life.closed || life.live !== run || life.diary.wanted !== "up") return;
  const reason = { code: "disk_limit", values } as const;
  await endLive(life, { reason });
  if (life.closed) return;
  if (life.diary.wanted === "up") park(life, reason);
  else rest(life, "stopped");
}

/** What held a run, for the words about its end. */
export async function boundsOf({ diary, shelf }: Life, run: number): Promise<Bounds | undefined> {
  const { confined } = diary.memory;
  if (confined?.run !== run) return undefined;
  const { limits, fileBytes } = confined;
  const log = fileBytes > 0 ? await stat(shelf.logFile(run, "out.log")).catch(() => undefined) : undefined;
  return {
    memoryMb: limits.memoryMb,
    processes: limits.processes,
    openFiles: limits.openFiles || systemOpenFiles(),
    fileGb: Math.round(fileBytes / GB),
    // Node and Python take the signal for an error of the write, which they then cannot say anywhere.
    isLogFull: log !== undefined && log.size >= fileBytes,
  };
}

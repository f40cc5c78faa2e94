import type { BotRun } from "#contracts/bot";
import type { LiveRun } from "../ports/index";
import { enterParked, type Life, rest } from "./life";
import { asked, conclude, endLive, enterBackoff, exitOf, findReason, settle, writeEnd } from "./settling";
import { attach, start } from "./starting";

/**
 * Finds out what became of a bot while nobody looked, and goes on from there. It never makes a second copy. `replaced`: its files were put
 * back to what they were, so that what runs of it is of files that are no more.
 */
export async function wakeUp(life: Life, replaced: boolean): Promise<void> {
  const { botId, ports, shelf, diary, machine } = life;
  if (replaced) {
    await diary.remember({ asked: diary.memory.confined?.run ?? null, parked: null, backoff: null });
    await ports.processes.killAll(botId);
  }
  const found = await ports.processes.find(botId, shelf.folders(life.definition).runs);
  const seen = found.kind === "alive" ? found.live.run : found.kind === "ended" ? found.run : undefined;
  await closeOpenRuns(life, seen);
  if (found.kind === "alive") return adopt(life, found.live);

  if (diary.memory.installing) {
    await ports.processes.killAll(botId);
    await diary.remember({ installing: false, install: { state: "none" } });
  }
  if (found.kind === "ended" && !(await shelf.run(found.run))?.exit) {
    await ports.processes.killAll(botId);
    const { asked: told, judged, lastExit: end } = diary.memory;
    if (judged === found.run && end) await conclude(life, found, exitOf(found.exit, end.reason));
    else if (told === found.run) await conclude(life, found, exitOf(found.exit, asked));
    else return settle(life, found, found.exit, found.rebooted);
  }
  if (diary.wanted === "down") return rest(life, "not wanted");
  const { parked, backoff, lastExit } = diary.memory;
  const isParked = parked && (parked.n === undefined || parked.n === diary.wish);
  if (isParked && (parked.until === undefined || parked.until > ports.clock.now())) return enterParked(life, parked);
  if (backoff && lastExit && machine.status.state === "stopped") return enterBackoff(life, backoff, lastExit);
  if (machine.status.state === "stopped") life.startLater("worker");
}

async function adopt(life: Life, run: LiveRun): Promise<void> {
  const { botId, shelf, diary, jobs } = life;
  if (!(await shelf.run(run.run))) {
    const record = { botId, run: run.run, startedAt: run.startedAt, cause: "worker" } as const;
    await diary.keep(`runs/${run.run}/run.json`, () => shelf.putRun(record));
  }
  attach(life, run);
  if (diary.wanted === "down") jobs.add(() => stop(life));
  // The last worker died between the two halves of a restart.
  else if (diary.memory.asked === run.run) jobs.add(() => restart(life));
}

/** So far back it is looked for ends that nobody wrote down. */
const FAR = 8;

/**
 * Writes down the end of runs that nobody else will: one that was never launched, and those that ended while the disk was full, or whose
 * worker was killed before it had written. `seen`: the run that is dealt with otherwise.
 */
async function closeOpenRuns(life: Life, seen: number | undefined): Promise<void> {
  const { botId, ports, shelf, diary } = life;
  const isOpen = (run: BotRun) => !run.exit && run.run !== seen;
  // Hardly ever is there one, and more only after a time in which nothing could be written.
  if (!(await shelf.runs(2)).some(isOpen)) return;
  let next = ports.clock.now();
  for (const run of await shelf.runs(FAR)) {
    if (isOpen(run)) {
      const raw = ports.processes.past(botId, run.run, shelf.runDir(run.run));
      const reason = diary.memory.asked === run.run ? asked : await findReason(life, run.run, raw);
      // It was over before the next began, and what was done to its log since says nothing of when.
      const at = Math.max(run.startedAt, Math.min(raw.at, next));
      await writeEnd(life, run, exitOf({ ...raw, at }, reason));
    }
    next = run.startedAt;
  }
}

/** Job: ends it unless it is wanted again by now. */
export async function stop(life: Life): Promise<void> {
  if (life.closed || life.diary.wanted === "up") return;
  await endLive(life);
  if (!life.closed) rest(life, "stopped");
}

/** Job: ends it and starts it, unless a stop or kill came in between. */
export async function restart(life: Life, cause: "restart" | "bot" = "restart"): Promise<void> {
  life.restarting = false;
  if (life.closed) return;
  // Others of its token may have spent the budget since it was asked: then it is better to go on than to end for nothing.
  const unhold = life.hold(cause === "bot" ? "worker" : "person");
  if (!unhold && life.live && life.diary.wanted === "up") return;
  life.unhold = unhold ?? life.unhold;
  try {
    await endLive(life);
    if (life.closed) return;
    if (life.diary.wanted === "up") await start(life, cause);
    else rest(life, "stopped");
  } finally {
    unhold?.();
  }
}

import type { LiveRun } from "../ports";
import { enterParked, type Life, rest } from "./life";
import { asked, conclude, endLive, enterBackoff, exitOf, settle, writeEnd } from "./settling";
import { attach, start } from "./starting";

/** Finds out what became of a bot while nobody looked, and goes on from there. It never makes a second copy. */
export async function wakeUp(life: Life): Promise<void> {
  const { botId, ports, shelf, diary, machine } = life;
  const found = await ports.processes.find(botId, shelf.folders(life.definition).runs);
  const seen = found.kind === "alive" ? found.live.run : found.kind === "ended" ? found.run : undefined;
  await closeOpenRun(life, seen);
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

/** A run that was written down and never launched, or of which nothing is left: nobody else will end it. */
async function closeOpenRun(life: Life, except: number | undefined): Promise<void> {
  const [newest] = await life.shelf.runs(1);
  if (!newest || newest.exit || newest.run === except) return;
  const at = life.ports.clock.now();
  await writeEnd(life, newest, { code: null, signal: null, at, reason: { code: "lost", values: {} } });
}

/** Job: ends it unless it is wanted again by now. */
export async function stop(life: Life): Promise<void> {
  if (life.closed || life.diary.wanted === "up") return;
  await endLive(life);
  if (!life.closed) rest(life, "stopped");
}

/** Job: ends it and starts it, unless a stop or kill came in between. */
export async function restart(life: Life): Promise<void> {
  life.restarting = false;
  if (life.closed) return;
  // Others of its token may have spent the budget since it was asked: then it is better to go on than to end for nothing.
  const unhold = life.hold();
  if (!unhold && life.live && life.diary.wanted === "up") return;
  life.unhold = unhold ?? life.unhold;
  try {
    await endLive(life);
    if (life.closed) return;
    if (life.diary.wanted === "up") await start(life, "restart");
    else rest(life, "stopped");
  } finally {
    unhold?.();
  }
}

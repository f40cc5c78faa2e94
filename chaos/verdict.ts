import type { BotRun } from "#contracts/bot";
import type { Desired, Exit, ProcessStatus } from "#contracts/process";
import type { Life } from "./records";

/*
 * Whether what Botyard says of a bot is what the bot's own records say. Pure: moments come in.
 */

/** What was done to a bot from outside, and when its disk was full; ms. */
export type Circumstances = {
  killed: readonly number[];
  spells: readonly { from: number; to: number }[];
};

/** How far a moment that the bot wrote down and the same by Botyard's account may lie apart on a loaded machine, ms. */
const APART_MS = 15_000;

const near = (moment: number, at: number): boolean => Math.abs(moment - at) < APART_MS;

/** What an exit was judged to be. `unrecorded`: the disk was full, so that nobody could write it down. */
export type ExitVerdict = "true" | "unrecorded" | { wrong: string };

/** Compares how a run ended by Botyard's account with how its bot meant to end. */
export function judgeExit(life: Life, exit: Exit, { killed, spells }: Circumstances): ExitVerdict {
  const told = `code ${exit.code}, signal ${exit.signal}, ${exit.reason.code}`;
  if (exit.code === null && exit.signal === null)
    return spells.some(({ from, to }) => exit.at > from - APART_MS && exit.at < to + APART_MS)
      ? "unrecorded"
      : { wrong: `nobody wrote its end down (${told})` };
  const asked = exit.reason.code === "asked";
  const killedByUs = killed.some((moment) => near(moment, exit.at));
  // On its way out, or before it could write anything down, it may be met by a kill that was asked for.
  if (exit.signal === "SIGKILL" && (asked || killedByUs)) return "true";
  if (life.end && "code" in life.end)
    return exit.code === life.end.code ? "true" : { wrong: `it ended with code ${life.end.code}; told: ${told}` };
  if (life.end && "signal" in life.end)
    return exit.signal === life.end.signal ? "true" : { wrong: `it died by ${life.end.signal}; told: ${told}` };
  // Told to end before it had learned to listen.
  if (asked && (exit.signal === "SIGINT" || exit.signal === "SIGTERM")) return "true";
  return { wrong: `it meant to live on, and nobody killed it; told: ${told}` };
}

/** What is wrong with a bot's runs as Botyard tells them, against its own lives. Runs before `from` are no longer kept. */
export function judgeRuns(
  runs: ReadonlyMap<number, BotRun>,
  lives: readonly Life[],
  around: Circumstances & { from: number },
): { wrong: string[]; unrecorded: number } {
  const wrong: string[] = [];
  let unrecorded = 0;
  for (const life of lives.filter(({ child }) => !child)) {
    for (const path of life.missed) wrong.push(`run ${life.run}: while it ran, ${path} went away`);
    const run = runs.get(life.run);
    if (!run) {
      if (life.run >= around.from) wrong.push(`run ${life.run}: it lived (${life.stream}), and there is no such run`);
      continue;
    }
    if (!run.exit || run.endedAt === undefined) {
      wrong.push(`run ${life.run}: it is told as if it went on`);
      continue;
    }
    const verdict = judgeExit(life, run.exit, around);
    if (verdict === "unrecorded") unrecorded += 1;
    else if (verdict !== "true") wrong.push(`run ${life.run}: ${verdict.wrong}`);
    if (!near(run.startedAt, life.startedAt))
      wrong.push(`run ${life.run}: started ${life.startedAt} by its own account, ${run.startedAt} by Botyard's`);
  }
  return { wrong, unrecorded };
}

/** What a bot is when all has come to rest. */
export type Rest = {
  desired: Desired;
  status: ProcessStatus;
  /** What must be wanted by the orders given; undefined when nobody can say. */
  wished: Desired | undefined;
  /** Its newest life by its own records, and whether that is alive now. */
  newest: Life | undefined;
  alive: boolean;
};

/** Whether a bot is on its way somewhere, so that one has to look again. */
export const isMoving = ({ desired, status }: Pick<Rest, "desired" | "status">): boolean =>
  desired === "up"
    ? status.state === "preparing" || status.state === "stopping" || status.state === "stopped"
    : status.state !== "stopped";

/** What is wrong with where a bot came to rest. */
export function judgeRest({ desired, status, wished, newest, alive }: Rest): string[] {
  const wrong: string[] = [];
  const { state } = status;
  // Who has done what it was there for is no longer wanted; that is its own doing.
  const isDone = desired === "down" && newest?.end !== undefined && "code" in newest.end && newest.end.code === 0;
  if (wished !== undefined && wished !== desired && !(wished === "up" && isDone))
    wrong.push(`it was told to be ${wished}, and ${desired} is wanted`);
  const right = { up: ["running", "starting", "backoff", "parked"], down: ["stopped"] } as const;
  const allowed: readonly string[] = right[desired];
  if (!allowed.includes(state)) wrong.push(`${desired} is wanted, and it is ${state}`);
  const shown = state === "running" || state === "starting";
  if (shown && status.run !== newest?.run)
    wrong.push(`it is in run ${status.run}, and its newest life is run ${newest?.run}`);
  if (state === "running" && !alive) wrong.push("it is shown as running, and shows no sign of life");
  if ((state === "stopped" || state === "parked") && alive) wrong.push(`it is shown as ${state}, and it lives`);
  return wrong;
}

import type { BotRun } from "#contracts/bot";
import type { Exit } from "#contracts/process";
import type { Reason } from "#contracts/reason";
import type { LiveRun, RawExit } from "../ports";
import { boundsOf } from "./bounds";
import { DIAGNOSE_LINES, diagnose } from "./diagnose";
import { endRun, within } from "./ending";
import { judge, type Verdict } from "./judge";
import { type Life, park, rest, wantDown } from "./life";
import type { Memory } from "./shelf";

/** What names a run that is over, whether it was ours or only found. */
type Over = Pick<LiveRun, "run" | "startedAt">;

/** A run ended by itself. The rest of its tree goes with it: a crash must not leave half a bot. */
export async function settleExit(life: Life, run: LiveRun, raw: RawExit): Promise<void> {
  if (life.closed || life.live !== run) return;
  detach(life);
  await run.killTree().catch((error: unknown) => {
    life.ports.say(`bot ${life.botId}: the rest of its tree could not be killed: ${String(error)}`);
  });
  life.live = undefined;
  if (life.diary.memory.asked !== run.run) return settle(life, run, raw, false);
  // An earlier worker had told it to.
  life.machine.enter("ended as asked", { state: "stopping", since: life.ports.clock.now() });
  await conclude(life, run, raw, asked);
  if (life.diary.wanted === "up") life.startLater("restart");
  else rest(life, "ended as asked");
}

/** Judges how a run ended, writes it down, and does what the verdict says. */
export async function settle(life: Life, run: Over, raw: RawExit, rebooted: boolean): Promise<void> {
  const { diary, ports, definition } = life;
  const why: Reason = rebooted ? { code: "rebooted", values: {} } : await findReason(life, run.run, raw);
  const ended = { code: raw.code, signal: raw.signal, at: raw.at, startedAt: run.startedAt, why };
  const verdict = judge(ended, diary.memory, definition.settings.restart, ports.clock.random());
  const { attempt, failures } = verdict.history;
  await diary.remember({ attempt, failures: [...failures] });
  const exit = await conclude(life, run, raw, verdict.kind === "done" ? verdict.reason : why);
  if (diary.wanted !== "up") return rest(life, "ended, not wanted");
  await carryOut(life, verdict, exit);
}

async function carryOut(life: Life, verdict: Verdict, exit: Exit): Promise<void> {
  if (verdict.kind === "park") return park(life, verdict.reason);
  if (verdict.kind === "done") {
    // The wish is fulfilled: nobody may start it again only because the worker was.
    await wantDown(life);
    return rest(life, "done");
  }
  const { delayMs } = verdict;
  const backoff = {
    attempt: Math.max(1, verdict.history.attempt),
    delayMs,
    retryAt: life.ports.clock.now() + delayMs,
    cause: verdict.reason.code === "rebooted" ? "worker" : "crash",
  } as const;
  // The next worker waits out what is left of it: else killing workers would make a bot crash faster than it may.
  void life.diary.remember({ backoff });
  enterBackoff(life, backoff, exit);
}

/** Shows that it waits, and starts it when its time has come. */
export function enterBackoff(life: Life, backoff: NonNullable<Memory["backoff"]>, exit: Exit): void {
  const { attempt, retryAt, delayMs, cause } = backoff;
  life.machine.enter("ended", { state: "backoff", attempt, retryAt, lastExit: exit });
  // A clock set back must not make it wait for longer than it was meant to.
  const wait = Math.min(delayMs, Math.max(0, retryAt - life.ports.clock.now()));
  life.machine.after(wait, () => life.startLater(cause));
}

async function findReason(life: Life, run: number, raw: RawExit): Promise<Reason> {
  if (life.overrun?.run === run) return life.overrun.reason;
  const lines = await life.ports.logs.tail(life.botId, run, "console", DIAGNOSE_LINES).catch((): string[] => []);
  return diagnose(raw, lines, { runtime: life.definition.runtime, bounds: await boundsOf(life, run) });
}

/** How long a disk that hangs may keep a bot from being told to end, ms. */
const NOTE_MS = 2_000;

/** Ends the live run, if there is one; the state is stopping until its whole tree is gone. */
export async function endLive(
  life: Life,
  { graceMs = life.definition.settings.stop.graceMs, reason = asked }: { graceMs?: number; reason?: Reason } = {},
): Promise<void> {
  const run = life.live;
  if (!run) return;
  const { clock } = life.ports;
  detach(life);
  // Stopping already: the first try to kill it failed, and somebody tries again.
  if (life.machine.status.state !== "stopping") {
    life.machine.enter("told to end", { state: "stopping", since: clock.now() });
  }
  await within(life.diary.remember({ asked: run.run }), NOTE_MS, clock, life.hurry.signal);
  const raw = await endRun(run, { ...life.definition.settings.stop, graceMs }, clock, life.hurry.signal);
  life.live = undefined;
  await conclude(life, run, raw, reason);
}

function detach(life: Life) {
  life.turn?.back();
  void life.unwatch();
  life.unwatch = () => {};
}

/** Its end was a wish, so it is judged by nobody. */
export const asked: Reason = { code: "asked", values: {} };

/** Writes a run's end down, also of a run of which only its end is known. */
export async function conclude(life: Life, run: Over, raw: RawExit, reason: Reason): Promise<Exit> {
  const exit: Exit = { code: raw.code, signal: raw.signal, at: raw.at, reason };
  const known = await life.shelf.run(run.run);
  const record: BotRun = known ?? { botId: life.botId, run: run.run, startedAt: run.startedAt, cause: "worker" };
  await writeEnd(life, record, exit);
  return exit;
}

/** Adds the end to a run's record, here and in Postgres's copy. */
export async function writeEnd(life: Life, record: BotRun, exit: Exit): Promise<void> {
  const { botId, ports, shelf, diary } = life;
  const over: BotRun = { ...record, endedAt: exit.at, exit };
  ports.records.run(over);
  await diary.keep(`runs/${record.run}/run.json`, () => shelf.putRun(over));
  await diary.remember({ lastExit: exit });
  void ports.logs
    .prune(botId, life.definition.settings.logs)
    .catch((error: unknown) => ports.say(`bot ${botId}: prune: ${String(error)}`));
}

import type { BotRun } from "#contracts/bot";
import type { Exit } from "#contracts/process";
import type { Reason } from "#contracts/reason";
import type { LiveRun, RawExit } from "../ports/index";
import { boundsOf } from "./bounds";
import { DIAGNOSE_LINES, diagnose } from "./diagnose";
import { endRun, within } from "./ending";
import { judge, type Verdict } from "./judge";
import { enterParked, type Life, parkedNow, rest, wantDown } from "./life";
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
  await conclude(life, run, exitOf(raw, asked));
  if (life.diary.wanted === "up") life.startLater("restart");
  else rest(life, "ended as asked");
}

/** Judges how a run ended, writes it down, and does what the verdict says. */
export async function settle(life: Life, run: Over, raw: RawExit, rebooted: boolean): Promise<void> {
  const { diary, ports, definition } = life;
  const why: Reason = rebooted ? { code: "rebooted", values: {} } : await findReason(life, run.run, raw);
  const ended = { code: raw.code, signal: raw.signal, at: raw.at, startedAt: run.startedAt, why };
  const verdict = judge(ended, diary.memory, definition.settings.restart, ports.clock.random());
  const exit = exitOf(raw, verdict.kind === "done" ? verdict.reason : why);
  // The wish is fulfilled: nobody may start it again only because the worker was.
  if (verdict.kind === "done" && diary.wanted === "up") await wantDown(life);
  const { attempt, failures } = verdict.history;
  const next = diary.wanted === "up" ? whatNext(life, verdict) : {};
  const record = await recordOf(life, run);
  // In one piece, and before the run's own record: a worker killed in between has judged, and the next one must not judge again.
  const written = Promise.all([
    diary.remember({ attempt, failures: [...failures], judged: run.run, lastExit: exit, ...next }),
    writeEnd(life, record, exit),
  ]).catch((error: unknown) =>
    ports.say(`bot ${life.botId}: the end of run ${run.run} was not written: ${String(error)}`),
  );
  // A start at once prepares itself meanwhile: it is launched when what it writes, which comes after this, is on disk.
  if (next.backoff?.delayMs !== 0) await written;
  if (diary.wanted !== "up") return rest(life, verdict.kind === "done" ? "done" : "ended, not wanted");
  if (next.parked) enterParked(life, next.parked);
  if (next.backoff) enterBackoff(life, next.backoff, exit);
}

/** What the next worker must know of a verdict. It waits out a pause: else killing workers would make a bot crash faster than it may. */
function whatNext(life: Life, verdict: Verdict): Partial<Pick<Memory, "parked" | "backoff">> {
  if (verdict.kind === "park") return { parked: parkedNow(life, verdict.reason), backoff: null };
  if (verdict.kind === "done") return {};
  const { delayMs } = verdict;
  const attempt = Math.max(1, verdict.history.attempt);
  const cause = verdict.reason.code === "rebooted" ? "worker" : "crash";
  return { parked: null, backoff: { attempt, delayMs, retryAt: life.ports.clock.now() + delayMs, cause } };
}

/** Shows that it waits, and starts it when its time has come. */
export function enterBackoff(life: Life, backoff: NonNullable<Memory["backoff"]>, exit: Exit): void {
  const { attempt, retryAt, delayMs, cause } = backoff;
  life.machine.enter("ended", { state: "backoff", attempt, retryAt, lastExit: exit });
  // A clock set back must not make it wait for longer than it was meant to.
  const wait = Math.min(delayMs, Math.max(0, retryAt - life.ports.clock.now()));
  if (wait === 0) life.startLater(cause);
  else life.machine.after(wait, () => life.startLater(cause));
}

/** Why a run ended that nobody asked to, as far as its exit and its last lines tell. */
export async function findReason(life: Life, run: number, raw: RawExit): Promise<Reason> {
  if (life.overrun?.run === run) return life.overrun.reason;
  const lines = await life.ports.logs.tail(life.botId, run, "console", DIAGNOSE_LINES).catch((): string[] => []);
  return diagnose(raw, lines, { runtime: life.definition.runtime, bounds: await boundsOf(life, run) });
}

/** How long a disk that hangs may keep a bot from being told to end, and from being killed, ms. */
const NOTE_MS = { end: 2_000, kill: 250 } as const;

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
  // First: a worker killed after this must not take it for a death that nobody wanted.
  const noted = life.diary.remember({ asked: run.run });
  if (!life.hurry.signal.aborted) await within(noted, NOTE_MS.end, clock, life.hurry.signal);
  if (life.hurry.signal.aborted) await within(noted, NOTE_MS.kill, clock);
  const raw = await endRun(run, { ...life.definition.settings.stop, graceMs }, clock, life.hurry.signal);
  life.live = undefined;
  await conclude(life, run, exitOf(raw, reason));
}

function detach(life: Life) {
  life.turn?.back();
  void life.unwatch();
  life.unwatch = () => {};
}

/** Its end was a wish, so it is judged by nobody. */
export const asked: Reason = { code: "asked", values: {} };

/** How a run ended, and why. */
export const exitOf = ({ code, signal, at }: RawExit, reason: Reason): Exit => ({ code, signal, at, reason });

/** Writes a run's end down, also of a run of which only its end is known. */
export async function conclude(life: Life, run: Over, exit: Exit): Promise<void> {
  await writeEnd(life, await recordOf(life, run), exit);
}

async function recordOf({ botId, shelf }: Life, { run, startedAt }: Over): Promise<BotRun> {
  return (await shelf.run(run)) ?? { botId, run, startedAt, cause: "worker" };
}

/** Adds the end to a run's record, here and in Postgres's copy. */
export async function writeEnd(life: Life, record: BotRun, exit: Exit): Promise<void> {
  const { botId, ports, shelf, diary } = life;
  const over: BotRun = { ...record, endedAt: exit.at, exit };
  ports.records.run(over);
  await diary.keep(`runs/${record.run}/run.json`, () => shelf.putRun(over));
  // Who judged it has remembered it already. Of one that starts again at once it is written with its next start.
  if (diary.memory.lastExit !== exit) {
    if (diary.wanted === "up") diary.jot({ lastExit: exit });
    else await diary.remember({ lastExit: exit });
  }
  void ports.logs
    .prune(botId, life.definition.settings.logs)
    .catch((error: unknown) => ports.say(`bot ${botId}: prune: ${String(error)}`));
}

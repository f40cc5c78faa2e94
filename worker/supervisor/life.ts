import type { BotDefinition, BotId, BotRun } from "#contracts/bot";
import type { Desired } from "#contracts/process";
import type { Reason } from "#contracts/reason";
import type { Closer, LiveRun, Logs, Processes, RawExit } from "../ports/index";
import { BUDGET, type Budget } from "./budget";
import type { Diary } from "./diary";
import type { Jobs } from "./jobs";
import type { Machine } from "./machine";
import type { PreparePorts } from "./prepare";
import type { Quiet } from "./quiet";
import type { Memory, Shelf } from "./shelf";
import type { Sizes } from "./sizes";
import type { Turn, Turns } from "./turns";

/** Where the copy for Postgres goes; never waited for. */
export interface RunRecords {
  desired(botId: BotId, desired: Desired, at: number): void;
  run(run: BotRun): void;
  /** Forgets what is owed of a deleted bot. */
  forget(botId: BotId): void;
}

/** What every bot needs of the worker. */
export type BotPorts = PreparePorts & {
  processes: Processes;
  logs: Pick<Logs, "follow" | "mask" | "tail" | "prune">;
  records: RunRecords;
  budget: Budget;
  sizes: Sizes;
  quiet: Quiet;
  /** Turns to start: few at once, and starts of one token apart. */
  starts: Turns;
  /** One plain line for the worker's own log. */
  say(line: string): void;
};

/**
 * What the parts of one bot's supervision share: starting.ts brings it up, settling.ts deals with its end, waking.ts
 * finds out what became of it, and bot.ts takes what people ask. Only jobs of `jobs` change `live`.
 */
export type Life = {
  readonly botId: BotId;
  readonly ports: BotPorts;
  readonly shelf: Shelf;
  readonly diary: Diary;
  readonly machine: Machine;
  readonly jobs: Jobs;
  definition: BotDefinition;
  live: LiveRun | undefined;
  /** The worker lets go of the bot: nothing may be changed or written any more. */
  closed: boolean;
  /** Aborted: the start under way is called off. */
  preparing: AbortController;
  /** Aborted: who is being asked to end is killed now. */
  hurry: AbortController;
  /** One at a time: the preparing of a start, or a change of packages. */
  readonly packages: Turns;
  /** Aborted: the worker lets go of the bot, or it is removed. */
  readonly gone: AbortController;
  /** The turn that the present start was given. */
  turn: Turn | undefined;
  /** A limit that we hold, and not the kernel, is why this run is being ended. */
  overrun: { run: number; reason: Reason } | undefined;
  /** How many samples in a row were over the memory limit. */
  oversized: number;
  /** A restart waits in `jobs`: another one would do nothing more. */
  restarting: boolean;
  unwatch: Closer;
  /** Holds what a start now would take of the token's budget; undefined when there is not enough left for whoever wants it. */
  hold(by?: "person" | "worker"): (() => void) | undefined;
  /** Lets go of what is held. */
  unhold(): void;
  /** Queues a start. */
  startLater(cause: BotRun["cause"]): void;
  /** A run is gone. */
  exited(run: LiveRun, raw: RawExit): void;
};

export const lastExit = ({ diary }: Life) => (diary.memory.lastExit ? { lastExit: diary.memory.lastExit } : {});

/** Comes to rest: not running, and nothing more to be done. */
export function rest(life: Life, happening: string): void {
  if (life.machine.status.state !== "stopped") life.machine.enter(happening, { state: "stopped" });
}

/** A disk that refused is asked again after this, ms: nobody should have to start a bot by hand because a disk was full for a while. */
const DISK_MS = 30_000;

/** Gives up until a person acts, or until `until`. Remembered: the worker's restart is no reason to try again. */
export function park(life: Life, reason: Reason, until?: number): void {
  const parked = parkedNow(life, reason, until);
  void life.diary.remember({ parked, backoff: null });
  enterParked(life, parked);
}

/** What is remembered of giving up. */
export function parkedNow(life: Life, reason: Reason, until?: number): NonNullable<Memory["parked"]> {
  const since = life.ports.clock.now();
  const again = until ?? (reason.code === "disk" ? since + DISK_MS : undefined);
  return { since, reason, n: life.diary.wish, ...(again === undefined ? {} : { until: again }) };
}

/** Shows that it is parked, and wakes it when its time has come. */
export function enterParked(life: Life, parked: NonNullable<Memory["parked"]>): void {
  const { since, reason, until } = parked;
  const status = { since, reason, ...(until === undefined ? {} : { until }) };
  life.machine.enter(`parked (${reason.code})`, { state: "parked", ...status, ...lastExit(life) });
  if (until !== undefined) {
    // A clock set back must not make it wait for longer than a budget can be away.
    const wait = Math.min(until - life.ports.clock.now(), BUDGET.windowMs);
    life.machine.after(wait, () => life.startLater("worker"));
  }
}

/** Takes the wish down. A full disk must not keep a bot from being stopped: it is said, and the bot stops. */
export async function wantDown(life: Life): Promise<void> {
  const { botId, ports, diary } = life;
  const at = ports.clock.now();
  // The diary says it, and owes it.
  await diary.want("down", at).catch(() => {});
  ports.records.desired(botId, "down", at);
}

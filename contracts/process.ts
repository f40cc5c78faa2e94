import { z } from "zod";
import { type Reason, reason } from "./reason";

/** A moment, in milliseconds since 1970-01-01 UTC. */
export const at = z.number().int().nonnegative();

/** How one run ended. Exactly one of `code` and `signal` is set when the exit was recorded; both are null when it was not. */
export const exit = z.object({
  /** Exit code, 0–255. */
  code: z.number().int().nullable(),
  /** Name of the signal that ended it, such as SIGKILL. */
  signal: z.string().nullable(),
  at,
  /** Why, judged from the exit and the last lines. */
  reason,
});
export type Exit = z.infer<typeof exit>;

/** What is known of a running bot's readiness: alive but not ready yet, ready, or past its ready time-out. */
export const readiness = z.enum(["waiting", "ready", "late"]);

/**
 * The life of a bot. A state carries only what is true in it.
 *
 *   stopped ──start──▶ preparing ──▶ starting ──earned──▶ running
 *      ▲                   │             │                   │
 *      └──── stopping ◀────┴─────────────┴───────────────────┤ exit
 *      └──── parked ◀── judged hopeless ── backoff ◀─────────┘
 */
export const processStatus = z.discriminatedUnion("state", [
  /** Not running and not wanted; `lastExit` is absent before the first run. */
  z.object({ state: z.literal("stopped"), lastExit: exit.optional() }),
  /** Installing dependencies, waiting for a turn to start, or resting while its files are being updated (`step`). */
  z.object({ state: z.literal("preparing"), since: at, step: z.enum(["install", "queue", "deploy"]) }),
  /** Spawned; has not earned "running". */
  z.object({ state: z.literal("starting"), pid: z.number().int(), run: z.number().int(), since: at }),
  /** Alive, and earned: READY seen, ready line seen, or alive for 5 s. */
  z.object({
    state: z.literal("running"),
    pid: z.number().int(),
    run: z.number().int(),
    since: at,
    ready: readiness,
  }),
  /** Told to end; becomes stopped only when its whole tree is gone. */
  z.object({ state: z.literal("stopping"), since: at }),
  /** Ended by itself; will be started again at `retryAt`. */
  z.object({ state: z.literal("backoff"), attempt: z.number().int().positive(), retryAt: at, lastExit: exit }),
  /** We stopped trying; needs a person, or (`until`) its start budget back. */
  z.object({ state: z.literal("parked"), since: at, reason, until: at.optional(), lastExit: exit.optional() }),
]);
export type ProcessStatus = z.infer<typeof processStatus>;
export type ProcessState = ProcessStatus["state"];
export const processState = z.enum(processStatus.options.map(({ shape }) => shape.state.value));

/** Why a bot is in a state that wants a reason; undefined for one that runs, or was never started. */
export function reasonOf(status: ProcessStatus): Reason | undefined {
  if (status.state === "parked") return status.reason;
  if (status.state === "backoff" || status.state === "stopped") return status.lastExit?.reason;
  return undefined;
}

/** Which state may follow which. `enter` in the supervisor refuses any other change as a bug. */
export const transitions = {
  // To backoff: a bot that ended while the worker was away.
  stopped: ["preparing", "starting", "backoff", "parked"],
  preparing: ["preparing", "starting", "stopped", "stopping", "parked"],
  starting: ["running", "stopping", "stopped", "backoff", "parked"],
  running: ["stopping", "stopped", "backoff", "parked", "running"],
  stopping: ["stopped", "preparing", "starting", "parked"],
  backoff: ["preparing", "starting", "stopped", "parked"],
  parked: ["preparing", "starting", "stopped", "parked"],
} as const satisfies Record<ProcessState, readonly ProcessState[]>;

/** What a person may tell a bot to do. */
export const command = z.enum(["start", "stop", "restart", "kill"]);
export type Command = z.infer<typeof command>;

const canTable = {
  start: ["stopped", "backoff", "parked"],
  stop: ["preparing", "starting", "running", "backoff", "parked"],
  restart: ["starting", "running", "backoff", "parked", "stopped"],
  kill: ["starting", "running", "stopping"],
} as const satisfies Record<Command, readonly ProcessState[]>;

/** Whether a command makes sense in a state. Buttons and worker read the same table. `start` while backing off means: now. */
export const canRun = (command: Command, state: ProcessState): boolean =>
  (canTable[command] as readonly ProcessState[]).includes(state);

/** What is wanted of a bot, apart from what is observed. */
export const desired = z.enum(["up", "down"]);
export type Desired = z.infer<typeof desired>;

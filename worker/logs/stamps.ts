import { type FSWatcher, statSync, watch } from "node:fs";
import type { BotId, LogPolicy } from "#contracts/bot";
import type { Closer } from "../ports/index";
import { logFile } from "./bytes";
import type { Means } from "./means";
import { openRotation, type Rotation, type Sizes } from "./rotate";
import type { Times } from "./times";

const MB = 1024 * 1024;
/** How coarse the times of lines are that nobody watches, ms. */
const NOTE_MS = 1_000;
/** How often a log that is written is looked at, ms: so often that it does not grow by GROWTH between two looks. */
const LOOK_MS = { min: 10, max: 100 } as const;
const GROWTH = 4 * MB;
/** A log that grows by more than this every ms is faster than its packing, which waits until it is calmer or has to be. */
const FAST = 100 * 1024;
/** A log that was not written for this long is not looked at until the file system says that it is, or SELDOM_MS went by. */
const CALM_MS = 2_000;
const SELDOM_MS = 2_000;
/** The same of a log that is watched: only in case that a word of it was lost. */
const WATCHED_MS = 10_000;
const HOT_MS = 1_000;
/** After a failure, such as a full disk, it is tried again after this long, ms. */
const AGAIN_MS = 1_000;

type Live = {
  run: number;
  runDir: string;
  policy: LogPolicy | undefined;
  rotation: Rotation | undefined;
  /** Physical size, and when it was so; when it last changed. */
  size: number;
  at: number;
  changed: number;
  noted: number;
  /** It was shortened just now: until then it is looked at as often as can be. */
  hot: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  watcher: FSWatcher | undefined;
  over: boolean;
  /** What is being done with it; one thing at a time. */
  turn: Promise<unknown>;
};

export type StampsPorts = {
  times: Times;
  runDir: (botId: BotId, run: number) => string;
  /** So many bytes were added to what a bot keeps: to be kept within its bounds. */
  grown: (botId: BotId, bytes: number, policy: LogPolicy) => Promise<void>;
  /** How much is kept of a bot's log now, when so much was said of it with its run. */
  policyOf: (botId: BotId, said: LogPolicy | undefined) => LogPolicy;
  /** Settles once what a dead worker left is finished. */
  ready: Promise<unknown>;
  means?: Means;
  sizes?: Sizes;
  say: (text: string) => void;
};

/**
 * Looks at the log of every live run: notes how far it has come, and has it shortened.
 *
 *   calm (the file system is to say when it is written) ─▶ written: looked at the more often, the faster it grows ─▶ calm
 */
export function openStamps({ times, runDir, grown, policyOf, ready, means, sizes, say }: StampsPorts) {
  const lives = new Map<BotId, Live>();
  const ending = new Set<Promise<unknown>>();
  let closed = false;

  function wake(botId: BotId, live: Live, ms: number) {
    if (live.over) return;
    clearTimeout(live.timer);
    live.timer = setTimeout(() => look(botId, live), ms);
    live.timer.unref();
  }

  function calm(botId: BotId, live: Live) {
    if (live.watcher) return wake(botId, live, WATCHED_MS);
    // Once more soon: it may have been written between the last look and the first word that is waited for.
    wake(botId, live, LOOK_MS.max);
    try {
      // Only for its first word: a log that is being written would say so without end.
      live.watcher = watch(logFile(live.runDir, "console"), { persistent: false }, () => {
        unwatch(live);
        live.at = performance.now();
        wake(botId, live, LOOK_MS.min);
      });
      live.watcher.on("error", () => {
        unwatch(live);
        wake(botId, live, LOOK_MS.max);
      });
    } catch {
      wake(botId, live, LOOK_MS.max); // No more watches to be had, or no file yet.
    }
  }

  function look(botId: BotId, live: Live) {
    const found = glance(logFile(live.runDir, "console"));
    const now = performance.now();
    const { rotation } = live;
    if (!found || !rotation) return wake(botId, live, found ? LOOK_MS.max : SELDOM_MS);
    const rate = Math.max(0, found.size - live.size) / Math.max(1, now - live.at);
    if (found.size !== live.size) live.changed = now;
    Object.assign(live, { size: found.size, at: now });
    jot(live, rotation, found);
    if (rotation.isLong(found.size) && (rate < FAST || rotation.isFar(found.size, keepOf(botId, live)))) {
      live.turn = live.turn.then(() => shorten(botId, live, rotation));
      return;
    }
    if (now - live.changed > CALM_MS) return calm(botId, live);
    unwatch(live);
    const soon = now < live.hot ? LOOK_MS.min : rate > 0 ? GROWTH / rate : LOOK_MS.max;
    wake(botId, live, Math.min(LOOK_MS.max, Math.max(LOOK_MS.min, soon)));
  }

  function jot(live: Live, rotation: Rotation, found: { size: number; mtimeMs: number }) {
    const now = performance.now();
    if (now - live.noted < NOTE_MS) return;
    live.noted = now;
    const size = rotation.logical(found.size);
    const jotted = times.jot(logFile(live.runDir, "console"), size, found.mtimeMs).catch(() => {});
    live.turn = Promise.all([live.turn, jotted]);
  }

  const keepOf = (botId: BotId, live: Live) => policyOf(botId, live.policy).keepMb * MB;

  async function shorten(botId: BotId, live: Live, rotation: Rotation): Promise<void> {
    try {
      const bytes = await rotation.step(keepOf(botId, live));
      await grown(botId, bytes, policyOf(botId, live.policy));
      // It was cut: what was seen of it says nothing about how it grows.
      live.size = glance(logFile(live.runDir, "console"))?.size ?? -1;
      live.at = performance.now();
      live.hot = live.at + HOT_MS;
      wake(botId, live, LOOK_MS.min);
    } catch (error) {
      if (live.over) return;
      if (!isGone(error)) say(`bot ${botId}: the log could not be shortened: ${String(error)}`);
      await grown(botId, 0, policyOf(botId, live.policy)).catch(() => {});
      wake(botId, live, AGAIN_MS);
    }
  }

  async function begin(botId: BotId, live: Live): Promise<void> {
    try {
      live.rotation = await openRotation(live.runDir, { means, sizes, say });
    } catch (error) {
      if (!isGone(error)) say(`bot ${botId}: its log cannot be bounded: ${String(error)}`);
      return;
    }
    if (!live.over) look(botId, live);
  }

  /** Stops looking; what came last is stamped, and packed when the run is over. */
  function end(botId: BotId, live: Live, over: boolean): Promise<unknown> {
    live.over = true;
    clearTimeout(live.timer);
    unwatch(live);
    const last = live.turn.then(async () => {
      const found = glance(logFile(live.runDir, "console"));
      if (!found || !live.rotation) return;
      await times.note(logFile(live.runDir, "console"), live.rotation.logical(found.size), found.mtimeMs);
      if (over) await grown(botId, await live.rotation.close(), policyOf(botId, live.policy));
    });
    const done = last
      .catch((error: unknown) => {
        if (!isGone(error)) say(`bot ${botId}: the log of run ${live.run} could not be packed: ${String(error)}`);
      })
      .finally(() => ending.delete(done));
    ending.add(done);
    return done;
  }

  return {
    stamp(botId: BotId, run: number | null, policy?: LogPolicy) {
      if (closed) return;
      const before = lives.get(botId);
      if (before && before.run === run) {
        before.policy = policy ?? before.policy;
        return;
      }
      const ended = before ? end(botId, before, true) : Promise.resolve();
      lives.delete(botId);
      if (run === null) return;
      const live: Live = {
        run,
        runDir: runDir(botId, run),
        policy,
        rotation: undefined,
        size: -1,
        at: performance.now(),
        changed: performance.now(),
        noted: Number.NEGATIVE_INFINITY,
        hot: performance.now() + HOT_MS,
        timer: undefined,
        watcher: undefined,
        over: false,
        turn: ended,
      };
      lives.set(botId, live);
      live.turn = live.turn.then(() => ready).then(() => begin(botId, live));
    },
    close: (async () => {
      closed = true;
      for (const [botId, live] of lives) void end(botId, live, false);
      await Promise.all([...lives.values()].map((live) => live.turn));
      lives.clear();
      await Promise.all(ending);
    }) satisfies Closer,
  };
}

function unwatch(live: Live) {
  live.watcher?.close();
  live.watcher = undefined;
}

const isGone = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Synchronous on purpose: it takes microseconds, a hundredth of what the same call costs through the thread pool. */
function glance(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined; // A disk that refuses: the times of these lines will be coarser.
  }
}

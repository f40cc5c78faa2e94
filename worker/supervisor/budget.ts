import { z } from "zod";
import { readGenerations, writeGenerations } from "./atomic";
import type { Clock } from "./clock";

/**
 * Discord resets a token that identifies 1,000 times within a day; each shard of a start counts. People stop short of it, and what
 * starts by itself stops earlier, so that a person always has some left.
 */
export const BUDGET = { limit: 1_000, windowMs: 86_400_000, warnAt: 800, automaticUpTo: 950, personUpTo: 999 } as const;

/*
 * The clock of a machine may be set at any moment, and Discord does not care: so a start's age is measured by the machine's uptime.
 * Only over a reboot, where uptime begins anew, is the clock asked, once, how long ago a start was; a start that seems to lie in the
 * future then counts as one of now. Hence a clock that was set is noticed within a minute, and the ledger written by the new one.
 *
 *   written:  boot, and per start [clock, shards, uptime]        read in another boot:  uptime := uptime now − (clock now − clock)
 */
const start = z.union([
  z.tuple([z.number(), z.number().int().positive(), z.number()]),
  // As written before uptime was: of a boot without a name, so that the clock is asked.
  z.tuple([z.number(), z.number().int().positive()]).transform(([at, n]): [number, number, number] => [at, n, 0]),
]);
const file = z.object({ boot: z.string().default(""), tokens: z.record(z.string(), z.array(start)) });
type Start = z.infer<typeof start>;

/** Whether a start may happen, and if not, when enough of the budget is back, and in how many ms from now. */
export type Ruling = { ok: true } | { ok: false; used: number; until: number };

/** How often it is looked whether the clock was set, and what is no more than its running a little wrong, ms. */
const LOOK_MS = 60_000;
const SLIP_MS = 5_000;

/** Every start of every token in the last 24 hours. It outlives the worker, and knows tokens by their hash only. */
export interface Budget {
  used(token: string): number;
  /** The uptime at which the token was last started, as of now if the clock says later; undefined when not in the window. */
  lastStart(token: string): number | undefined;
  rule(token: string, shards: number, by: "person" | "worker"): Ruling;
  /** Keeps a start's part of the budget from others until the answer is called: for a restart, which must not end what it cannot start. */
  hold(token: string, shards: number): () => void;
  /** Counts a start at once, and settles when it is on disk. Rejects when the disk refuses: then nothing may be started, nor counts. */
  count(token: string, shards: number): Promise<void>;
  /** Looks at the clock no more, and settles when nothing is being written. */
  close(): Promise<void>;
}

/** Opens the ledger; an unreadable one starts empty, which is said and costs a day of memory. */
export async function openBudget(path: string, clock: Clock, say: (line: string) => void): Promise<Budget> {
  const read = await readGenerations(
    path,
    (text) => file.parse(JSON.parse(text)),
    (bad, failure) => say(`budget: ${bad} cannot be read, using the one before: ${String(failure)}`),
  ).catch((error: unknown) => {
    say(`budget: ${path} cannot be read, counting starts from zero: ${String(error)}`);
    return undefined;
  });
  const boot = clock.boot();
  /** Oldest first, with their sum: it is asked for at every change of every bot. */
  const tokens = new Map<string, { starts: Start[]; sum: number }>();
  for (const [token, all] of Object.entries(read?.tokens ?? {})) {
    const starts = (read?.boot === boot ? all : all.map(inThisBoot)).sort((a, b) => a[2] - b[2]);
    tokens.set(token, { starts, sum: sumOf(starts) });
  }
  const drift = () => clock.now() - clock.uptime();
  // By which clock the ledger was written that we found is not known: it is written anew at the first look.
  let writtenAt = Number.NaN;
  let stopLooking = clock.after(LOOK_MS, lookAtClock);
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function inThisBoot([when, shards]: Start): Start {
    return [when, shards, clock.uptime() - Math.max(0, clock.now() - when)];
  }

  /** What counts of a token now: what is older than a day goes. */
  function day(token: string): { starts: readonly Start[]; sum: number } {
    const known = tokens.get(token);
    if (!known) return { starts: [], sum: 0 };
    const oldest = clock.uptime() - BUDGET.windowMs;
    const past = known.starts.findIndex(([, , up]) => up > oldest);
    if (past < 0) tokens.delete(token);
    else if (past > 0) known.sum -= sumOf(known.starts.splice(0, past));
    return past < 0 ? { starts: [], sum: 0 } : known;
  }

  const held = new Map<symbol, { token: string; shards: number }>();

  function used(token: string): number {
    let sum = day(token).sum;
    for (const one of held.values()) if (one.token === token) sum += one.shards;
    return sum;
  }

  /** Whoever counts while a write is under way shares the next one. */
  function write(): Promise<void> {
    next ??= (writing ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        next = undefined;
        for (const known of [...tokens.keys()]) day(known);
        writtenAt = drift();
        const byClock = ([, n, up]: Start): Start => [up + writtenAt, n, up];
        const now = [...tokens].map(([token, { starts }]) => [token, starts.map(byClock)]);
        writing = writeGenerations(path, JSON.stringify({ boot, tokens: Object.fromEntries(now) }));
        return writing;
      });
    return next;
  }

  function lookAtClock() {
    stopLooking = clock.after(LOOK_MS, lookAtClock);
    if (tokens.size === 0 || Math.abs(drift() - writtenAt) <= SLIP_MS) return;
    write().catch((error: unknown) => say(`budget: ${path}: ${String(error)}`));
  }

  return {
    async close() {
      stopLooking();
      await (next ?? writing)?.catch(() => {});
    },
    used,
    lastStart: (token) => day(token).starts.at(-1)?.[2],
    rule(token, shards, by) {
      const ceiling = by === "person" ? BUDGET.personUpTo : BUDGET.automaticUpTo;
      const now = used(token);
      if (now + shards <= ceiling) return { ok: true };
      let left = now;
      let wait: number = BUDGET.windowMs;
      for (const [, count, up] of day(token).starts) {
        left -= count;
        wait = up + BUDGET.windowMs - clock.uptime();
        if (left + shards <= ceiling) break;
      }
      return { ok: false, used: now, until: clock.now() + wait };
    },
    hold(token, shards) {
      const mine = Symbol(token);
      held.set(mine, { token, shards });
      return () => void held.delete(mine);
    },
    async count(token, shards) {
      const counted: Start = [clock.now(), shards, clock.uptime()];
      const { starts, sum } = day(token);
      tokens.set(token, { starts: [...starts, counted], sum: sum + shards });
      await write().catch((error: unknown) => {
        const others = day(token).starts.filter((one) => one !== counted);
        tokens.set(token, { starts: others, sum: sumOf(others) });
        throw error;
      });
    },
  };
}

const sumOf = (starts: readonly Start[]): number => starts.reduce((sum, [, shards]) => sum + shards, 0);

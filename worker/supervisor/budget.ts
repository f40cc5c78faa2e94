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
 * future then counts as one of now.
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

/** Every start of every token in the last 24 hours. It outlives the worker, and knows tokens by their hash only. */
export interface Budget {
  used(token: string): number;
  /** The uptime at which the token was last started, as of now if the clock says later; undefined when not in the window. */
  lastStart(token: string): number | undefined;
  rule(token: string, shards: number, by: "person" | "worker"): Ruling;
  /** Counts a start at once, and settles when it is on disk. Rejects when the disk refuses: then nothing may be started, nor counts. */
  count(token: string, shards: number): Promise<void>;
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
  const tokens = new Map<string, Start[]>();
  for (const [token, starts] of Object.entries(read?.tokens ?? {})) {
    tokens.set(token, read?.boot === boot ? starts : starts.map(inThisBoot));
  }
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function inThisBoot([when, shards]: Start): Start {
    return [when, shards, clock.uptime() - Math.max(0, clock.now() - when)];
  }

  function starts(token: string): Start[] {
    const oldest = clock.uptime() - BUDGET.windowMs;
    const kept = (tokens.get(token) ?? []).filter(([, , up]) => up > oldest);
    if (kept.length > 0) tokens.set(token, kept);
    else tokens.delete(token);
    return kept;
  }

  const used = (token: string) => starts(token).reduce((sum, [, shards]) => sum + shards, 0);

  /** Whoever counts while a write is under way shares the next one. */
  function write(): Promise<void> {
    next ??= (writing ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        next = undefined;
        for (const known of [...tokens.keys()]) starts(known);
        writing = writeGenerations(path, JSON.stringify({ boot, tokens: Object.fromEntries(tokens) }));
        return writing;
      });
    return next;
  }

  return {
    used,
    lastStart: (token) => starts(token).at(-1)?.[2],
    rule(token, shards, by) {
      const ceiling = by === "person" ? BUDGET.personUpTo : BUDGET.automaticUpTo;
      const now = used(token);
      if (now + shards <= ceiling) return { ok: true };
      let left = now;
      let wait: number = BUDGET.windowMs;
      for (const [, count, up] of starts(token)) {
        left -= count;
        wait = up + BUDGET.windowMs - clock.uptime();
        if (left + shards <= ceiling) break;
      }
      return { ok: false, used: now, until: clock.now() + wait };
    },
    async count(token, shards) {
      const counted: Start = [clock.now(), shards, clock.uptime()];
      tokens.set(token, [...starts(token), counted]);
      await write().catch((error: unknown) => {
        tokens.set(
          token,
          starts(token).filter((one) => one !== counted),
        );
        throw error;
      });
    },
  };
}

import { z } from "zod";
import { at } from "#contracts/process";
import { readGenerations, writeAtomic } from "./atomic";
import type { Clock } from "./clock";

/** Discord resets a token that identifies this often within a day; each shard of a start counts. */
export const BUDGET = { limit: 1_000, windowMs: 86_400_000, warnAt: 800, automaticUpTo: 950 } as const;

const file = z.object({ tokens: z.record(z.string(), z.array(z.tuple([at, z.number().int().positive()]))) });
type Start = [at: number, shards: number];

/** Whether a start may happen, and if not, when enough of the budget is back. */
export type Ruling = { ok: true } | { ok: false; used: number; until: number };

/** Every start of every token in the last 24 hours. It outlives the worker, and knows tokens by their hash only. */
export interface Budget {
  used(token: string): number;
  /** When the token was last started; undefined when not in the window. */
  lastStart(token: string): number | undefined;
  /** A start by itself stops at 95 %, so that a person always has some left; a person's goes to the end. */
  rule(token: string, shards: number, by: "person" | "worker"): Ruling;
  /** Counts a start and settles when it is on disk. */
  count(token: string, shards: number): Promise<void>;
}

/** Opens the ledger; an unreadable one starts empty, which is said and costs a day of memory. */
export async function openBudget(path: string, clock: Clock, say: (line: string) => void): Promise<Budget> {
  const read = await readGenerations(path, (text) => file.parse(JSON.parse(text))).catch((error: unknown) => {
    say(`budget: ${path} cannot be read, counting starts from zero: ${String(error)}`);
    return undefined;
  });
  const tokens = new Map<string, Start[]>(Object.entries(read?.tokens ?? {}));
  let writing: Promise<void> = Promise.resolve();

  function starts(token: string): Start[] {
    const oldest = clock.now() - BUDGET.windowMs;
    const all = tokens.get(token) ?? [];
    // A clock that was set back leaves starts in the future: they count as of now, or they would never go.
    const kept = all.filter(([when]) => when > oldest).map(([when, n]): Start => [Math.min(when, clock.now()), n]);
    if (kept.length > 0) tokens.set(token, kept);
    else tokens.delete(token);
    return kept;
  }

  const used = (token: string) => starts(token).reduce((sum, [, shards]) => sum + shards, 0);

  return {
    used,
    lastStart: (token) => starts(token).at(-1)?.[0],
    rule(token, shards, by) {
      const ceiling = by === "person" ? BUDGET.limit : BUDGET.automaticUpTo;
      const now = used(token);
      if (now + shards <= ceiling) return { ok: true };
      let left = now;
      let until = clock.now() + BUDGET.windowMs;
      for (const [when, count] of starts(token)) {
        left -= count;
        until = when + BUDGET.windowMs;
        if (left + shards <= ceiling) break;
      }
      return { ok: false, used: now, until };
    },
    async count(token, shards) {
      tokens.set(token, [...starts(token), [clock.now(), shards]]);
      for (const known of [...tokens.keys()]) starts(known);
      writing = writing
        .catch(() => {})
        .then(() => writeAtomic(path, JSON.stringify({ tokens: Object.fromEntries(tokens) })));
      await writing;
    },
  };
}

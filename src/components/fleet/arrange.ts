import { z } from "zod";
import { compareNames } from "#client/names";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";
import type { ProcessState } from "#contracts/process";

/** Groups of states that people look for. */
export const stateFilter = z.enum(["all", "up", "changing", "waiting", "needsYou", "down"]);
export type StateFilter = z.infer<typeof stateFilter>;

const groups = {
  running: "up",
  starting: "changing",
  stopping: "changing",
  preparing: "changing",
  backoff: "waiting",
  parked: "needsYou",
  stopped: "down",
} as const satisfies Record<ProcessState, StateFilter>;

/** By what the list is ordered, and which way. Kept in the browser. */
export const sorting = z.object({
  by: z.enum(["name", "state", "uptime", "cpu", "memory", "newest"]),
  down: z.boolean(),
});
export type Sorting = z.infer<typeof sorting>;
export type SortBy = Sorting["by"];

/** A bot of the list with what is known of it now. */
export type Row = { bot: BotView; live: BotLive | null };

// What needs a person stands first.
const urgency = [
  "parked",
  "backoff",
  "preparing",
  "starting",
  "stopping",
  "running",
  "stopped",
] as const satisfies readonly ProcessState[];

const measures = {
  name: null,
  state: ({ live }: Row) => (live ? urgency.indexOf(live.status.state) : urgency.length),
  uptime: ({ live }: Row) => (live?.status.state === "running" ? -live.status.since : Number.NEGATIVE_INFINITY),
  cpu: ({ live }: Row) => live?.samples.at(-1)?.cpu ?? -1,
  memory: ({ live }: Row) => live?.samples.at(-1)?.memory ?? -1,
  newest: ({ bot }: Row) => -bot.createdAt,
} as const satisfies Record<SortBy, ((row: Row) => number) | null>;

/** The rows to show: those that match, in order; equal ones by name. `tag`: its id; "" for all. */
export function arrange(
  rows: readonly Row[],
  { search, filter, tag = "", sort }: { search: string; filter: StateFilter; tag?: string; sort: Sorting },
): Row[] {
  const wanted = search.trim().normalize("NFC").toLocaleLowerCase();
  const measure = measures[sort.by];
  const way = sort.down ? -1 : 1;
  return rows
    .filter(({ bot, live }) => {
      if (filter !== "all" && (!live || groups[live.status.state] !== filter)) return false;
      if (tag !== "" && !bot.tags.some(({ id }) => id === tag)) return false;
      return !wanted || bot.name.toLocaleLowerCase().includes(wanted) || bot.id.includes(wanted);
    })
    .sort((a, b) => {
      const byName = compareNames(a.bot, b.bot) || (a.bot.id < b.bot.id ? -1 : 1);
      if (!measure) return byName * way;
      const left = measure(a);
      const right = measure(b);
      return left === right ? byName : left < right ? -way : way;
    });
}

/** The tags that stand on any of them, by name. */
export function tagsOf(rows: readonly Row[]): BotView["tags"] {
  const all = new Map(rows.flatMap(({ bot }) => bot.tags.map((tag) => [tag.id, tag] as const)));
  return [...all.values()].sort(compareNames);
}

/** How many bots are in each group. */
export function countStates(rows: readonly Row[]): Record<StateFilter, number> {
  const counts: Record<StateFilter, number> = {
    all: rows.length,
    up: 0,
    changing: 0,
    waiting: 0,
    needsYou: 0,
    down: 0,
  };
  for (const { live } of rows) if (live) counts[groups[live.status.state]] += 1;
  return counts;
}

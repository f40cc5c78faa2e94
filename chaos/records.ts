import { z } from "zod";

/*
 * What the bots themselves wrote down, outside the panel (see bots/voice.cjs): the truth that Botyard is measured by.
 */

const started = z.object({
  stream: z.string(),
  mark: z.string(),
  pid: z.number(),
  boot: z.string(),
  /** The stream of the bot that made this child. */
  parent: z.string().nullable(),
  clock: z.coerce.number(),
  at: z.number(),
});

/** One process of a bot, by its own record. Moments are of the kernel's clock, µs. */
export type Life = {
  stream: string;
  botId: string;
  run: number;
  pid: number;
  child: boolean;
  startedAt: number;
  from: number;
  /** Its last sign of life. */
  until: number;
  /** Lines 1 to `due` are out; those to `begun` it may have begun to print. */
  due: number;
  begun: number;
  /** How it meant to end. */
  end?: { code: number } | { signal: string };
  /** What it could see of the system at first and no longer. */
  missed: string[];
  /** Writes that the disk refused. */
  refused: number;
  /** Lines of which the disk took a part first and the rest later: another writer of the same log may have come between. */
  torn: Set<number>;
};

/** Reads one record. Null when it says nothing: its writer was killed before its first entry was whole. */
export function readRecord(text: string): Life | null {
  const [first = "", ...entries] = text.split("\n");
  // The last entry is whole or not there: each is one write, but a kill may cut even that.
  entries.pop();
  if (!first.startsWith("start ") || !text.includes("\n")) return null;
  const start = started.parse(JSON.parse(first.slice("start ".length)));
  const [botId = "", run = ""] = start.mark.split(":");
  const life: Life = {
    stream: start.stream,
    botId,
    run: Number(run),
    pid: start.pid,
    child: start.parent !== null,
    startedAt: start.at,
    from: start.clock,
    until: start.clock,
    due: 0,
    begun: 0,
    missed: [],
    refused: 0,
    torn: new Set(),
  };
  for (const entry of entries) take(life, entry);
  return life;
}

function take(life: Life, entry: string): void {
  const words = entry.split(" ");
  const moment = Number(words.at(-1));
  if (Number.isFinite(moment)) life.until = Math.max(life.until, moment);
  const [kind, first = "", second = ""] = words;
  if (kind === "b") life.begun = Number(second);
  else if (kind === "d") life.due = Number(first);
  else if (kind === "l") life.missed.push(first);
  else if (kind === "x") life.refused += 1;
  else if (kind === "s") for (let n = Number(first); n <= Number(second); n++) life.torn.add(n);
  else if (kind === "e") life.end = first === "code" ? { code: Number(second) } : { signal: second };
}

/** Two processes of one bot that, by their own records, were there at the same time and must not have been. */
export type Overlap = { botId: string; older: Life; newer: Life; kind: "second copy" | "left over" };

/**
 * Second copies: two bots of one id at once. Left over: a child still there when the bot's next run had begun. Children of the
 * same run are no offence.
 */
export function findOverlaps(lives: readonly Life[]): Overlap[] {
  const found: Overlap[] = [];
  for (const own of groupBy(lives, ({ botId }) => botId).values()) {
    const mains = own.filter(({ child }) => !child).sort((a, b) => a.from - b.from);
    for (const [i, newer] of mains.entries()) {
      for (const older of mains.slice(0, i))
        if (older.until > newer.from) found.push({ botId: newer.botId, older, newer, kind: "second copy" });
      for (const older of own)
        if (older.child && older.run !== newer.run && older.from < newer.from && older.until > newer.from)
          found.push({ botId: newer.botId, older, newer, kind: "left over" });
    }
  }
  return found;
}

/** The members of a list by what they have in common. */
export function groupBy<T, Key>(list: readonly T[], key: (one: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const one of list) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
}

import { readFileSync } from "node:fs";

/** What a child wrote down: see child.c. `ns` is the machine's monotonic clock, as process.hrtime has it. */
export type Told = { kind: string; id: string; tag: string; ns: bigint; count: number };

/** Reads records; a line still being written is left out. */
export function parseRecords(text: string): Told[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .flatMap((line) => {
      const [kind, id, tag, ns, count] = line.split(" ");
      if (!kind || !id || !tag || !ns || !count || !/^\d+$/.test(ns)) return [];
      return [{ kind, id, tag, ns: BigInt(ns), count: Number(count) }];
    });
}

/** The records of one child so far, oldest first. */
export function recordsOf(file: string): Told[] {
  try {
    return parseRecords(readFileSync(file, "latin1"));
  } catch {
    return [];
  }
}

/** How long a child that ended was away before its next life, ms; undefined while it is. */
export function awayMs(records: readonly Told[]): number | undefined {
  const end = records.findIndex(({ kind }) => kind === "X");
  const next = end < 0 ? undefined : records.slice(end).find(({ kind }) => kind === "S");
  const last = records[end];
  return last && next ? Number(next.ns - last.ns) / 1e6 : undefined;
}

/** How many lines each life of a child says it wrote; the last word counts, so at most 20 lines too few. */
export function written(records: readonly Told[]): Map<string, number> {
  const lives = new Map<string, number>();
  for (const { kind, tag, count } of records) {
    if (kind === "S") lives.set(tag, 0);
    if (kind === "P" || kind === "E" || kind === "D") lives.set(tag, count);
  }
  return lives;
}

import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type BotId, botId, botRun } from "#contracts/bot";
import { at, desired } from "#contracts/process";

/** One row that Postgres is to get: of a key only the latest counts. */
export const owed = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("desired"), botId, desired, at }),
  z.object({ kind: z.literal("run"), botId, run: botRun }),
  /** A bot was deleted: what was owed of it is not owed any more. */
  z.object({ kind: z.literal("forget"), botId }),
]);
export type Owed = z.infer<typeof owed>;
export type OwedRow = Exclude<Owed, { kind: "forget" }>;

/** More than this is not kept for a database that stays away: the oldest go; the truth lies in the bots' folders. */
const MOST = 10_000;

/** What is still to be written to Postgres, kept in a file so that a killed worker forgets nothing. */
export interface Debt {
  owe(entry: Owed): void;
  /** The oldest rows, at most `count`. */
  oldest(count: number): OwedRow[];
  /** The row is written, unless a later one took its place meanwhile. */
  paid(row: OwedRow): void;
  size(): number;
}

const keyOf = (row: OwedRow) => (row.kind === "run" ? `run:${row.botId}:${row.run.run}` : `desired:${row.botId}`);

/** Opens the file, one entry a line. A line that was cut by a crash is left out. Failing to write it is said, no more. */
export function openDebt(path: string, say: (line: string) => void): Debt {
  const rows = new Map<string, OwedRow>();
  let lines = 0;
  let isTorn = false;

  for (const text of read(path)) {
    lines += 1;
    const entry = parse(text);
    if (entry) take(entry);
  }
  rewrite();

  function take(entry: Owed) {
    if (entry.kind === "forget") return forget(entry.botId);
    rows.delete(keyOf(entry));
    rows.set(keyOf(entry), entry);
    for (const oldest of rows.keys()) {
      if (rows.size <= MOST) break;
      rows.delete(oldest);
    }
  }

  function forget(id: BotId) {
    for (const [key, row] of rows) if (row.botId === id) rows.delete(key);
  }

  /** Beside it and then in its place: a worker killed in between has the old file. */
  function rewrite() {
    if (lines === 0 && rows.size === 0) return;
    lines = rows.size;
    isTorn = false;
    onDisk(() => {
      const half = `${path}.new`;
      writeFileSync(half, [...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join(""), { mode: 0o600 });
      renameSync(half, path);
    });
  }

  // One short line, synchronously: it is on its way to the disk before the worker can be killed over the next thing.
  function append(entry: Owed) {
    // A disk that was full left half a line, or none: all is known here, so all is written.
    if (isTorn) return rewrite();
    lines += 1;
    onDisk(() => appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }));
  }

  function onDisk(write: () => void) {
    try {
      write();
    } catch (error) {
      isTorn = true;
      say(`records: ${path}: ${String(error)}`);
    }
  }

  return {
    owe(entry) {
      take(entry);
      append(entry);
      if (lines > 1_000 + 2 * rows.size) rewrite();
    },
    oldest: (count) => [...rows.values()].slice(0, count),
    paid(row) {
      if (rows.get(keyOf(row)) === row) rows.delete(keyOf(row));
      if (rows.size === 0) rewrite();
    },
    size: () => rows.size,
  };
}

function read(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

function parse(text: string): Owed | undefined {
  try {
    return owed.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

import type { LogCursor, LogLine } from "#contracts/log";

/** What a console shows, oldest first: lines, and the places where lines are missing. */
export type LogEntry =
  | { kind: "line"; key: string; line: LogLine }
  | {
      kind: "missed";
      key: string;
      /** How many lines, when the worker said so. */
      count: number | null;
      /** Where the missing stretch begins and ends. */
      after: LogCursor;
      before: LogCursor;
      /** True when they are no longer on disk either. */
      gone: boolean;
    };
export type MissedEntry = Extract<LogEntry, { kind: "missed" }>;

/** The lines of one log as far as the browser holds them. Never changed in place. */
export type LogBuffer = {
  lines: readonly LogLine[];
  entries: readonly LogEntry[];
  /** True once the first kept line of the log is among them. */
  complete: boolean;
  /** Places (key of the line after them) known to have nothing between, and those whose lines are gone. */
  closed: ReadonlySet<string>;
  gone: ReadonlySet<string>;
  counts: ReadonlyMap<string, number>;
};

/** The browser keeps so many lines of a log; what falls off the old end can be loaded again. */
export const KEPT_LINES = 20_000;

export const emptyLog: LogBuffer = {
  lines: [],
  entries: [],
  complete: false,
  closed: new Set(),
  gone: new Set(),
  counts: new Map(),
};

// Marks have no bytes of their own: a start stands before the line at its offset, an end after it.
const rank = (line: LogLine) =>
  line.mark?.kind === "started" ? 0 : line.mark?.kind === "ended" ? 3 : line.stream === "system" ? 1 : 2;

/** Names a line for ever. */
export const lineKey = (line: LogLine) => `${line.run}.${line.offset}.${rank(line)}`;

/** The order of a log: older first. */
export const compareLines = (a: LogLine, b: LogLine) => a.run - b.run || a.offset - b.offset || rank(a) - rank(b);

/** Where to read on from after a line. */
export const cursorAfter = (line: LogLine): LogCursor => ({ run: line.run, offset: line.next });

/**
 * Whether nothing is known to lie between two neighbouring lines. The worker tells lines in order and says what it leaves
 * out; so the first line of a run follows whatever stands before it. That its number is the next, or that an end was marked,
 * cannot be asked for: a run may print nothing (most install nothing), never launch, or end with nobody there to mark it.
 */
const adjoins = (a: LogLine, b: LogLine) => (a.run === b.run ? b.offset <= a.next : b.offset === 0);

function hole(log: LogBuffer, a: LogLine, b: LogLine): MissedEntry | null {
  const key = lineKey(b);
  const count = log.counts.get(key) ?? null;
  const gone = log.gone.has(key);
  if (log.closed.has(key) || (count === null && !gone && adjoins(a, b))) return null;
  return {
    kind: "missed",
    key: `missed.${key}`,
    count,
    after: cursorAfter(a),
    before: { run: b.run, offset: b.offset },
    gone,
  };
}

function push(log: LogBuffer, entries: LogEntry[], previous: LogLine | undefined, line: LogLine) {
  const missed = previous && hole(log, previous, line);
  if (missed) entries.push(missed);
  entries.push({ kind: "line", key: lineKey(line), line });
}

function derive(log: LogBuffer): LogBuffer {
  const entries: LogEntry[] = [];
  log.lines.forEach((line, index) => {
    push(log, entries, log.lines[index - 1], line);
  });
  return { ...log, entries };
}

/** Two sorted lists as one, each line once. */
function merge(left: readonly LogLine[], right: readonly LogLine[]): LogLine[] {
  const all: LogLine[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    const a = left[l];
    const b = right[r];
    if (!a && !b) return all;
    const order = !a ? 1 : !b ? -1 : compareLines(a, b);
    if (order <= 0 && a) all.push(a);
    else if (b) all.push(b);
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
  }
}

function trim(log: LogBuffer): LogBuffer {
  if (log.lines.length <= KEPT_LINES) return log;
  // Cutting a tenth at once keeps the usual append cheap.
  return derive({ ...log, lines: log.lines.slice(-Math.floor(KEPT_LINES * 0.9)), complete: false });
}

/**
 * Takes lines as they come: live, as the answer to a watch, or read from the log. Lines already there are dropped, late
 * ones find their place. `missed`: the worker left so many out right before these. `gap`: those before are gone.
 */
export function takeLines(
  log: LogBuffer,
  fresh: readonly LogLine[],
  told: { missed?: number; gap?: boolean } = {},
): LogBuffer {
  const sorted = [...fresh].sort(compareLines);
  const first = sorted[0];
  if (!first) return log;
  const last = log.lines.at(-1);
  const counts = told.missed ? new Map(log.counts).set(lineKey(first), told.missed) : log.counts;
  const gone = told.gap && last && compareLines(last, first) < 0 ? new Set(log.gone).add(lineKey(first)) : log.gone;
  const next = { ...log, counts, gone };

  const simple =
    (!last || compareLines(last, first) < 0) &&
    sorted.every((line, i) => i === 0 || compareLines(sorted[i - 1] ?? line, line) < 0);
  if (!simple) return trim(derive({ ...next, lines: merge(log.lines, dedupe(sorted)) }));
  const entries = [...log.entries];
  sorted.forEach((line, index) => {
    push(next, entries, index === 0 ? last : sorted[index - 1], line);
  });
  return trim({ ...next, lines: [...log.lines, ...sorted], entries });
}

const dedupe = (sorted: readonly LogLine[]) =>
  sorted.filter((line, index) => {
    const before = sorted[index - 1];
    return !before || compareLines(before, line) !== 0;
  });

/** Puts what was read for a missing stretch in its place. `whole`: there is nothing more of it on disk. */
export function fillMissed(log: LogBuffer, missed: MissedEntry, read: readonly LogLine[], whole: boolean): LogBuffer {
  const next = log.lines.find((line) => line.run === missed.before.run && line.offset >= missed.before.offset);
  if (!next) return log;
  const key = lineKey(next);
  const counts = new Map(log.counts);
  counts.delete(key);
  const closed = whole ? new Set(log.closed).add(key) : log.closed;
  const between = read.filter((line) => compareLines(line, next) < 0);
  return derive({ ...log, counts, closed, lines: merge(log.lines, dedupe([...between].sort(compareLines))) });
}

/** Marks the beginning of the log as reached. */
export const atBeginning = (log: LogBuffer): LogBuffer => ({ ...log, complete: true });

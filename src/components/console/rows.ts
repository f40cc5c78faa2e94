import { type LogEntry, lineKey, type MissedEntry } from "#client/live/log-buffer";
import type { LogCursor, LogLevel, LogLine } from "#contracts/log";
import { bareText } from "./ansi";
import { beginning, following, type Place } from "./stack";

/** One row of a log: a line with those that belong to it (a stack trace), a mark, or a place where lines are missing. */
export type LogRow =
  | { kind: "text"; key: string; line: LogLine; more: readonly LogLine[] }
  | { kind: "mark"; key: string; line: LogLine; mark: NonNullable<LogLine["mark"]> }
  | MissedEntry
  /** The browser holds no more lines; older ones are in the Logs tab. */
  | { kind: "full"; key: string; line: LogLine };
export type TextRow = Extract<LogRow, { kind: "text" }>;

/** What of a log a viewer wants to see. `levels` empty: all; `since`: ms, 0 for all. */
export type RowFilter = { text: string; levels: readonly LogLevel[]; since: number };

/** Longer traces go on in another row: unfolded, one row must not be thousands of lines. */
const MOST_MORE = 200;

// Lines never change: what was read of one is kept as long as it is.
const bare = new WeakMap<LogLine, string>();
const lowered = new WeakMap<LogLine, string>();

/** A line without colours and control signs. */
export function bareOf(line: LogLine): string {
  const known = bare.get(line);
  if (known !== undefined) return known;
  const text = bareText(line.text);
  bare.set(line, text);
  return text;
}

function loweredOf(line: LogLine): string {
  const known = lowered.get(line);
  if (known !== undefined) return known;
  const text = bareOf(line).toLowerCase();
  lowered.set(line, text);
  return text;
}

// Most lines are bare as they come: only the others are read letter by letter.
const shape = (line: LogLine) => (line.text.includes("\x1b") ? bareOf(line) : line.text).trimEnd();

/** The rows of a log, stack traces folded into the line they belong to. */
export function rowsOf(entries: readonly LogEntry[]): LogRow[] {
  const rows: LogRow[] = [];
  let open: { row: TextRow & { more: LogLine[] }; place: Place } | null = null;
  for (const entry of entries) {
    if (entry.kind === "missed") {
      rows.push(entry);
      open = null;
      continue;
    }
    const { line, key } = entry;
    if (line.mark) {
      rows.push({ kind: "mark", key, line, mark: line.mark });
      open = null;
      continue;
    }
    const text = shape(line);
    const place = open && open.row.more.length < MOST_MORE ? following(open.place, text) : null;
    if (open && place) {
      open.row.more.push(line);
      open.place = place;
    } else {
      const row = { kind: "text" as const, key, line, more: [] };
      rows.push(row);
      open = { row, place: beginning(text) };
    }
  }
  return rows;
}

/** The same rows with every line in one of its own. */
export const unfolded = (rows: readonly LogRow[]): LogRow[] =>
  rows.flatMap((row) =>
    row.kind === "text" && row.more.length > 0
      ? [row.line, ...row.more].map((line) => ({ kind: "text" as const, key: lineKey(line), line, more: [] }))
      : [row],
  );

export const isFiltering = ({ text, levels, since }: RowFilter) => text.trim() !== "" || levels.length > 0 || since > 0;

/**
 * The rows that a filter leaves. A trace stays whole when any line of it holds the text (whatever its case and colours) and its first
 * line has one of the levels. Marks and gaps go with a text or level, for nobody asked for them.
 */
export function filterRows(rows: readonly LogRow[], filter: RowFilter): readonly LogRow[] {
  if (!isFiltering(filter)) return rows;
  const needle = filter.text.trim().toLowerCase();
  const picky = needle !== "" || filter.levels.length > 0;
  return rows.filter((row) => {
    if (row.kind === "missed" || row.kind === "full") return false;
    if (row.line.at < filter.since) return false;
    if (row.kind === "mark") return !picky;
    if (filter.levels.length > 0 && !filter.levels.includes(row.line.level)) return false;
    return (
      needle === "" || loweredOf(row.line).includes(needle) || row.more.some((line) => loweredOf(line).includes(needle))
    );
  });
}

/** Lines in a row; marks count for none. */
const linesIn = (row: LogRow) => (row.kind === "text" ? 1 + row.more.length : 0);

export const countLines = (rows: readonly LogRow[]): number => rows.reduce((sum, row) => sum + linesIn(row), 0);

/** How many lines came in rows after that of a key; all of them when it has gone. */
export function linesAfterRow(rows: readonly LogRow[], key: string): number {
  let count = 0;
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const row = rows[i];
    if (!row || row.key === key) break;
    count += linesIn(row);
  }
  return count;
}

/** What a row says, as plain text: for the clipboard. */
export const plainText = (row: LogRow): string =>
  row.kind === "text" ? [row.line, ...row.more].map(bareOf).join("\n") : "";

/** The row that holds the line at a place, or the mark there when no line is; -1 for neither. */
export function rowAt(rows: readonly LogRow[], place: LogCursor): number {
  const line = rows.findIndex(
    (row) => row.kind === "text" && [row.line, ...row.more].some((each) => isAt(each, place)),
  );
  if (line !== -1) return line;
  return rows.findIndex((row) => row.kind === "mark" && row.line.run === place.run && row.line.offset === place.offset);
}

/** Whether a line begins at a place, or the place lies within it. */
export const isAt = (line: LogLine, { run, offset }: LogCursor): boolean =>
  line.run === run && (line.offset === offset || (line.offset < offset && offset < line.next));

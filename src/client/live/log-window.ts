import type { LogCursor, LogLine, LogPage } from "#contracts/log";
import { compareLines, cursorAfter } from "./log-buffer";

/**
 * The stretch of a log that a reader holds while scrolling through all of it: pages come in at one end, and far ones go at the other.
 * Never changed in place.
 */
export type LogWindow = {
  lines: readonly LogLine[];
  /** Read back from here with `before`; null at the beginning of what is kept. */
  start: LogCursor | null;
  /** Read on from here with `after`; null when the log is empty. */
  end: LogCursor | null;
  /** True when there was nothing after `end` the last time somebody looked. */
  atEnd: boolean;
};

/** So many lines are held; a gigabyte is read through with no more. */
export const WINDOW_LINES = 4_000;
/** Lines read at once. */
export const WINDOW_PAGE = 500;

/** A window that holds one page. `atEnd`: the page ends where the log does. */
export const openWindow = (page: LogPage, atEnd: boolean): LogWindow => ({ ...page, atEnd });

/** The page before: what then is too much goes at the new end. */
export function growOlder(held: LogWindow, page: LogPage): LogWindow {
  const lines = join(page.lines, held.lines);
  const start = page.lines.length === 0 ? null : page.start;
  const kept = lines.slice(0, WINDOW_LINES);
  const last = kept.at(-1);
  if (kept.length === lines.length || !last) return { ...held, lines, start };
  return { lines: kept, start, end: cursorAfter(last), atEnd: false };
}

/** The page after: what then is too much goes at the old end. An empty page is the end: pages are bounded by bytes too, so a short one is not. */
export function growNewer(held: LogWindow, page: LogPage): LogWindow {
  if (page.lines.length === 0) return { ...held, atEnd: true };
  const lines = join(held.lines, page.lines);
  const kept = lines.slice(-WINDOW_LINES);
  const first = kept[0];
  const start = kept.length === lines.length || !first ? held.start : { run: first.run, offset: first.offset };
  return { lines: kept, start, end: page.end, atEnd: false };
}

/** Told of the newest line there is: whether the window still ends where the log does. */
export function hearOf(held: LogWindow, newest: LogLine | undefined): LogWindow {
  if (!newest || !held.atEnd) return held;
  const { end } = held;
  const beyond = !end || newest.run > end.run || (newest.run === end.run && newest.next > end.offset);
  return beyond ? { ...held, atEnd: false } : held;
}

// Marks have no bytes of their own, so a page that goes up to one may bring it again.
function join(older: readonly LogLine[], newer: readonly LogLine[]): LogLine[] {
  const last = older.at(-1);
  return [...older, ...(last ? newer.filter((line) => compareLines(line, last) > 0) : newer)];
}

import { z } from "zod";
import { at } from "./process";

/** Severity read from JSON (`level`, pino's numbers), logfmt and plain words; `plain` when a line says nothing of it. */
export const logLevel = z.enum(["plain", "debug", "info", "warn", "error"]);
export type LogLevel = z.infer<typeof logLevel>;

/** Which log: what the bot prints, or what installing its dependencies printed. */
export const logSource = z.enum(["console", "install"]);
export type LogSource = z.infer<typeof logSource>;

/**
 * A place in a bot's log: the run and the byte offset in that run's file. It never goes back, so gaps and doubles cannot hide.
 * The place after a line is always { run: line.run, offset: line.next }, and that is the whole order:
 *
 *   a line lies before a cursor when (line.run, line.next) ≤ (cursor.run, cursor.offset), else after it.
 *
 * The mark `started` has offset 0 and next 0, so { run, offset: 0 } lies right after it; the mark `ended` has the file's size as
 * offset and size + 1 as next, so it comes after the last byte and is never told twice. { run: 0, offset: 0 } lies before everything.
 */
export const logCursor = z.object({ run: z.number().int().nonnegative(), offset: z.number().int().nonnegative() });
export type LogCursor = z.infer<typeof logCursor>;

/** One line. (`run`, `offset`, `stream`) names it for ever. */
export const logLine = z.object({
  run: z.number().int().positive(),
  /** Byte offset of its first byte in the run's file. */
  offset: z.number().int().nonnegative(),
  /** Offset of the byte after it, newline included: where the next line starts. See logCursor for marks. */
  next: z.number().int().nonnegative(),
  at,
  /** `out`: the bot's. `system`: ours, at a run's start and end, said by `mark`; its text is the mark's kind. */
  stream: z.enum(["out", "system"]),
  level: logLevel,
  /** Without newline; at most 16,384 characters here, the whole line stays on disk. Invalid UTF-8 shows as U+FFFD. */
  text: z.string(),
  /** True when `text` was cut. */
  cut: z.boolean().optional(),
  /** For `system` lines: what happened. */
  mark: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("started"), cause: z.string() }),
      z.object({
        kind: z.literal("ended"),
        code: z.number().nullable(),
        signal: z.string().nullable(),
        ms: z.number(),
      }),
      /** A stretch of the bot's own output that is no longer kept: [offset, next). `outrun`: it was written faster than it could be packed. `damaged`: what it was packed in cannot be read, or is gone. */
      z.object({ kind: z.literal("gap"), bytes: z.number().int(), why: z.enum(["bounds", "outrun", "damaged"]) }),
    ])
    .optional(),
});
export type LogLine = z.infer<typeof logLine>;

/**
 * A stretch of a log, oldest first. Only whole lines: text without its newline is told once the newline is there or the run has
 * ended. A page may hold fewer lines than asked for, because their bytes are bounded too; it is empty only when there are none.
 */
export const logPage = z.object({
  lines: z.array(logLine),
  /** Read on from here with `after`; null when the log is empty. */
  end: logCursor.nullable(),
  /** Read back from here with `before`; null at the beginning of what is kept. */
  start: logCursor.nullable(),
});
export type LogPage = z.infer<typeof logPage>;

/** Which stretch: the newest lines, those after a cursor, before or around one, or those from a moment on. At most 2,000 lines a call. */
export const logQuery = z.object({
  source: logSource.default("console"),
  after: logCursor.optional(),
  before: logCursor.optional(),
  /** Half of `limit` on either side of the line that begins at this place, the line included. */
  around: logCursor.optional(),
  /** The lines from this moment on. */
  since: at.optional(),
  limit: z.number().int().min(1).max(2_000).default(500),
});
export type LogQuery = z.infer<typeof logQuery>;

/** The longest text or pattern that is searched for, characters. */
export const SEARCH_CHARS = 500;

/** What to look for in the whole history of one bot. Every condition given must hold; marks are never found. */
export const logSearch = z.object({
  source: logSource.default("console"),
  /** A text, or with `regex` a pattern of RE2's syntax, which no input can make slow. Empty: every line. Searched in what people see: secrets are masked before. */
  text: z.string().max(SEARCH_CHARS).default(""),
  regex: z.boolean().default(false),
  /** Case counts. */
  exact: z.boolean().default(false),
  levels: z.array(logLevel).min(1).max(5).optional(),
  since: at.optional(),
  until: at.optional(),
  /** Go on from where the last answer ended. */
  from: logCursor.optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export type LogSearch = z.infer<typeof logSearch>;

/**
 * Hits, newest first. One answer takes at most about half a second, whatever there is to search: `next` says where to go on, null when
 * everything was seen. A client that follows `next` streams the hits, and cancels by not asking again.
 */
export const logHits = z.object({
  hits: z.array(logLine),
  next: logCursor.nullable(),
  /** Bytes looked through by this answer, and bytes that were left to look through before it. */
  scanned: z.number().int().nonnegative(),
  left: z.number().int().nonnegative(),
});
export type LogHits = z.infer<typeof logHits>;

/** A stretch of a log as a file: from a moment or place to another, everything when left out. Plain text, secrets masked. */
export const logRange = z.object({
  source: logSource.default("console"),
  since: at.optional(),
  until: at.optional(),
  /** Only this run. */
  run: z.coerce.number().int().positive().optional(),
});
export type LogRange = z.infer<typeof logRange>;

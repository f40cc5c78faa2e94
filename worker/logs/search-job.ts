import { z } from "zod";
import { botId } from "#contracts/bot";
import { logCursor, logLevel, logLine, logSource, SEARCH_CHARS } from "#contracts/log";

/** One slice of a search in a log, for the searching thread. Times are places by now. */
export const logJob = z.object({
  botsDir: z.string(),
  botId,
  source: logSource,
  text: z.string().max(SEARCH_CHARS),
  regex: z.boolean(),
  exact: z.boolean(),
  levels: z.array(logLevel).optional(),
  /** Lines after `lowest` and before `from` (without: the end). */
  lowest: logCursor,
  from: logCursor.optional(),
  limit: z.number().int().positive(),
  secrets: z.array(z.string()),
});
export type LogJob = z.infer<typeof logJob>;

/** A line that was found; its time is added by whoever keeps the times. */
export const foundLine = logLine.omit({ at: true, stream: true, mark: true });
export type FoundLine = z.infer<typeof foundLine>;

export const logFound = z.object({
  hits: z.array(foundLine),
  next: logCursor.nullable(),
  scanned: z.number(),
  left: z.number(),
});
export type LogFound = z.infer<typeof logFound>;

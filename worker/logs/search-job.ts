import { z } from "zod";
import { botId } from "#contracts/bot";
import { logCursor, logLevel, logLine, logSource, SEARCH_CHARS } from "#contracts/log";

/** What the searching thread is asked: one slice of a search. Times are places by now. */
export const searchJob = z.object({
  id: z.number(),
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
  /** When to answer with what is found, ms from the beginning. */
  budgetMs: z.number(),
  secrets: z.array(z.string()),
});
export type SearchJob = z.infer<typeof searchJob>;

/** A line that was found; its time is added by whoever keeps the times. */
export const foundLine = logLine.omit({ at: true, stream: true, mark: true });
export type FoundLine = z.infer<typeof foundLine>;

export const found = z.object({
  hits: z.array(foundLine),
  next: logCursor.nullable(),
  scanned: z.number(),
  left: z.number(),
});
export type Found = z.infer<typeof found>;

/** What the thread answers: what was found, what is wrong with the pattern, or what went wrong. */
export const searchAnswer = z.union([
  z.object({ id: z.number(), found }),
  z.object({ id: z.number(), refused: z.string() }),
  z.object({ id: z.number(), failed: z.string() }),
]);
export type SearchAnswer = z.infer<typeof searchAnswer>;

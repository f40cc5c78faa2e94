import { z } from "zod";
import { logHits, logLevel, logPage, logSource, SEARCH_CHARS } from "../log";
import { at } from "../process";
import { flag, onBot, operation } from "./base";

/** A cursor in an address: `<run>.<offset>`. */
export const cursorText = z
  .string()
  .regex(/^\d{1,9}\.\d{1,15}$/)
  .describe("A place in the log: run and byte offset, like 3.1024");

export const log = {
  read: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/log",
      summary: "Log lines of a bot: the newest, or those after or before a place",
      tags: ["Console"],
    })
    .meta({ permission: "console:read", tool: "read_logs" })
    .input(
      onBot.extend({
        source: logSource.default("console"),
        after: cursorText.optional(),
        before: cursorText.optional(),
        around: cursorText.optional(),
        since: z.coerce.number().pipe(at).optional(),
        limit: z.coerce.number().int().min(1).max(2_000).default(500),
      }),
    )
    .output(logPage),
  search: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/log/search",
      summary: "Search the whole log, newest first; go on with `next`",
      description:
        "Answers within about half a second with what it found so far. Repeat with `from` set to `next` until that is null.",
      tags: ["Console"],
    })
    .meta({ permission: "console:read", tool: "search_logs" })
    .input(
      onBot.extend({
        source: logSource.default("console"),
        text: z.string().max(SEARCH_CHARS).default(""),
        regex: flag.default(false),
        exact: flag.default(false),
        /** Comma-separated. */
        levels: z
          .string()
          .transform((text) => text.split(","))
          .pipe(z.array(logLevel).min(1).max(5))
          .optional(),
        since: z.coerce.number().pipe(at).optional(),
        until: z.coerce.number().pipe(at).optional(),
        from: cursorText.optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    )
    .output(logHits),
  download: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/log/file",
      summary: "Part of the log as a text file, gzipped if you ask for it",
      tags: ["Console"],
    })
    .meta({ permission: "console:read" })
    .input(
      onBot.extend({
        source: logSource.default("console"),
        since: z.coerce.number().pipe(at).optional(),
        until: z.coerce.number().pipe(at).optional(),
        run: z.coerce.number().int().positive().optional(),
        gzip: flag.default(false),
      }),
    )
    .output(z.instanceof(Blob)),
  send: operation
    .route({ method: "POST", path: "/v1/bots/{botId}/input", summary: "Type a line into a bot", tags: ["Console"] })
    .meta({ permission: "console:send", writes: true, tool: "send_input" })
    .input(
      onBot.extend({
        text: z
          .string()
          .max(16_384)
          .regex(/^[^\0]*$/),
      }),
    )
    .output(z.object({})),
};

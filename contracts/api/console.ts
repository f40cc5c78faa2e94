import { z } from "zod";
import { logPage, logSource } from "../log";
import { onBot, operation } from "./base";

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
      summary: "Lines of a bot: the newest, after or before a place",
      tags: ["Console"],
    })
    .meta({ permission: "console:read" })
    .input(
      onBot.extend({
        source: logSource.default("console"),
        after: cursorText.optional(),
        before: cursorText.optional(),
        limit: z.coerce.number().int().min(1).max(2_000).default(500),
      }),
    )
    .output(logPage),
  send: operation
    .route({ method: "POST", path: "/v1/bots/{botId}/input", summary: "Type a line into a bot", tags: ["Console"] })
    .meta({ permission: "console:send", writes: true })
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

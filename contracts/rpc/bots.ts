import { z } from "zod";
import { botDefinition, botId, botLive, botRun } from "../bot";
import { importId } from "../import";
import { logHits, logPage, logQuery, logSearch } from "../log";
import { command } from "../process";
import { type Calls, ok } from "./base";

/** Who wants it, a person when absent: what a bot asks with a key of its own is no person's wish. */
const askedBy = z.enum(["person", "bot"]).optional();

/** Their definitions, their lives and what they print. */
export const bots = {
  /** The present of the named bots, or of all; unknown ones are left out. */
  "bots.live": {
    input: z.object({ botIds: z.array(botId).optional() }),
    output: z.object({ live: z.record(z.string(), botLive) }),
    permission: "bot:view",
  },
  /** The bots that it has, each with the number (revision) of its definition. While it starts, those that are awake already. */
  "bots.list": {
    input: z.object({}),
    output: z.object({ bots: z.record(z.string(), z.number().int()) }),
    permission: "self",
  },
  /** The definition that it has of a bot, secrets sealed as they came. AppError not_found. */
  "bots.get": { input: z.object({ botId }), output: z.object({ definition: botDefinition }), permission: "admin" },
  /**
   * Take a definition: a new bot (with `importId`, whose files become the bot's) or a changed one. Idempotent by revision. `newer`: it was
   * passed over, and is the number of the one that it has instead: a higher one, or the same of a definition that says something else.
   */
  "bots.put": {
    input: z.object({ definition: botDefinition, importId: importId.optional() }),
    output: z.object({ live: botLive, newer: z.number().int().optional() }),
    permission: "settings:update",
  },
  /** Stop it, kill its tree, and remove its folder (a source of kind folder stays where it is). Unknown: done already. */
  "bots.remove": { input: z.object({ botId }), output: ok, permission: "bot:delete" },
  /** Answers once the intent is stored, not once it is reached. */
  "bots.command": {
    input: z.object({ botId, command, by: askedBy }),
    output: z.object({ live: botLive }),
    permission: "power:start",
  },
  /** Each bot for itself: one that fails does not keep the others from it. The web has taken out those that the asker may not command. */
  "bots.commandMany": {
    input: z.object({ botIds: z.array(botId).max(1_000), command, by: askedBy }),
    output: z.object({
      results: z.array(
        z.union([
          z.object({ botId, live: botLive }),
          z.object({ botId, code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
        ]),
      ),
    }),
    permission: "power:start",
  },
  /** The values of its variables in the clear, or of one. AppError not_found, env_sealed_elsewhere. */
  "bots.reveal": {
    input: z.object({ botId, key: z.string().optional() }),
    output: z.object({ values: z.record(z.string(), z.string()) }),
    permission: "env:reveal",
  },
  /** A text that came another way than the log, with the values of the bot's secrets masked. */
  "bots.mask": {
    input: z.object({ botId, text: z.string() }),
    output: z.object({ text: z.string() }),
    permission: "file:read",
  },
  "bots.cancelInstall": { input: z.object({ botId }), output: ok, permission: "power:stop" },
  "bots.send": { input: z.object({ botId, text: z.string().max(16_384) }), output: ok, permission: "console:send" },
  "bots.log": { input: z.object({ botId, query: logQuery }), output: logPage, permission: "console:read" },
  "bots.search": { input: z.object({ botId, search: logSearch }), output: logHits, permission: "console:read" },
  /** Newest first; those before the run `before`. */
  "bots.runs": {
    input: z.object({ botId, before: z.number().int().positive().optional(), limit: z.number().int().min(1).max(201) }),
    output: z.object({ runs: z.array(botRun) }),
    permission: "bot:view",
  },
} as const satisfies Calls;

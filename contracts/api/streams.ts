import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { type EventName, events } from "../events";
import { logLine } from "../log";
import { onBot, operation } from "./base";
import { cursorText } from "./console";

/*
 * What Socket.IO tells, for programs without it: server-sent events. Every event is JSON; a stream that ends is to be opened again, which
 * browsers do by themselves. It ends when the worker restarts, and within seconds when access does.
 */

/** What /v1/events tells: the events of contracts/events.ts that are of no single bot's page. */
export const told = ["bot.live", "bot.sample", "bot.removed", "host.sample"] as const satisfies readonly EventName[];

export const streams = {
  log: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/log/stream",
      summary: "A bot's log as it is written, as server-sent events",
      description:
        "Each event is a line, and its id is the line's place: reopen the stream with it as Last-Event-ID to continue after that line. An event `missed` says how many lines were left out because you read too slowly; `gap` that lines after the given place are no longer kept.",
      tags: ["Console"],
    })
    .meta({ permission: "console:read" })
    .input(
      onBot.extend({
        /** Go on after this place; Last-Event-ID, where it is given, counts instead. */
        after: cursorText.optional(),
        /** Without a place: how many of the newest lines come first. */
        lines: z.coerce.number().int().min(0).max(500).default(100),
      }),
    )
    .output(eventIterator(logLine)),
  events: operation
    .route({
      method: "GET",
      path: "/v1/events",
      summary: "State and use of all your bots, as server-sent events",
      description:
        "Begins with the present state of each. If you read too slowly, older samples are left out. `host`: samples of the machine as well.",
      tags: ["Live"],
    })
    .meta({ permission: "self" })
    .input(z.object({ host: z.stringbool().default(false) }).prefault({}))
    .output(
      eventIterator(
        z.discriminatedUnion(
          "name",
          told.map((name) => z.object({ name: z.literal(name), payload: events[name].payload })) as never,
        ),
      ),
    ),
};

import { z } from "zod";
import type { BotPermission } from "./access";
import { botId, botLive, botSample } from "./bot";
import { deploy } from "./deploy";
import { hostSample, nodeInfo } from "./host";
import { logCursor, logLine, logSource } from "./log";

/** At once the Socket.IO room and the unit of permission. */
export const topic = z.union([z.templateLiteral(["bot:", z.string()]), z.literal("host"), z.literal("fleet")]);
export type Topic = z.infer<typeof topic>;

/** What the worker tells browsers. `permission` is what the topic's ticket must carry for a bot's events. */
export const events = {
  /** A bot's present changed: on `bot:<id>` and `fleet`. */
  "bot.live": { payload: z.object({ botId, live: botLive }), permission: "bot:view" },
  /** One sample of a running bot: on `bot:<id>` and `fleet`. */
  "bot.sample": { payload: z.object({ botId, sample: botSample }), permission: "bot:view" },
  /**
   * Lines of a bot, in order: on `bot:<id>`. `missed` lines were left out because the viewer was too slow; all are on disk.
   * Acknowledge it once it is taken in: then no more is sent than the line carries, and pings do not wait behind lines.
   */
  "bot.log": {
    payload: z.object({ botId, source: logSource, lines: z.array(logLine), missed: z.number().int().optional() }),
    permission: "console:read",
  },
  /** A deploy began, came a step further or ended: on `bot:<id>`. Which files were in its way deploys.get tells. */
  "bot.deploy": { payload: z.object({ botId, deploy }), permission: "deploy:read" },
  /** A deploy's log has grown to so many bytes: on `bot:<id>`, a few times a second at most. What is new is read by deploys.log. */
  "bot.deployLog": {
    payload: z.object({ botId, number: z.number().int(), end: z.number().int() }),
    permission: "deploy:read",
  },
  /** A bot was deleted: on `bot:<id>` and `fleet`. */
  "bot.removed": { payload: z.object({ botId }), permission: "bot:view" },
  /** One sample of the machine: on `host`. */
  "host.sample": { payload: z.object({ sample: hostSample }), permission: "self" },
} as const satisfies Record<string, { payload: z.ZodType; permission: BotPermission | "self" | "admin" }>;

export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]["payload"]>;

/** What a browser may send over the socket. Every one is answered with `{ ok: true, … }` or `{ ok: false, code, values }`. */
export const requests = {
  /** Join a topic of the ticket. For a bot, `after` asks for every console line since; without it, for the newest 500. */
  watch: { input: z.object({ topic, after: logCursor.optional() }), permission: "bot:view" },
  unwatch: { input: z.object({ topic }), permission: "bot:view" },
  /** Give a fresh ticket, so that the socket may live on. Must be of the same person. */
  renew: { input: z.object({ ticket: z.string().max(65_536) }), permission: "self" },
} as const satisfies Record<string, { input: z.ZodType; permission: BotPermission | "self" }>;

/** What the gateway asks of a ticket about a bot: a ticket carries no other permission, else an owner of many bots has one too large. */
export const livePermissions: ReadonlySet<BotPermission> = new Set(
  [...Object.values(events), ...Object.values(requests)].flatMap(({ permission }) =>
    permission === "self" ? [] : [permission],
  ),
);

/** The answer to `watch`: the present, from which the stream goes on. */
export const watchAnswer = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    node: nodeInfo,
    /** Topic `bot:<id>`: that bot. Topic `fleet`: every bot of the ticket that the worker knows. */
    live: z.record(z.string(), botLive),
    /** Topic `bot:<id>`, with console:read: lines after `after`, or the newest. `gap` when lines between were already removed. */
    log: z.object({ lines: z.array(logLine), end: logCursor.nullable(), gap: z.boolean() }).optional(),
    /** Topic `host`: at most the last 60 samples. */
    host: z.array(hostSample).optional(),
  }),
  z.object({ ok: z.literal(false), code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
]);
export type WatchAnswer = z.infer<typeof watchAnswer>;

/** Largest frame the gateway takes, bytes. */
export const FRAME_BYTES = 64 * 1024;
/** The gateway's ping: a dead worker is seen after at most interval + timeout, ms. */
export const PING = { interval: 1_000, timeout: 1_500 } as const;

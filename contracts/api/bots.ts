import { z } from "zod";
import { botPermission } from "../access";
import {
  botId,
  botLive,
  botName,
  botRun,
  botSettings,
  botSettingsChange,
  botSource,
  envKey,
  envValue,
  innerPath,
  MOST_VARIABLES,
  panelReach,
  runtimeName,
} from "../bot";
import { importId } from "../import";
import { tagOnBot } from "../members";
import { at, exit, processState } from "../process";
import { fix } from "../reason";
import { onBot, operation } from "./base";
import { next, paged } from "./page";
import { power } from "./power";

/** A bot as people see it. `live` is null when the worker is away: never yesterday's state. */
export const botView = z.object({
  id: botId,
  name: z.string(),
  runtime: runtimeName,
  entry: z.string(),
  source: botSource,
  settings: botSettings,
  owner: z.object({ id: z.string(), name: z.string() }),
  nodeId: z.string(),
  hasToken: z.boolean(),
  /** Whether it can start without one. */
  tokenOptional: z.boolean(),
  createdAt: at,
  updatedAt: at,
  /** Whether it may run where it cannot be isolated. */
  trusted: z.boolean(),
  /** Which bots it may ask the panel about itself. */
  panelReach,
  /** Those of its tags that are the asker's own, or that let them in; whoever sees the members sees all of them. */
  tags: z.array(tagOnBot),
  /** What the asker may do with it. */
  permissions: z.array(botPermission),
  /** Whether some paths of its files do not exist for the asker. */
  hidesPaths: z.boolean(),
  live: botLive.nullable(),
});
export type BotView = z.infer<typeof botView>;

/** Which bots are asked for: those that fit everything that is given. */
export const botQuery = z
  .object({
    limit: paged(50, 1_000).limit.unwrap().optional(),
    cursor: paged(50).cursor,
    /** A part of the name; case does not count. */
    text: z.string().max(64).optional(),
    /** A tag's id, or its name. */
    tag: z.string().max(64).optional(),
    runtime: runtimeName.optional(),
    /** States, comma-separated. Nothing is known of states while the worker is away: worker_away. */
    state: z
      .string()
      .transform((text) => text.split(","))
      .pipe(z.array(processState).min(1).max(10))
      .optional(),
    /** By name, or newest first by when it was made or changed. */
    sort: z.enum(["name", "created", "updated"]).default("name"),
  })
  .prefault({});
export type BotQuery = z.output<typeof botQuery>;

/** One entry of the audit log of a bot. */
export const activityView = z.object({
  id: z.string(),
  at,
  actor: z.string(),
  /** person, key, local. */
  actorKind: z.string(),
  address: z.string(),
  /** web, cli, api, tool, sftp, webhook; empty in entries of before. */
  via: z.string(),
  /** Such as `bot.start`; its words are in the catalogue under `activity`. */
  action: z.string(),
  detail: z.record(z.string(), z.unknown()).describe("Of a list of names the first 20; /v1/audit/file has all of them"),
});

/** What there is to say of a bot that is not as it should be. */
export const whyView = z.object({
  state: z.string(),
  /** A sentence; null when there is nothing to explain. */
  why: z.string().nullable(),
  /** What mends it, as the page's button does. */
  fix,
  /** How its last run ended. */
  exit: exit.nullable(),
  /** When it is tried again, of a bot that is. */
  retryAt: at.nullable(),
  /** Beside its state: what the disk does not take. */
  trouble: z.string().nullable(),
  /** Its last lines, oldest first; null for who may not read its console. */
  lines: z.array(z.string()).nullable(),
});

export const bots = {
  list: operation
    .route({
      method: "GET",
      path: "/v1/bots",
      summary: "Every bot you may see, or those that match",
      description: "Without `limit`, all of them at once.",
      tags: ["Bots"],
    })
    .meta({ permission: "self", tool: "list_bots" })
    .input(botQuery)
    .output(z.object({ bots: z.array(botView), workerAway: z.boolean(), next })),
  get: operation
    .route({ method: "GET", path: "/v1/bots/{botId}", summary: "One bot", tags: ["Bots"] })
    .meta({ permission: "bot:view", revisioned: true, tool: "bot_status" })
    .input(onBot)
    .output(botView),
  why: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/why",
      summary: "Why a bot is in its state, in words, with its last log lines",
      tags: ["Bots"],
    })
    .meta({ permission: "bot:view", tool: "why_offline" })
    .input(onBot)
    .output(whyView),
  create: operation
    .route({
      method: "POST",
      path: "/v1/bots",
      summary: "Create a bot from a ready import",
      successStatus: 201,
      tags: ["Bots"],
    })
    .meta({ permission: "bot:create", writes: true })
    .input(
      z.object({
        importId,
        name: botName,
        runtime: runtimeName,
        entry: innerPath,
        /** Sealed at once; never shown again. */
        token: z.string().max(200).optional(),
        env: z
          .array(z.object({ key: envKey, value: envValue, secret: z.boolean().default(false) }))
          .max(MOST_VARIABLES)
          .default([]),
        /** Whether it can start without DISCORD_TOKEN; otherwise what its files suggest. */
        tokenOptional: z.boolean().optional(),
        settings: botSettings.optional(),
        start: z.boolean().default(false),
      }),
    )
    .output(botView),
  update: operation
    .route({
      method: "PATCH",
      path: "/v1/bots/{botId}",
      summary: "Change name, entry or settings; a running bot takes them at its next start",
      description: "What is left out stays, also inside the settings.",
      tags: ["Bots"],
    })
    .meta({ permission: "settings:update", writes: true })
    .input(
      onBot.extend({
        name: botName.optional(),
        runtime: runtimeName.optional(),
        entry: innerPath.optional(),
        settings: botSettingsChange.optional(),
      }),
    )
    .output(botView),
  setPanelReach: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/panel-reach",
      summary: "Let a bot ask the panel about itself or its owner's bots, and restart them",
      description:
        "From its next start on it finds BOTYARD_URL and BOTYARD_TOKEN in its environment. Every change makes a new key and ends the old one.",
      tags: ["Bots"],
    })
    .meta({ permission: "settings:update", writes: true })
    .input(onBot.extend({ reach: panelReach }))
    .output(botView),
  trust: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/trust",
      summary: "Allow or forbid another person's bot to run where it cannot be isolated",
      tags: ["Bots"],
    })
    .meta({ permission: "admin", writes: true })
    .input(onBot.extend({ trusted: z.boolean() }))
    .output(botView),
  delete: operation
    .route({
      method: "DELETE",
      path: "/v1/bots/{botId}",
      summary: "Stop and delete a bot with its files",
      tags: ["Bots"],
    })
    .meta({ permission: "bot:delete", writes: true, destructive: true, tool: "delete_bot" })
    .input(onBot)
    .output(z.object({})),
  ...power,
  runs: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/runs", summary: "Its runs, newest first", tags: ["Bots"] })
    .meta({ permission: "bot:view", tool: "list_runs" })
    .input(onBot.extend(paged(50)))
    .output(z.object({ runs: z.array(botRun), next })),
  activity: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/activity",
      summary: "Who did what with it, newest first",
      tags: ["Bots"],
    })
    .meta({ permission: "activity:read", tool: "list_activity" })
    .input(onBot.extend(paged(50)))
    .output(z.object({ entries: z.array(activityView), next })),
};

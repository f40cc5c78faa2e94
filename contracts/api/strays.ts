import { z } from "zod";
import { botId, botLive, botName, botSource } from "../bot";
import { operation } from "./base";
import { botView } from "./bots";

const tags = ["Strays"];
const strayId = botId;

/** A bot that the worker has and of which the database has no row. */
export const stray = z.object({
  id: z.string(),
  name: z.string(),
  source: botSource,
  /** Null: it is not known at the moment. */
  live: botLive.nullable(),
});
export type Stray = z.infer<typeof stray>;

export const strays = {
  list: operation
    .route({
      method: "GET",
      path: "/v1/strays",
      summary: "Bots that the worker has and the database does not know",
      description:
        "Left behind when the panel died while making a bot, or when the database was restored from an older backup. They keep running until an admin adopts or removes them.",
      tags,
    })
    .meta({ permission: "admin" })
    .output(z.object({ strays: z.array(stray) })),
  adopt: operation
    .route({
      method: "POST",
      path: "/v1/strays/{strayId}/adopt",
      summary: "Give such a bot to somebody, as it is",
      tags,
    })
    .meta({ permission: "admin", writes: true })
    .input(
      z.object({
        strayId,
        /** Whose it becomes; one's own when absent. */
        ownerId: z.string().max(64).optional(),
        /** Another name, where its owner has one of its name. */
        name: botName.optional(),
      }),
    )
    .output(botView),
  remove: operation
    .route({
      method: "DELETE",
      path: "/v1/strays/{strayId}",
      summary: "Stop such a bot and delete its files, log and variables",
      tags,
    })
    .meta({ permission: "admin", writes: true, destructive: true })
    .input(z.object({ strayId }))
    .output(z.object({})),
};

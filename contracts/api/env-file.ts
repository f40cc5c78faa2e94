import { z } from "zod";
import { envImport, envPreview, envSource } from "../env-file";
import { onBot, operation } from "./base";

export const envFiles = {
  preview: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/preview",
      summary: "What importing a .env would do; changes nothing",
      description: "Give its `text`, or the `path` of one among the bot's files (also needs file:read).",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true })
    .input(onBot.extend(envSource.shape))
    .output(envPreview),
  import: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/import",
      summary: "Set variables of a .env, all or none; taken at the next start",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true })
    .input(onBot.extend(envImport.shape))
    .output(z.object({ set: z.array(z.string()) })),
  reveal: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/{key}/reveal",
      summary: "The value of a secret in the clear; this is recorded in the activity",
      tags: ["Environment"],
    })
    .meta({ permission: "env:reveal", writes: true })
    .input(onBot.extend({ key: z.string().max(128) }))
    .output(z.object({ value: z.string() })),
  export: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/export",
      summary: "Everything as a .env file, secrets in the clear; this is recorded in the activity",
      tags: ["Environment"],
    })
    .meta({ permission: "env:reveal", writes: true })
    .input(onBot)
    .output(z.object({ text: z.string() })),
};

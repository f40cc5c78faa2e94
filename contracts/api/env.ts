import { z } from "zod";
import { envKey, envValue } from "../bot";
import { at } from "../process";
import { onBot, operation } from "./base";
import { envFiles } from "./env-file";
import { tokenMoves } from "./token-move";

/** A variable as people see it: the value of a secret is never sent. */
export const envView = z.object({
  key: z.string(),
  secret: z.boolean(),
  value: z.string().nullable(),
  updatedAt: at,
});

export const env = {
  list: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/env",
      summary: "Its variables; secrets without their value",
      tags: ["Environment"],
    })
    .meta({ permission: "env:read", revisioned: true, tool: "list_variables" })
    .input(onBot)
    .output(z.object({ variables: z.array(envView) })),
  set: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/env/{key}",
      summary: "Set a variable; taken at the next start",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true, tool: "set_variable" })
    .input(onBot.extend({ key: envKey, value: envValue, secret: z.boolean().optional() }))
    .output(envView),
  unset: operation
    .route({
      method: "DELETE",
      path: "/v1/bots/{botId}/env/{key}",
      summary: "Remove a variable",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true, destructive: true, tool: "remove_variable" })
    .input(onBot.extend({ key: z.string().max(128) }))
    .output(z.object({})),
  ...envFiles,
  ...tokenMoves,
};

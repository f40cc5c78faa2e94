import { z } from "zod";
import { dependencyLog, dependencyView, dependencyWork, packageRequest } from "../dependencies";
import { onBot, operation } from "./base";

const at = "/v1/bots/{botId}/dependencies";
const tags = ["Dependencies"];
const working = z.object({ work: dependencyWork });

export const dependencies = {
  list: operation
    .route({
      method: "GET",
      path: at,
      summary: "What the manifest asks for, and what is installed of it",
      description: "Files are read; nothing is run. `work` says how the last check or change went.",
      tags,
    })
    .meta({ permission: "dependency:read", tool: "list_dependencies" })
    .input(onBot)
    .output(dependencyView),
  log: operation
    .route({ method: "GET", path: `${at}/log`, summary: "What the last install or removal printed", tags })
    .meta({ permission: "dependency:read" })
    .input(onBot.extend({ from: z.coerce.number().pipe(z.number().int().nonnegative()).default(0) }))
    .output(dependencyLog),
  check: operation
    .route({
      method: "POST",
      path: `${at}/check`,
      summary: "Ask the package manager what is outdated and vulnerable",
      description: "Answers as soon as it has begun; the list of dependencies then has the result and its time.",
      tags,
    })
    .meta({ permission: "dependency:read", writes: true, tool: "check_dependencies" })
    .input(onBot)
    .output(working),
  install: operation
    .route({
      method: "POST",
      path: `${at}/install`,
      summary: "Install a package by name and write it into the manifest",
      description: "Answers as soon as it has begun. With `start` (needs power:start) the bot is started afterwards.",
      tags,
    })
    .meta({ permission: "dependency:install", writes: true, tool: "install_dependency" })
    .input(onBot.extend(packageRequest.shape).extend({ start: z.boolean().default(false) }))
    .output(working),
  remove: operation
    .route({ method: "POST", path: `${at}/remove`, summary: "Remove a package and take it out of the manifest", tags })
    .meta({ permission: "dependency:remove", writes: true, destructive: true, tool: "remove_dependency" })
    .input(onBot.extend(packageRequest.pick({ name: true }).shape))
    .output(working),
  cancel: operation
    .route({
      method: "POST",
      path: `${at}/cancel`,
      summary: "Cancel the install, removal or check that is under way",
      tags,
    })
    .meta({ permission: "dependency:install", instead: ["dependency:remove"], writes: true })
    .input(onBot)
    .output(working),
};

import { z } from "zod";
import { deploy, deployLog, deployRequest, deployState } from "../deploy";
import { deploySettings, gitToken, gitUser } from "../git";
import { onBot, operation } from "./base";
import { next, paged } from "./page";

const onDeploy = onBot.extend({ number: z.coerce.number().int().positive() });
const tags = ["Deploys"];

/** How a bot is deployed, as people see it: no secret is ever sent back. */
export const deploySetup = z.object({
  settings: deploySettings,
  /** Whose access token is kept for an https address; null: none is. */
  token: z.object({ user: z.string() }).nullable(),
  /** The deploy key to be added to the repository, for an ssh address. */
  publicKey: z.string().nullable(),
  /** Where pushes are told: a path of this panel; null until its first secret is made. It never changes. */
  hook: z.string().nullable(),
});
export type DeploySetup = z.infer<typeof deploySetup>;

export const deploys = {
  state: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/deploys/state",
      summary: "Its commit, what was new upstream at the last check, and local changes",
      tags,
    })
    .meta({ permission: "git:read", tool: "deploy_state" })
    .input(onBot)
    .output(deployState),
  check: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys/check",
      summary: "Ask the repository what is new",
      tags,
    })
    .meta({ permission: "git:read", writes: true })
    .input(onBot)
    .output(deployState),
  list: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/deploys", summary: "Its deploys, newest first", tags })
    .meta({ permission: "deploy:read", tool: "list_deploys" })
    .input(onBot.extend(paged(50)))
    .output(z.object({ deploys: z.array(deploy), next })),
  get: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/deploys/{number}", summary: "One deploy", tags })
    .meta({ permission: "deploy:read" })
    .input(onDeploy)
    .output(deploy),
  log: operation
    .route({
      method: "GET",
      path: "/v1/bots/{botId}/deploys/{number}/log",
      summary: "A deploy's log from a byte offset on; ask again with `after` set to `end` until `ended`",
      tags,
    })
    .meta({ permission: "deploy:read", tool: "read_deploy_log" })
    .input(onDeploy.extend({ after: z.coerce.number().int().nonnegative().default(0) }))
    .output(deployLog),
  start: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys",
      summary: "Deploy the newest commit, or one that is named",
      description: "A commit that is not known to be new also needs deploy:rollback.",
      successStatus: 201,
      tags,
    })
    .meta({ permission: "deploy:run", writes: true, tool: "deploy_bot" })
    .input(onBot.extend(deployRequest.shape))
    .output(deploy),
  redeploy: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys/{number}/redeploy",
      summary: "Deploy the commit of an earlier deploy again",
      successStatus: 201,
      tags,
    })
    .meta({ permission: "deploy:rollback", writes: true, destructive: true, tool: "redeploy_bot" })
    .input(onDeploy.extend(deployRequest.pick({ local: true }).shape))
    .output(deploy),
  cancel: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys/{number}/cancel",
      summary: "Cancel a deploy; what it placed is put back",
      tags,
    })
    .meta({ permission: "deploy:run", writes: true })
    .input(onDeploy)
    .output(deploy),
  setup: operation
    .route({ method: "GET", path: "/v1/bots/{botId}/deploys/settings", summary: "How it is deployed", tags })
    .meta({ permission: "deploy:settings", revisioned: true })
    .input(onBot)
    .output(deploySetup),
  configure: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/deploys/settings",
      summary: "Set branch, build command, time to watch, and whether pushes deploy",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true })
    .input(onBot.extend({ settings: deploySettings }))
    .output(deploySetup),
  connect: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/deploys/repository",
      summary: "Connect a bot that came from an upload or a template to a repository",
      description:
        "The repository is asked for its branches first; over ssh it may refuse the key that is made here until you add it there. No file is touched: which commit the files are from is known after the first deploy.",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true })
    .input(onBot.extend({ url: z.string().trim().max(2_000), token: gitToken.optional(), user: gitUser }))
    .output(deploySetup),
  setToken: operation
    .route({
      method: "PUT",
      path: "/v1/bots/{botId}/deploys/token",
      summary: "Keep an access token for an https address; it is sealed at once and never shown again",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true })
    .input(onBot.extend({ token: gitToken, user: gitUser }))
    .output(deploySetup),
  removeToken: operation
    .route({ method: "DELETE", path: "/v1/bots/{botId}/deploys/token", summary: "Forget the access token", tags })
    .meta({ permission: "deploy:settings", writes: true, destructive: true })
    .input(onBot)
    .output(deploySetup),
  makeKey: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys/key",
      summary: "Create a new deploy key in place of the old one",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true, destructive: true })
    .input(onBot)
    .output(deploySetup),
  makeHookSecret: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/deploys/hook",
      summary: "Create the webhook's secret, in place of the old one; it is shown this once",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true, destructive: true })
    .input(onBot)
    .output(z.object({ secret: z.string(), setup: deploySetup })),
  forgetHost: operation
    .route({
      method: "DELETE",
      path: "/v1/bots/{botId}/deploys/host-key",
      summary: "Forget the ssh host's key that was seen first; the next one is taken",
      tags,
    })
    .meta({ permission: "deploy:settings", writes: true, destructive: true })
    .input(onBot)
    .output(z.object({})),
};

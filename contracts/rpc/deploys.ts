import { z } from "zod";
import { deploy, deployCause, deployLog, deployRequest, deployState, webhookAnswer, webhookPush } from "../deploy";
import { type Calls, ok, onBot, onFiles } from "./base";

const onDeploy = onFiles.extend({ number: z.number().int().positive() });

/** A bot's repository, and what came from it. */
export const deploys = {
  /** With `fetch` the repository is asked first what is new: AppErrors of git. AppError deploy_not_git for a bot whose files came otherwise. */
  "deploys.state": { input: onFiles.extend({ fetch: z.boolean() }), output: deployState, permission: "git:read" },
  /** Newest first; at most DEPLOYS_KEPT. */
  "deploys.list": { input: onFiles, output: z.object({ deploys: z.array(deploy) }), permission: "deploy:read" },
  "deploys.get": { input: onDeploy, output: deploy, permission: "deploy:read" },
  "deploys.log": {
    input: onDeploy.extend({ after: z.number().int().nonnegative().default(0) }),
    output: deployLog,
    permission: "deploy:read",
  },
  /** Answers once it is written down. They are made one after another: AppError deploy_busy when one waits already. An earlier commit asks for deploy:rollback. */
  "deploys.start": {
    input: onFiles.extend({ request: deployRequest, cause: deployCause }),
    output: deploy,
    permission: "deploy:run",
  },
  /** Puts back what it placed; one that has ended stays as it is. */
  "deploys.cancel": { input: onDeploy, output: deploy, permission: "deploy:run" },
  /** A push told by a host: AppError webhook_refused (signature), webhook_replayed. */
  "deploys.webhook": { input: onBot.extend({ push: webhookPush }), output: webhookAnswer, permission: "open" },
  /** Forgets the host key that was seen first: the next one is taken. */
  "deploys.forgetHost": { input: onBot, output: ok, permission: "deploy:settings" },
} as const satisfies Calls;

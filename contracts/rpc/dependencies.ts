import { z } from "zod";
import { dependencyLog, dependencyView, dependencyWork, packageRequest } from "../dependencies";
import { type Calls, onBot, onFiles } from "./base";

const working = z.object({ work: dependencyWork });

/** A bot's packages. */
export const dependencies = {
  "dependencies.list": { input: onFiles, output: dependencyView, permission: "dependency:read" },
  "dependencies.log": {
    input: onBot.extend({ from: z.number().int().nonnegative() }),
    output: dependencyLog,
    permission: "dependency:read",
  },
  /** Each answers once the work is under way. AppError dependency_busy, dependency_invalid, dependency_unknown. */
  "dependencies.check": { input: onBot, output: working, permission: "dependency:read" },
  "dependencies.install": {
    input: onBot.extend({ request: packageRequest, start: z.boolean(), author: z.string() }),
    output: working,
    permission: "dependency:install",
  },
  "dependencies.remove": {
    input: onBot.extend({ name: packageRequest.shape.name, author: z.string() }),
    output: working,
    permission: "dependency:remove",
  },
  "dependencies.cancel": { input: onBot, output: working, permission: "dependency:install" },
} as const satisfies Calls;

import { z } from "zod";
import { tokenMove, tokenPlan, tokenPlanRequest } from "../token-move";
import { onBot, operation } from "./base";

export const tokenMoves = {
  planTokenMove: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/token/plan",
      summary: "What moving a token out of a file into a secret would do; changes nothing",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true })
    .input(onBot.extend(tokenPlanRequest.shape))
    .output(tokenPlan),
  moveToken: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/env/token/move",
      summary: "Move a token from a file into a secret, and let the file read it from the environment",
      description:
        "Needs file:read, and file:write where the file is changed. Its history keeps the earlier text without the token.",
      tags: ["Environment"],
    })
    .meta({ permission: "env:write", writes: true })
    .input(onBot.extend(tokenMove.shape))
    .output(z.object({ key: z.string(), rewritten: z.boolean() })),
};

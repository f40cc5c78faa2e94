import { z } from "zod";
import { botId } from "../bot";
import { type Command, command, processStatus } from "../process";
import { onBot, operation } from "./base";

/** How a command went with one bot of many. `skipped`: it makes no sense in the state the bot is in. */
export const powerResult = z.discriminatedUnion("outcome", [
  z.object({ botId, outcome: z.literal("done"), status: processStatus }),
  z.object({ botId, outcome: z.literal("skipped"), state: z.string() }),
  z.object({
    botId,
    outcome: z.literal("failed"),
    code: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type PowerResult = z.infer<typeof powerResult>;

const powerOf = (name: Command, summary: string) =>
  operation
    .route({ method: "POST", path: `/v1/bots/{botId}/${name}`, summary, tags: ["Bots"] })
    .meta({
      permission: `power:${name}`,
      writes: true,
      tool: `${name}_bot`,
      ...(name === "kill" && { destructive: true }),
    })
    .input(onBot)
    .output(z.object({ status: processStatus }));

export const power = {
  start: powerOf("start", "Start"),
  stop: powerOf("stop", "Stop: its own signal first, then the whole tree"),
  restart: powerOf("restart", "Stop and start, as one job"),
  kill: powerOf("kill", "End the whole tree at once"),
  powerMany: operation
    .route({
      method: "POST",
      path: "/v1/bots/power",
      summary: "Start, stop, restart or kill many bots at once, each with its own result",
      description:
        "Starts are spread over time by the worker. A bot you may not command fails alone, as one that does not exist.",
      tags: ["Bots"],
    })
    .meta({ permission: "self", writes: true })
    .input(z.object({ botIds: z.array(botId).min(1).max(1_000), command }))
    .output(z.object({ results: z.array(powerResult) })),
  cancelInstall: operation
    .route({
      method: "POST",
      path: "/v1/bots/{botId}/install/cancel",
      summary: "Cancel a running install",
      tags: ["Bots"],
    })
    .meta({ permission: "power:stop", writes: true })
    .input(onBot)
    .output(z.object({})),
};

import type { BotId, BotLive } from "#contracts/bot";
import type { Monitor, Supervisor } from "./ports/index";

/** The present of one bot: what the supervisor knows and what the monitor measured. Undefined for a bot it does not know. */
export type Present = (botId: BotId) => BotLive | undefined;

export const presentOf =
  ({ supervisor, monitor }: { supervisor: Pick<Supervisor, "get">; monitor: Pick<Monitor, "samples"> }): Present =>
  (botId) => {
    const live = supervisor.get(botId);
    return live && { ...live, samples: monitor.samples(botId) };
  };

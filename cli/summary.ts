import type { BotView } from "#contracts/api/bots";
import { reasonOf } from "#contracts/process";
import { sayReason } from "#contracts/reason";

/** The stable fields of one bot under --json; people's view is made of the same. */
export function summarize(bot: BotView) {
  const status = bot.live?.status;
  const sample = bot.live?.samples.at(-1);
  const alive = status?.state === "running" || status?.state === "starting";
  return {
    id: bot.id,
    name: bot.name,
    runtime: bot.runtime,
    entry: bot.entry,
    source: bot.source,
    owner: bot.owner.name,
    state: status?.state ?? "unknown",
    pid: alive ? status.pid : null,
    run: alive ? status.run : null,
    since: status && "since" in status ? status.since : null,
    desired: bot.live?.desired ?? null,
    restarts: bot.live?.restarts ?? null,
    cpu: sample?.cpu ?? null,
    memory: sample?.memory ?? null,
    why: whyOf(bot),
    hasToken: bot.hasToken,
    createdAt: bot.createdAt,
  };
}

function whyOf(bot: BotView): string | null {
  const why = bot.live && reasonOf(bot.live.status);
  return why ? sayReason(why) : null;
}

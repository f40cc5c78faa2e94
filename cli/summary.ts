import type { BotView } from "#contracts/api/bots";
import { reasonOf } from "#contracts/process";
import { sayReason } from "#contracts/reason";
import { day } from "./files/rows";
import { megabytes } from "./output";

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

/** How a field is told to people, where its value alone does not say it. */
const told: Readonly<Record<string, (value: unknown) => string>> = {
  since: (at) => day(Number(at)),
  createdAt: (at) => day(Number(at)),
  cpu: (percent) => `${percent} %`,
  memory: (bytes) => megabytes(Number(bytes)),
  hasToken: (has) => (has ? "yes" : "no"),
};

/** Every field on a line of its own, what lies deeper by its path, and nothing of what is not known. */
export function namesAndValues(fields: object): string[] {
  const rows = [...rowsOf(fields)];
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(widest)}  ${value}`);
}

function* rowsOf(fields: object, above = ""): Generator<[string, string]> {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (value === null || value === undefined) continue;
    const path = above + name;
    if (Array.isArray(value)) yield [path, value.join(" ") || "none"];
    else if (typeof value === "object") yield* rowsOf(value, `${path}.`);
    else yield [path, told[path]?.(value) ?? String(value)];
  }
}

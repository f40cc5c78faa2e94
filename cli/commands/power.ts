import type { Command as Program } from "commander";
import type { BotView } from "#contracts/api/bots";
import type { PowerResult } from "#contracts/api/power";
import { AppError, isErrorCode } from "#contracts/errors";
import type { Command } from "#contracts/process";
import { findBots, waitFor, waitForAll } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { summarize } from "../summary";

const settled = {
  start: ["running"],
  restart: ["running"],
  stop: ["stopped"],
  kill: ["stopped", "backoff", "parked"],
} as const satisfies Record<Command, readonly string[]>;

/** How long one bot is waited for, and all of them together, ms: starts of one token are five seconds apart. */
const WAIT_MS = 180_000;
const WAIT_ALL_MS = 900_000;

type Options = { wait: boolean; all?: boolean; force?: boolean };

/** start, stop, restart, kill: one bot, several, or all. */
export function addPowerCommands(program: Program, context: Context): void {
  const add = (name: Command, description: string) =>
    program
      .command(name)
      .argument("[bots...]", "names or ids")
      .option("--all", "every bot you may see")
      .option("--no-wait", "do not wait until it is done")
      .description(description)
      .action(async (words: string[], options: Options) => {
        const { client, output } = context();
        const bots = await findBots(client, words, options.all ?? false);
        const [only] = bots;
        if (bots.length !== 1 || options.all || !only) return many(context, bots, name, options);
        const now = options.force
          ? await forceStop(client, only, options.wait)
          : await one(client, only, name, options.wait);
        output.result(summarize(now), (value) => [`${value.name}: ${value.state}`]);
      });
  add("start", "start bots, and wait until they run");
  add("restart", "stop bots and start them");
  add("kill", "kill all processes of bots at once");
  add("stop", "ask bots to end; what still runs after the grace period is killed").option(
    "--force",
    "kill at once, without the grace period",
  );
}

async function one(client: Client, bot: BotView, command: Command, wait: boolean): Promise<BotView> {
  await client.bots[command]({ botId: bot.id });
  return wait ? waitFor(client, bot.id, settled[command], WAIT_MS) : client.bots.get({ botId: bot.id });
}

/** Each bot has its own line, and its own end: one that fails keeps no other from it. */
async function many(context: Context, bots: readonly BotView[], command: Command, options: Options): Promise<void> {
  const { client, output } = context();
  const asked = options.force && command === "stop" ? "kill" : command;
  const answers: PowerResult[] = [];
  for (let at = 0; at < bots.length; at += 1_000) {
    const botIds = bots.slice(at, at + 1_000).map(({ id }) => id);
    answers.push(...(await client.bots.powerMany({ botIds, command: asked })).results);
  }
  const names = new Map(bots.map(({ id, name }) => [id, name]));
  const done = answers.flatMap(({ outcome, botId }) => (outcome === "done" ? [botId] : []));
  const ends = options.wait ? await waitForAll(client, done, settled[asked], WAIT_ALL_MS) : new Map<string, never>();
  const results = answers.map((answer) => {
    const of = { id: answer.botId, name: names.get(answer.botId) ?? answer.botId };
    if (answer.outcome === "skipped") return { ...of, outcome: "skipped", detail: `it is ${answer.state}` };
    if (answer.outcome === "failed") return { ...of, outcome: "failed", detail: sentence(answer.code, answer.values) };
    if (!options.wait) return { ...of, outcome: "done", detail: answer.status.state };
    const end = ends.get(answer.botId);
    if (end && !(end instanceof Failure)) return { ...of, outcome: "done", detail: summarize(end).state };
    return { ...of, outcome: "failed", detail: end?.message ?? "it is gone" };
  });
  output.result({ command: asked, results }, (value) =>
    value.results.map(({ name, outcome, detail }) => `${name}: ${outcome}, ${detail}`),
  );
  if (results.some(({ outcome }) => outcome === "failed")) process.exitCode = 1;
}

const sentence = (code: string, values: Readonly<Record<string, string | number>>): string =>
  isErrorCode(code) ? new AppError(code, values).message : code;

async function forceStop(client: Client, { id: botId }: BotView, wait: boolean): Promise<BotView> {
  await client.bots.stop({ botId });
  const now = await client.bots.get({ botId });
  if (now.live?.status.state === "stopping") await client.bots.kill({ botId });
  return wait ? waitFor(client, botId, ["stopped"], 60_000) : client.bots.get({ botId });
}

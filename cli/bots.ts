import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import type { ProcessState } from "#contracts/process";
import { sayReason } from "#contracts/reason";
import type { Client } from "./client";
import { Failure } from "./failure";
import { plain } from "./output";

/** The bot that a person means: its id, else its name, else its name whatever the case. Exit 3 when none, 2 when several. */
export async function findBot(client: Client, word: string): Promise<BotView> {
  const { bots } = await client.bots.list();
  const byId = bots.find((bot) => bot.id === word);
  if (byId) return byId;
  const exact = bots.filter((bot) => bot.name === word);
  const found = exact.length ? exact : bots.filter((bot) => bot.name.toLowerCase() === word.toLowerCase());
  const [first, ...others] = found;
  if (!first)
    throw Failure.of("not_found", `There is no bot “${plain(word)}”, or you may not see it. botyard list shows yours.`);
  if (others.length)
    throw Failure.use(`Several bots are named “${plain(word)}”. Use an id: ${found.map((bot) => bot.id).join(", ")}.`);
  return first;
}

/** The bots that a person names, each once, or all that they see. Exit 2 when neither is said, or both. */
export async function findBots(client: Client, words: readonly string[], all: boolean): Promise<BotView[]> {
  if (all && words.length > 0) throw Failure.use("Name bots or say --all, not both.");
  if (all) return (await client.bots.list()).bots;
  if (words.length === 0) throw Failure.use("Name one or more bots, or say --all.");
  const found: BotView[] = [];
  for (const word of words) found.push(await findBot(client, word));
  return [...new Map(found.map((bot) => [bot.id, bot])).values()];
}

/**
 * Waits until a bot reaches one of the states, at most `ms`. A bot that is parked or ends up waiting to be tried again
 * fails with its reason, unless that is what was waited for.
 */
export async function waitFor(
  client: Client,
  botId: string,
  states: readonly ProcessState[],
  ms: number,
): Promise<BotView> {
  const deadline = Date.now() + ms;
  for (;;) {
    const bot = await client.bots.get({ botId });
    const status = bot.live?.status;
    if (status && states.includes(status.state)) return bot;
    if (status?.state === "parked")
      throw new Failure("parked", `“${plain(bot.name)}” is parked. ${plain(sayReason(status.reason))}`, 1);
    if (status?.state === "backoff")
      throw new Failure("crashed", `“${plain(bot.name)}” ended. ${plain(sayReason(status.lastExit.reason))}`, 1);
    if (Date.now() > deadline)
      throw new Failure(
        "timed_out",
        `“${plain(bot.name)}” is still ${status?.state ?? "unknown"} after ${ms / 1000} s.`,
        1,
      );
    await sleep(150);
  }
}

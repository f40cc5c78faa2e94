import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import type { ProcessState } from "#contracts/process";
import { sayReason } from "#contracts/reason";
import type { Client } from "./client";
import { Failure } from "./failure";

/** How often is looked whether a bot is where it is to be, ms: one alone, and many, which are asked for all at once. */
const LOOK_MS = { one: 150, many: 1_000 } as const;

/** The bot that a person means: its id, else its name, else its name whatever the case. Exit 3 when none, 2 when several. */
export async function findBot(client: Client, word: string): Promise<BotView> {
  // An id is asked for among all; of names only those that are like it.
  const text = [...word.normalize("NFC")].slice(0, 32).join("");
  return pick((await client.bots.list(/^[a-z0-9]{10}$/.test(word) ? {} : { text })).bots, word);
}

/** The bots that a person names, each once, or all that they see. Exit 2 when neither is said, or both. */
export async function findBots(client: Client, words: readonly string[], all: boolean): Promise<BotView[]> {
  if (all && words.length > 0) throw Failure.use("Name bots or say --all, not both.");
  if (!all && words.length === 0) throw Failure.use("Name one or more bots, or say --all.");
  const [only, ...others] = words;
  if (only !== undefined && others.length === 0) return [await findBot(client, only)];
  const { bots } = await client.bots.list();
  if (all) return bots;
  return [...new Map(words.map((word) => pick(bots, word)).map((bot) => [bot.id, bot])).values()];
}

function pick(bots: readonly BotView[], word: string): BotView {
  const byId = bots.find((bot) => bot.id === word);
  if (byId) return byId;
  const name = word.normalize("NFC");
  const exact = bots.filter((bot) => bot.name === name);
  const found = exact.length ? exact : bots.filter((bot) => bot.name.toLowerCase() === name.toLowerCase());
  const [first, ...others] = found;
  if (!first)
    throw Failure.of("not_found", `There is no bot “${word}”, or you may not see it. botyard list shows yours.`);
  if (others.length)
    throw Failure.use(`Several bots are named “${word}”. Use an id: ${found.map((bot) => bot.id).join(", ")}.`);
  return first;
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
  for (const deadline = Date.now() + ms; ; await sleep(LOOK_MS.one)) {
    const bot = await client.bots.get({ botId });
    const end = endOf(bot, states) ?? (Date.now() > deadline ? late(bot, ms) : undefined);
    if (end instanceof Failure) throw end;
    if (end) return end;
  }
}

/** As `waitFor`, for many: they are asked for together, however many there are. Each has its own end; one that is gone has none. */
export async function waitForAll(
  client: Client,
  botIds: readonly string[],
  states: readonly ProcessState[],
  ms: number,
): Promise<Map<string, BotView | Failure>> {
  const ends = new Map<string, BotView | Failure>();
  let left = new Set(botIds);
  for (const deadline = Date.now() + ms; ; await sleep(LOOK_MS.many)) {
    const { bots } = await client.bots.list();
    for (const bot of bots.filter(({ id }) => left.has(id))) {
      const end = endOf(bot, states) ?? (Date.now() > deadline ? late(bot, ms) : undefined);
      if (end) ends.set(bot.id, end);
    }
    const seen = new Set(bots.map(({ id }) => id));
    left = new Set([...left].filter((id) => seen.has(id) && !ends.has(id)));
    if (left.size === 0) return ends;
  }
}

function endOf(bot: BotView, states: readonly ProcessState[]): BotView | Failure | undefined {
  const status = bot.live?.status;
  if (!status) return undefined;
  if (states.includes(status.state)) return bot;
  if (status.state === "parked")
    return new Failure("parked", `“${bot.name}” is parked. ${sayReason(status.reason)}`, 1);
  if (status.state === "backoff")
    return new Failure("crashed", `“${bot.name}” ended. ${sayReason(status.lastExit.reason)}`, 1);
  return undefined;
}

const late = ({ name, live }: BotView, ms: number): Failure =>
  new Failure("timed_out", `“${name}” is still ${live?.status.state ?? "unknown"} after ${ms / 1000} s.`, 1);

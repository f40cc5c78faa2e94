import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import type { LogSource } from "#contracts/log";
import type { Client } from "../client";
import { Failure } from "../failure";
import { place, type Said } from "./history";

/** A round of all bots is asked this often, ms; of many bots more seldom, so that a hundred do not weigh on the panel. */
const ROUND_MS = 500;
const PER_BOT_MS = 15;
/** Bots asked at once. */
const AT_ONCE = 6;
const PAGE = 1_000;
/** How long to wait for a panel that is away, ms, each time longer. */
const AWAY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

type Followed = { bot: BotView; after: string };

/**
 * What bots say from their places on, for ever: each bot's lines in order, none twice and none left out, also over a panel that goes
 * away and comes back. A bot that is deleted is left; fails when all are. `notice` hears of both.
 */
export async function* follow(
  client: Client,
  source: LogSource,
  bots: readonly Followed[],
  notice: (text: string) => void,
): AsyncGenerator<Said[]> {
  let followed = [...bots];
  let away = 0;
  for (;;) {
    const said: (Said & { by: number })[] = [];
    const gone = new Set<Followed>();
    let full = false;
    let lost: Failure | undefined;
    const one = async (each: Followed) => {
      try {
        const page = await client.log.read({ botId: each.bot.id, source, after: each.after, limit: PAGE });
        // A clock that was set back changes nothing about the order of one bot's lines.
        let by = 0;
        for (const line of page.lines) {
          by = Math.max(by, line.at);
          said.push({ bot: each.bot, line, by });
        }
        if (page.end) each.after = place(page.end);
        full ||= page.lines.length >= PAGE;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.exit === 5 || error.code === "too_many_tries") lost = error;
        else if (error.code === "not_found" || error.code === "not_allowed") gone.add(each);
        else throw error;
      }
    };
    for (let at = 0; at < followed.length && !lost; at += AT_ONCE)
      await Promise.all(followed.slice(at, at + AT_ONCE).map(one));

    yield said.sort((a, b) => a.by - b.by);
    for (const { bot } of gone) notice(`“${bot.name}” is gone, or may not be read any more.`);
    followed = followed.filter((each) => !gone.has(each));
    if (followed.length === 0) throw Failure.of("not_found", "There is nothing left to follow.");
    if (lost) {
      if (away === 0) notice(`${lost.message} Trying again until it answers.`);
      await sleep(AWAY_MS[Math.min(away, AWAY_MS.length - 1)]);
      away += 1;
      continue;
    }
    if (away > 0) notice("The panel answers again.");
    away = 0;
    if (!full) await sleep(Math.max(ROUND_MS, followed.length * PER_BOT_MS));
  }
}

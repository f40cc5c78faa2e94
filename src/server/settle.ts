import { database } from "#prisma/db";
import { definitionOf } from "./definition";
import { workerOf } from "./worker";

/*
 * A change of a definition that the worker may have taken and that was not kept: it gave no answer, or the database went before the end.
 * The rows say what holds, so the worker is handed them again under a newer number than it may have, as soon as both answer.
 */

const unsettled = new Set<string>();
/** Between two tries, ms. */
const PAUSE_MS = 2_000;

/** Sees to it that the worker has a bot's definition as its rows say. */
export function settle(botId: string): void {
  const isBegun = unsettled.size > 0;
  unsettled.add(botId);
  if (!isBegun) void attempt();
}

async function attempt(): Promise<void> {
  for (const botId of [...unsettled])
    try {
      await handAgain(botId);
      unsettled.delete(botId);
    } catch (error) {
      console.error(`the worker may have another definition of bot ${botId}:`, error);
    }
  if (unsettled.size > 0) setTimeout(attempt, PAUSE_MS).unref();
}

async function handAgain(botId: string): Promise<void> {
  await database().$transaction(async (db) => {
    const { count } = await db.bot.updateMany({ where: { id: botId }, data: { revision: { increment: 2 } } });
    if (count === 0) return;
    const definition = await definitionOf(db, botId);
    await workerOf().ask("bots.put", { definition });
  });
}

import { database } from "#prisma/db";
import { definitionOf } from "./definition";
import { workerOf } from "./worker";

/*
 * A change of a definition that the worker may have taken and that was not kept: it gave no answer, or the database went before the end.
 * The rows say what holds, so the worker is handed them again under a newer number than it may have, as soon as both answer.
 */

const unsettled = new Set<string>();
/** Whether one of them is being tried, or will be. */
let isTrying = false;
/** Between two tries, ms. */
const PAUSE_MS = 2_000;

/** Sees to it that the worker has a bot's definition as its rows say. */
export function settle(botId: string): void {
  unsettled.add(botId);
  if (!isTrying) void attempt();
}

async function attempt(): Promise<void> {
  isTrying = true;
  for (const botId of [...unsettled]) {
    // Taken out first: what comes into doubt while this one is handed over is another doubt.
    unsettled.delete(botId);
    await handAgain(botId).catch((error: unknown) => {
      console.error(`the worker may have another definition of bot ${botId}:`, error);
      unsettled.add(botId);
    });
  }
  isTrying = unsettled.size > 0;
  if (isTrying) setTimeout(attempt, PAUSE_MS).unref();
}

async function handAgain(botId: string): Promise<void> {
  await database().$transaction(async (db) => {
    const { count } = await db.bot.updateMany({ where: { id: botId }, data: { revision: { increment: 2 } } });
    if (count === 0) return;
    const definition = await definitionOf(db, botId);
    await workerOf().ask("bots.put", { definition });
  });
}

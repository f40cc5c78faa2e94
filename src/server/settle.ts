import { database, type Transaction } from "#prisma/db";
import { hand } from "./hand";
import { lockBirth } from "./locks";
import { workerOf } from "./worker";

/*
 * What the worker may have done that was not kept: it gave no answer, or the database went before the end. The rows say what holds, so the
 * worker is brought to what they say as soon as both answer. What is forgotten here because the web dies is found by compare.ts.
 */

/** What is in doubt of a bot. `made`: whether the worker has one that has no row. `gone`: the worker removed it, its row may still be there. */
export type Doubt = "changed" | "made" | "gone";

const unsettled = new Map<string, Doubt>();
/** Whether one of them is being tried, or will be. */
let isTrying = false;
/** Between two tries, ms. */
const PAUSE_MS = 2_000;

/** Sees to it that the worker has a bot as its rows say. */
export function settle(botId: string, doubt: Doubt = "changed"): void {
  unsettled.set(botId, doubt);
  if (!isTrying) void attempt();
}

async function attempt(): Promise<void> {
  isTrying = true;
  for (const [botId, doubt] of [...unsettled]) {
    // Taken out first: what comes into doubt while this one is settled is another doubt.
    unsettled.delete(botId);
    await database()
      .$transaction((db) => settled[doubt](db, botId))
      .catch((error: unknown) => {
        console.error(`the worker may have bot ${botId} otherwise than its rows say (${doubt}):`, error);
        if (!unsettled.has(botId)) unsettled.set(botId, doubt);
      });
  }
  isTrying = unsettled.size > 0;
  if (isTrying) setTimeout(attempt, PAUSE_MS).unref();
}

const settled: Readonly<Record<Doubt, (db: Transaction, botId: string) => Promise<void>>> = {
  async changed(db, botId) {
    // Newer than what it may have, and than what may still be on its way to it.
    const { count } = await db.bot.updateMany({ where: { id: botId }, data: { revision: { increment: 2 } } });
    if (count > 0) await hand(db, botId);
  },
  async made(db, botId) {
    // Only when the transaction that made it has ended, which goes on for a while after its connection is gone, a row says all.
    await lockBirth(db, botId);
    if ((await db.bot.count({ where: { id: botId } })) === 0) await workerOf().ask("bots.remove", { botId });
  },
  async gone(db, botId) {
    await db.bot.deleteMany({ where: { id: botId } });
    await workerOf().ask("bots.remove", { botId });
  },
};

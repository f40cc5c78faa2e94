import type { Transaction } from "#prisma/db";
import { definitionOf } from "./definition";
import { workerOf } from "./worker";

/**
 * Hands the worker a bot's definition as its rows say in this transaction, which has the bot's row locked. Should the worker have one that
 * was never kept (the web died in between), or one of later than this database (it was restored), the rows hold: they get a number that is
 * newer still. Else it would pass over this change and those to come without a word.
 */
export async function hand(db: Transaction, botId: string): Promise<void> {
  const definition = await definitionOf(db, botId);
  const { newer } = await workerOf().ask("bots.put", { definition });
  if (newer === undefined) return;
  const revision = newer + 1;
  await db.bot.update({ where: { id: botId }, data: { revision } });
  await workerOf().ask("bots.put", { definition: { ...definition, revision } });
}

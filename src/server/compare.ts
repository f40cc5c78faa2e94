import { AppError } from "#contracts/errors";
import { database, isDatabaseAway } from "#prisma/db";
import { lockBots } from "./locks";
import { settle } from "./settle";
import { workerOf } from "./worker";

/*
 * What is left in doubt when the web dies, or the database or the worker's disk is put back to an earlier day, is seen by the numbers of the
 * definitions: where they differ, the rows hold. A bot of which there is no row at all is nobody's to decide about but an admin's, see
 * strays.ts; one of which there is nothing but a row the worker makes itself (docs/decisions/0003).
 */

/** How often it is looked, ms. */
const EVERY_MS = 30_000;

/** Settles the bots of which the worker has a definition of another number than their rows. */
export async function compare(): Promise<void> {
  const { bots } = await workerOf().ask("bots.list", {});
  const rows = await database().bot.findMany({ select: { id: true, revision: true } });
  for (const { id, revision } of rows) if (differs(bots[id], revision) && (await differsStill(id))) settle(id);
}

const differs = (there: number | undefined, here: number): boolean => there !== undefined && there !== here;

/** A change that is under way has the worker ahead of its row, until both are the same or it is settled. */
const differsStill = (botId: string): Promise<boolean> =>
  database().$transaction(async (db) => {
    await lockBots(db, [botId]);
    const row = await db.bot.findUnique({ where: { id: botId }, select: { revision: true } });
    const { bots } = await workerOf().ask("bots.list", {});
    return row !== null && differs(bots[botId], row.revision);
  });

/** Does so now and again and again for as long as the web lives: whoever is away now is asked the next time. */
export function keepComparing(): void {
  const attempt = () =>
    void compare().catch((error: unknown) => {
      if (!(error instanceof AppError || isDatabaseAway(error)))
        console.error("what the worker has could not be compared with the rows:", error);
    });
  setInterval(attempt, EVERY_MS).unref();
  attempt();
}

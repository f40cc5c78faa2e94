import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { audit } from "../audit";
import { hand } from "../hand";
import { lockOwners } from "../locks";
import { settle } from "../settle";

/**
 * Somebody is no admin any more: their bots are no longer trusted to run where nothing keeps them apart, nor from a folder of this server,
 * from their next start on, and files in such a folder are shown to nobody. An admin may trust each of them again. Returns what tells the
 * worker.
 */
export async function withdrawTrust(db: Transaction, actor: Actor, ownerId: string): Promise<() => Promise<void>> {
  await lockOwners(db, [ownerId]);
  const select = { id: true } as const;
  const bots = await db.bot.findMany({ where: { ownerId, trusted: true }, select, orderBy: { id: "asc" } });
  for (const { id } of bots) {
    await db.bot.update({ where: { id }, data: { trusted: false, revision: { increment: 1 } } });
    await audit(db, actor, { action: "bot.trust", botId: id, detail: { trusted: false } });
  }
  // An admin is not to stay one until a worker that is away comes back.
  return () =>
    tellWorkers(db, bots).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "worker_away")) throw error;
    });
}

/** Hands the worker the definitions of bots that were changed in this transaction, at its end; should it fail, later, what the rows then say. */
export async function tellWorkers(db: Transaction, bots: readonly { id: string }[]): Promise<void> {
  try {
    for (const { id } of bots) await hand(db, id);
  } catch (error) {
    for (const { id } of bots) settle(id);
    throw error;
  }
}

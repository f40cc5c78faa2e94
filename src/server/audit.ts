import type { Actor } from "#contracts/access";
import type { Transaction } from "#prisma/db";

/** What happened, and what may be said of it: never a secret, never what somebody typed. */
export type Deed = { action: string; botId?: string; detail?: Record<string, string | number | boolean | string[]> };

/** Remembers who did what, in the transaction that does it: neither is there without the other. */
export async function audit(db: Transaction, actor: Actor, deed: Deed): Promise<void> {
  await db.auditEntry.create({ data: entryOf(actor, deed) });
}

/** As `audit`, for one deed done to many bots: one question, and `takeBack` removes the entries of those it failed with. */
export async function auditMany(
  db: Transaction,
  actor: Actor,
  { action, botIds }: { action: string; botIds: readonly string[] },
): Promise<{ takeBack(botIds: readonly string[]): Promise<void> }> {
  const data = botIds.map((botId) => entryOf(actor, { action, botId }));
  const written = await db.auditEntry.createManyAndReturn({ data, select: { id: true, botId: true } });
  return {
    async takeBack(failed) {
      const these = new Set(failed);
      const ids = written.flatMap(({ id, botId }) => (botId !== null && these.has(botId) ? [id] : []));
      if (ids.length > 0) await db.auditEntry.deleteMany({ where: { id: { in: ids } } });
    },
  };
}

const entryOf = (actor: Actor, { action, botId, detail = {} }: Deed) => ({
  actorKind: actor.kind,
  actorId: actor.userId ?? null,
  actorName: actor.name,
  address: actor.address,
  action,
  botId: botId ?? null,
  detail,
});

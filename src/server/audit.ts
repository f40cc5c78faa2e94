import type { Actor } from "#contracts/access";
import type { Transaction } from "#prisma/db";

/** What happened, and what may be said of it: never a secret, never what somebody typed. */
export type Deed = { action: string; botId?: string; detail?: Record<string, string | number | boolean | string[]> };

/** Remembers who did what, in the transaction that does it: neither is there without the other. */
export async function audit(db: Transaction, actor: Actor, { action, botId, detail = {} }: Deed): Promise<void> {
  await db.auditEntry.create({
    data: {
      actorKind: actor.kind,
      actorId: actor.userId ?? null,
      actorName: actor.name,
      address: actor.address,
      action,
      botId: botId ?? null,
      detail,
    },
  });
}

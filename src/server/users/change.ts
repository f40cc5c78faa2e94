import type { Actor, Role } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { assertAdmin, assertStill } from "../access";
import { audit, type Deed } from "../audit";
import { lockAccounts } from "../locks";
import { transaction } from "../transaction";

/** How long a change may take that the worker hears of for each of somebody's bots, ms. */
export const MANY_BOTS_MS = 120_000;

type Before = { id: string; name: string; email: string; role: Role; disabledAt: Date | null };
/** `tell`: what is done last, when nothing of the change can be refused any more: what the worker was told it keeps. */
type Told = (Omit<Deed, "botId"> & { tell?: () => Promise<void> }) | null;

/**
 * Changes an account, in one transaction with its entry in the activity, and never so that no admin is left: of two who are about to
 * remove each other, the second is none any more. Returns whether anything changed. AppError not_found, last_admin, not_signed_in.
 */
export async function changeUser(
  actor: Actor,
  userId: string,
  change: (db: Transaction, before: Before) => Promise<Told>,
  timeout = 30_000,
): Promise<boolean> {
  assertAdmin(actor);
  return transaction(
    async (db) => {
      await lockAccounts(db);
      await assertStill(db, actor);
      const select = { id: true, name: true, email: true, role: true, disabledAt: true } as const;
      const before = await db.user.findUnique({ where: { id: userId }, select });
      if (!before) throw new AppError("not_found", { what: "account" });
      const deed = await change(db, before);
      if (deed === null) return false;
      if ((await db.user.count({ where: { role: "admin", disabledAt: null } })) === 0) throw new AppError("last_admin");
      const whose = { userId, name: before.name, email: before.email };
      const { tell, ...done } = deed;
      await audit(db, actor, { ...done, detail: { ...whose, ...done.detail } });
      await tell?.();
      return true;
    },
    { timeout },
  );
}

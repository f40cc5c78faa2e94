import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { lockPerson } from "./locks";

/**
 * Makes sure that a person can still sign in without one of their ways, before it is taken away. AppError last_way_in. Their row is locked
 * until the transaction ends, so that of two ways that are taken away at once one stays.
 */
export async function assertOtherWay(db: Transaction, userId: string, without: "discord" | { passkey: string }) {
  await lockPerson(db, userId);
  const user = await db.user.findUniqueOrThrow({
    where: { id: userId },
    include: { passkeys: { select: { id: true } } },
  });
  const passkeys = without === "discord" ? user.passkeys : user.passkeys.filter(({ id }) => id !== without.passkey);
  const discord = without === "discord" ? null : user.discordId;
  if (user.passwordHash === null && passkeys.length === 0 && discord === null) throw new AppError("last_way_in");
  return user;
}

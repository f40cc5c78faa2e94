import type { z } from "zod";
import type { Actor, Role } from "#contracts/access";
import type { users as operations } from "#contracts/api/users";
import { AppError } from "#contracts/errors";
import type { UserLimits, UserView } from "#contracts/people";
import { database, isTaken, Prisma, type Transaction } from "#prisma/db";
import { assertAdmin } from "../access";
import { accessChanged } from "../access-changed";
import { audit, type Deed } from "../audit";
import { keysOf, revoke } from "../keys";
import { detailOf } from "../limits";
import { endAllSessions } from "../sessions";
import { viewUser, viewUsers } from "./view";

/** Every account. */
export async function listUsers(actor: Actor): Promise<{ users: UserView[] }> {
  assertAdmin(actor);
  return { users: await viewUsers() };
}

/** One account, with its bots and keys. */
export async function getUser(actor: Actor, userId: string) {
  assertAdmin(actor);
  const [user, ownBots, apiKeys] = await Promise.all([
    viewUser(userId),
    database().bot.findMany({
      where: { ownerId: userId },
      select: { id: true, name: true },
      orderBy: { nameKey: "asc" },
    }),
    keysOf(userId),
  ]);
  return { ...user, ownBots, apiKeys };
}

type Update = z.output<NonNullable<(typeof operations.update)["~orpc"]["inputSchema"]>>;

/** Changes name or e-mail. AppError email_in_use. */
export async function updateUser(actor: Actor, { userId, ...change }: Update): Promise<UserView> {
  await changeUser(actor, userId, async (db) => {
    await db.user.update({ where: { id: userId }, data: change });
    return { action: "user.update", detail: { ...change } };
  }).catch((error: unknown) => {
    throw isTaken(error) ? new AppError("email_in_use") : error;
  });
  return viewUser(userId);
}

/** Lets nobody in by an account: what it has open ends. AppError last_admin. */
export async function disableUser(actor: Actor, userId: string): Promise<UserView> {
  await changeUser(actor, userId, async (db, { disabledAt }) => {
    if (disabledAt === null) await db.user.update({ where: { id: userId }, data: { disabledAt: new Date() } });
    await endAllSessions(db, userId);
    return { action: "user.disable" };
  });
  await accessChanged(userId);
  return viewUser(userId);
}

/** Lets an account in again. */
export async function enableUser(actor: Actor, userId: string): Promise<UserView> {
  await changeUser(actor, userId, async (db) => {
    await db.user.update({ where: { id: userId }, data: { disabledAt: null } });
    return { action: "user.enable" };
  });
  return viewUser(userId);
}

/** Makes somebody an admin, or not any more. Their sessions end: none goes on with another role than it began with. AppError last_admin. */
export async function setRole(actor: Actor, userId: string, role: Role): Promise<UserView> {
  const changed = await changeUser(actor, userId, async (db, before) => {
    if (before.role === role) return null;
    await db.user.update({ where: { id: userId }, data: { role } });
    await endAllSessions(db, userId);
    return { action: "user.role", detail: { role } };
  });
  if (changed) await accessChanged(userId);
  return viewUser(userId);
}

/** Bounds what somebody's bots may be together; null: as everybody's. */
export async function setLimits(actor: Actor, userId: string, limits: UserLimits | null): Promise<UserView> {
  await changeUser(actor, userId, async (db) => {
    await db.user.update({ where: { id: userId }, data: { limits: limits ?? Prisma.DbNull } });
    return { action: "user.limits", detail: detailOf(limits) };
  });
  return viewUser(userId);
}

/** Revokes somebody's API key; what it has open ends. */
export async function revokeUserKey(actor: Actor, userId: string, keyId: string): Promise<void> {
  assertAdmin(actor);
  await revoke(actor, userId, keyId);
}

type Before = { id: string; name: string; email: string; role: Role; disabledAt: Date | null };
type Told = Omit<Deed, "botId"> | null;

/**
 * Changes an account, in one transaction with its entry in the activity, and never so that no admin is left: of two who are about to
 * remove each other, the second finds itself the last. Returns whether anything changed. AppError not_found, last_admin.
 */
export async function changeUser(
  actor: Actor,
  userId: string,
  change: (db: Transaction, before: Before) => Promise<Told>,
  timeout = 30_000,
): Promise<boolean> {
  assertAdmin(actor);
  return database().$transaction(
    async (db) => {
      await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('botyard.accounts'))`;
      const select = { id: true, name: true, email: true, role: true, disabledAt: true } as const;
      const before = await db.user.findUnique({ where: { id: userId }, select });
      if (!before) throw new AppError("not_found", { what: "account" });
      const deed = await change(db, before);
      if (deed === null) return false;
      if ((await db.user.count({ where: { role: "admin", disabledAt: null } })) === 0) throw new AppError("last_admin");
      const whose = { userId, name: before.name, email: before.email };
      await audit(db, actor, { ...deed, detail: { ...whose, ...deed.detail } });
      return true;
    },
    { timeout },
  );
}

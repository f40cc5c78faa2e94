import type { z } from "zod";
import type { Actor, Role } from "#contracts/access";
import type { users as operations, UserQuery } from "#contracts/api/users";
import { AppError } from "#contracts/errors";
import type { UserLimits, UserView } from "#contracts/people";
import { database, isTaken, Prisma } from "#prisma/db";
import { assertAdmin } from "../access";
import { accessChanged } from "../access-changed";
import { confirmOwner } from "../confirm";
import { keysOf, revoke } from "../keys";
import { detailOf } from "../limits";
import { badCursor, literal, pageOf, placeOf, readPlace } from "../page-of";
import { endAllSessions } from "../sessions";
import { changeUser, MANY_BOTS_MS } from "./change";
import { withdrawTrust } from "./trust";
import { viewUser, viewUsers } from "./view";

/** The accounts that fit, by name. */
export async function listUsers(
  actor: Actor,
  { text, limit, cursor }: UserQuery,
): Promise<{ users: UserView[]; next: string | null }> {
  assertAdmin(actor);
  const fits = text ? somewhere(text) : {};
  const users = await viewUsers({ AND: [fits, cursor === undefined ? {} : after(cursor)] }, { take: limit + 1 });
  const { page, next } = pageOf(users, limit, ({ name, id }) => placeOf(name, id));
  return { users: page, next };
}

function somewhere(text: string): Prisma.UserWhereInput {
  const part = { contains: literal(text), mode: "insensitive" } as const;
  return { OR: [{ name: part }, { email: part }, { id: text }] };
}

function after(cursor: string): Prisma.UserWhereInput {
  const [name, id] = readPlace(cursor);
  if (typeof name !== "string") throw badCursor();
  return { OR: [{ name: { gt: name } }, { name, id: { gt: id } }] };
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

type RoleGiven = { userId: string; role: Role; password?: string };

/**
 * Makes somebody an admin, or not any more. Their sessions end: none goes on with another role than it began with. AppError last_admin, and
 * those of confirmOwner where an admin is made.
 */
export async function setRole(actor: Actor, { userId, role, password }: RoleGiven): Promise<UserView> {
  assertAdmin(actor);
  if (role === "admin") await confirmOwner(actor, password);
  const changed = await changeUser(
    actor,
    userId,
    async (db, before) => {
      if (before.role === role) return null;
      const tell = role === "admin" ? async () => {} : await withdrawTrust(db, actor, userId);
      await db.user.update({ where: { id: userId }, data: { role } });
      await endAllSessions(db, userId);
      return { action: "user.role", detail: { role }, tell };
    },
    MANY_BOTS_MS,
  );
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

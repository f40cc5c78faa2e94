import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertAdmin } from "./access";
import { accessChanged } from "./access-changed";
import { audit } from "./audit";

/*
 * An admin sees the panel as somebody else does. It hangs on their session: every request of it is asked in the other's name, and each write
 * is refused (gate.ts, audit.ts). Sockets are opened anew.
 */

/** AppError not_found; not_allowed for keys, and for who is not signed in with a browser. */
export async function startViewing(actor: Actor, userId: string): Promise<void> {
  assertAdmin(actor);
  const { sessionId, userId: own } = actor;
  if (sessionId === undefined || own === undefined) throw new AppError("not_allowed", { permission: "admin" });
  await database().$transaction(async (db) => {
    const seen = await db.user.findUnique({ where: { id: userId }, select: { name: true, disabledAt: true } });
    if (!seen || seen.disabledAt || userId === own) throw new AppError("not_found", { what: "account" });
    await db.session.update({ where: { id: sessionId }, data: { viewsAsId: userId } });
    await audit(db, actor, { action: "account.viewAs", detail: { who: seen.name } });
  });
  await accessChanged(own, [sessionId]);
}

/** Ends it; nothing happens where nothing was begun. */
export async function stopViewing(actor: Actor): Promise<void> {
  const { viewer, sessionId, name, userId } = actor;
  if (!viewer || sessionId === undefined || userId === undefined) return;
  const { viewer: _viewer, ...rest } = actor;
  const admin: Actor = { ...rest, userId: viewer.id, name: viewer.name, role: "admin" };
  await database().$transaction(async (db) => {
    await db.session.update({ where: { id: sessionId }, data: { viewsAsId: null } });
    await audit(db, admin, { action: "account.viewAsEnd", detail: { who: name } });
  });
  await accessChanged(userId, [sessionId]);
}

import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, isTaken } from "#prisma/db";
import { assertAccount } from "./access";
import { accessChanged } from "./access-changed";
import { type Me, readMe } from "./account";
import { audit } from "./audit";
import { confirmOwner } from "./confirm";
import { hashPassword } from "./passwords";
import { renewSessions, type SessionCode } from "./sessions";

/** Changes what the actor is called. */
export async function rename(actor: Actor, name: string): Promise<Me> {
  const id = assertAccount(actor);
  await database().$transaction(async (db) => {
    await db.user.update({ where: { id }, data: { name } });
    await audit(db, actor, { action: "account.name", before: { name: actor.name }, after: { name } });
  });
  return readMe(actor);
}

/** Changes the address that the actor signs in with. AppError password_wrong, email_in_use. */
export async function changeEmail(actor: Actor, asked: { email: string; password?: string }): Promise<Me> {
  const { id, email: before } = await confirmOwner(actor, asked.password);
  try {
    await database().$transaction(async (db) => {
      await db.user.update({ where: { id }, data: { email: asked.email } });
      await audit(db, actor, { action: "account.email", before: { email: before }, after: { email: asked.email } });
    });
  } catch (error) {
    throw isTaken(error) ? new AppError("email_in_use") : error;
  }
  return readMe(actor);
}

/** Sets the actor's password. All other sessions end; returns what this one goes on with, if it is one. AppError password_wrong. */
export async function changePassword(
  actor: Actor,
  asked: { present?: string; password: string },
  headers: Headers,
): Promise<SessionCode | null> {
  const { id } = await confirmOwner(actor, asked.present);
  const passwordHash = await hashPassword(asked.password);
  const session = await database().$transaction(async (db) => {
    await db.user.update({ where: { id }, data: { passwordHash } });
    const renewed = await renewSessions(db, actor, headers);
    await audit(db, actor, { action: "account.password" });
    return renewed;
  });
  await accessChanged(id);
  return session;
}

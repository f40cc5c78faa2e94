import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertAccount } from "../access";
import { accessChanged } from "../access-changed";
import { audit } from "../audit";
import { confirmOwner } from "../confirm";
import { renewSessions, type SessionCode } from "../sessions";
import { checkCode } from "./check";
import { makeCodes } from "./recovery";
import { sealSecret } from "./secret";
import { addressOf, newSecret } from "./totp";

export { checkCode } from "./check";

/** Makes a secret for the actor's app. Nothing is asked for at the sign-in until a code of it was shown. AppError two_factor_on, password_wrong. */
export async function beginTwoFactor(actor: Actor, password?: string): Promise<{ secret: string; address: string }> {
  const user = await confirmOwner(actor, password);
  if (user.totpSince) throw new AppError("two_factor_on");
  const secret = newSecret();
  const data = { totpSecret: sealSecret(user.id, secret), totpStep: 0 };
  await database().user.updateMany({ where: { id: user.id, totpSince: null }, data });
  return { secret, address: addressOf(secret, user.email) };
}

/** What a change of the second factor leaves behind: codes to keep, and the session to go on with. */
export type Changed = { codes: string[]; session: SessionCode | null };

/** From now on a code is asked for. Every other session ends: they began without one. AppError code_wrong, two_factor_on. */
export async function enableTwoFactor(actor: Actor, code: string, headers: Headers): Promise<Changed> {
  const user = await ownerOf(actor);
  if (user.totpSince) throw new AppError("two_factor_on");
  if (!/^\s*\d{3}\s?\d{3}\s*$/.test(code)) throw new AppError("code_wrong");
  await checkCode(user, code, actor.address);
  const changed = await database().$transaction(async (db) => {
    const { count } = await db.user.updateMany({
      where: { id: user.id, totpSince: null },
      data: { totpSince: new Date() },
    });
    if (count === 0) throw new AppError("two_factor_on");
    const codes = await makeCodes(db, user.id);
    await audit(db, actor, { action: "twoFactor.on" });
    return { codes, session: await renewSessions(db, actor, headers) };
  });
  await accessChanged(user.id);
  return changed;
}

/** What asks for both: the password and a code. */
export type Both = { password?: string; code: string };

/** No code is asked for any more. AppError password_wrong, code_wrong, two_factor_off. */
export async function disableTwoFactor(actor: Actor, both: Both, headers: Headers): Promise<SessionCode | null> {
  const user = await confirmBoth(actor, both);
  const session = await database().$transaction(async (db) => {
    await db.user.update({ where: { id: user.id }, data: { totpSince: null, totpSecret: null, totpStep: 0 } });
    await db.recoveryCode.deleteMany({ where: { userId: user.id } });
    await audit(db, actor, { action: "twoFactor.off" });
    return renewSessions(db, actor, headers);
  });
  await accessChanged(user.id);
  return session;
}

/** Makes the recovery codes anew. AppError as disableTwoFactor. */
export async function renewCodes(actor: Actor, both: Both): Promise<{ codes: string[] }> {
  const user = await confirmBoth(actor, both);
  return database().$transaction(async (db) => {
    const codes = await makeCodes(db, user.id);
    await audit(db, actor, { action: "twoFactor.codes" });
    return { codes };
  });
}

async function confirmBoth(actor: Actor, { password, code }: Both) {
  const user = await confirmOwner(actor, password);
  if (!user.totpSince) throw new AppError("two_factor_off");
  await checkCode(user, code, actor.address);
  return user;
}

async function ownerOf(actor: Actor) {
  const user = await database().user.findUnique({ where: { id: assertAccount(actor) } });
  if (!user) throw new AppError("not_signed_in");
  return user;
}

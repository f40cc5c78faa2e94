import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { accessChanged } from "./access-changed";
import { audit } from "./audit";
import { env } from "./env";
import { hashPassword } from "./passwords";
import { begin, livesFor, look, take } from "./pending";
import { endAllSessions } from "./sessions";
import { actorFor } from "./standings";
import { countReset } from "./throttle";

/**
 * Makes a link that sets somebody's password anew, once, so that nobody is locked out. Only for the owner of BOTYARD_HOME on this machine:
 * whoever holds such a link becomes that person. One made before for them works no more. AppError local_only, not_found.
 */
export async function makeReset(
  actor: Actor,
  { email, disableTwoFactor }: { email: string; disableTwoFactor: boolean },
): Promise<{ code: string; name: string; minutes: number; panelUrl: string | null }> {
  if (actor.kind !== "local") throw new AppError("local_only");
  return database().$transaction(async (db) => {
    const user = await db.user.findUnique({ where: { email } });
    if (!user) throw new AppError("not_found", { what: "user" });
    await db.pending.deleteMany({ where: { kind: "passwordReset", userId: user.id } });
    const code = await begin(db, "passwordReset", { userId: user.id, data: { disableTwoFactor } });
    await audit(db, actor, { action: "user.reset", detail: { email, disableTwoFactor } });
    const panelUrl = env().publicUrl?.origin ?? null;
    return { code, name: user.name, minutes: livesFor("passwordReset") / 60, panelUrl };
  });
}

/** Sets the password that such a link is for. Every session of theirs ends. AppError reset_link_invalid, too_many_tries. */
export async function resetPassword(
  asked: { code: string; password: string },
  address: string,
): Promise<{ email: string }> {
  const succeeded = await countReset(address);
  // A wrong code costs us nothing that a right one does.
  if (!(await look("passwordReset", asked.code))) throw new AppError("reset_link_invalid");
  const passwordHash = await hashPassword(asked.password);
  const user = await database().$transaction(async (db) => {
    const begun = await take(db, "passwordReset", asked.code);
    const found = begun && (await db.user.findUnique({ where: { id: begun.userId ?? "" } }));
    if (!found) throw new AppError("reset_link_invalid");
    const { disableTwoFactor } = begun.data;
    const off = disableTwoFactor ? { totpSince: null, totpSecret: null, totpStep: 0 } : {};
    await db.user.update({ where: { id: found.id }, data: { passwordHash, ...off } });
    if (disableTwoFactor) await db.recoveryCode.deleteMany({ where: { userId: found.id } });
    await endAllSessions(db, found.id);
    const detail = { disableTwoFactor };
    await audit(db, actorFor(found, address, "web"), { action: "account.passwordReset", detail });
    return found;
  });
  await succeeded();
  await accessChanged(user.id);
  return { email: user.email };
}

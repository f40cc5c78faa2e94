import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { audit } from "./audit";
import { isPassword } from "./passwords";
import { countSignIn } from "./throttle";

/** Who signed in, as the session remembers them. */
export type SignedIn = { id: string; tokenVersion: number };

/**
 * Checks an e-mail and a password. One answer (sign_in_failed) and one duration for an unknown person, a wrong password
 * and a disabled account; too_many_tries when this address guesses.
 */
export async function checkPassword(email: string, password: string, address: string): Promise<SignedIn> {
  const key = email.trim().toLowerCase();
  const succeeded = await countSignIn(key, address);
  const db = database();
  const user = await db.user.findUnique({ where: { email: key } });
  const right = await isPassword(password, user?.passwordHash ?? null);
  if (!user || !right || user.disabledAt) {
    const known = user ? { actorId: user.id, actorName: user.name } : { actorName: key.slice(0, 254) };
    await db.auditEntry.create({ data: { ...known, actorKind: "person", address, action: "account.signInFailed" } });
    throw new AppError("sign_in_failed");
  }
  await succeeded();
  const actor = { kind: "person", userId: user.id, name: user.name, role: user.role, address } as const;
  await audit(db, actor, { action: "account.signIn" });
  return { id: user.id, tokenVersion: user.tokenVersion };
}

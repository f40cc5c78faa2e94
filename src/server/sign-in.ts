import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { clientOf } from "./address";
import { audit } from "./audit";
import { isPassword } from "./passwords";
import { endSession, type SessionCode, startSession, type Via } from "./sessions";
import { countSignIn } from "./throttle";

/** Who was found to be who they say, and by what. */
export type SignedIn = { id: string; via: Via };

/**
 * Checks an e-mail and a password. One answer (sign_in_failed) and one duration for an unknown person, a wrong password
 * and a disabled account; too_many_tries when this address guesses. Opens nothing by itself.
 */
export async function checkPassword(email: string, password: string, address: string) {
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
  return user;
}

/** Begins a session for who was found. `before`: the one that this browser had, which ends with it. Returns what the cookie is to carry. */
export async function signIn(
  { id, via }: SignedIn,
  { headers, before }: { headers: Headers; before: SessionCode | null },
): Promise<SessionCode> {
  if (before) await endSession(before);
  return database().$transaction(async (db) => {
    const user = await db.user.findUniqueOrThrow({ where: { id } });
    const session = await startSession(db, { userId: id, via, headers });
    await audit(db, personFrom(user, clientOf(headers).address), { action: "account.signIn", detail: { via } });
    return session;
  });
}

/** Ends the session of a cookie, as its person asked. */
export async function signOut(session: SessionCode, address: string): Promise<void> {
  const user = await endSession(session);
  if (user) await audit(database(), personFrom(user, address), { action: "account.signOut" });
}

/** A person who is not signed in yet, or not any more, as the one who does something. */
const personFrom = ({ id, name, role }: { id: string } & Pick<Actor, "name" | "role">, address: string): Actor => ({
  kind: "person",
  userId: id,
  name,
  role,
  address,
});

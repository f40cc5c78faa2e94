import { AppError } from "#contracts/errors";
import { showPath } from "#contracts/files";
import { database, type Transaction } from "#prisma/db";
import { clientOf } from "./address";
import { audit } from "./audit";
import { assertWelcome } from "./bans";
import { isPassword } from "./passwords";
import { begin, look, take } from "./pending";
import { endSession, type SessionCode, startSession, type WayIn } from "./sessions";
import { actorFor } from "./standings";
import { countSignIn } from "./throttle";
import { checkCode } from "./two-factor/check";

/** Who was found to be who they say, and by what. `tokenVersion`: as it was then; raised meanwhile, what they showed holds no more. */
export type SignedIn = { id: string; via: WayIn; tokenVersion: number };

/**
 * Checks an e-mail and a password. One answer (sign_in_failed) and one duration for an unknown person, a wrong password
 * and a disabled account; too_many_tries when this address guesses; banned for who is kept out. Opens nothing by itself.
 */
export async function checkPassword(email: string, password: string, address: string) {
  const key = email.trim().toLowerCase();
  await assertWelcome({ address });
  const succeeded = await countSignIn(key, address);
  const db = database();
  const user = await db.user.findUnique({ where: { email: key } });
  const right = await isPassword(password, user?.passwordHash ?? null);
  if (!user || !right || user.disabledAt) {
    const known = user ? { actorId: user.id, actorName: user.name } : { actorName: showPath(key) };
    await db.auditEntry.create({ data: { ...known, actorKind: "person", address, action: "account.signInFailed" } });
    throw new AppError("sign_in_failed");
  }
  await succeeded();
  await assertWelcome(user);
  return user;
}

/**
 * Begins a session for who was found. `before`: the one that this browser had, which ends with it. Returns what the cookie is to carry.
 * AppError sign_in_failed when the password was changed or the account disabled at this very moment; banned.
 */
export async function signIn(
  { id, via, tokenVersion }: SignedIn,
  { headers, before }: { headers: Headers; before: SessionCode | null },
): Promise<SessionCode> {
  if (before) await endSession(before);
  const { address } = clientOf(headers);
  await assertWelcome({ address, ...(await stillThere(database(), { id, tokenVersion })) });
  return database().$transaction(async (db) => {
    const user = await stillThere(db, { id, tokenVersion });
    const session = await startSession(db, { userId: id, via, tokenVersion, headers });
    await audit(db, actorFor(user, address, "web"), { action: "account.signIn", detail: { via } });
    return session;
  });
}

async function stillThere(db: Transaction, { id, tokenVersion }: Omit<SignedIn, "via">) {
  const user = await db.user.findUnique({ where: { id, disabledAt: null, tokenVersion } });
  if (!user) throw new AppError("sign_in_failed");
  return user;
}

/** Ends the session of a cookie, as its person asked. */
export const signOut = (session: SessionCode, address: string): Promise<void> =>
  endSession(session, (db, user) => audit(db, actorFor(user, address, "web"), { action: "account.signOut" }));

/**
 * The first of two steps, for who has a second factor: what they showed is remembered, and opens nothing. Returns the code that has to come
 * back together with one of theirs; null for who has none, who is in with this one.
 */
export async function firstStep(
  user: { id: string; tokenVersion: number; totpSince: Date | null },
  via: WayIn,
): Promise<string | null> {
  if (!user.totpSince) return null;
  return begin(database(), "secondFactor", { userId: user.id, data: { via, tokenVersion: user.tokenVersion } });
}

/** The second step. AppError code_wrong, too_many_tries; sign_in_expired when it is too late for it, or the first step does not hold any more. */
export async function secondStep(step: string, code: string, address: string): Promise<SignedIn> {
  const begun = await look("secondFactor", step);
  const user = begun && (await database().user.findUnique({ where: { id: begun.userId ?? "" } }));
  if (!user || user.disabledAt || !user.totpSince || user.tokenVersion !== begun.data.tokenVersion)
    throw new AppError("sign_in_expired");
  await checkCode(user, code, address);
  if (!(await take(database(), "secondFactor", step))) throw new AppError("sign_in_expired");
  return { id: user.id, ...begun.data };
}

import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { personOf } from "./access";
import { audit } from "./audit";
import { isPassword } from "./passwords";
import { countSignIn } from "./throttle";

/** How long after signing in somebody without a password may still change what lets them in, ms. */
const FRESH_MS = 15 * 60_000;

/**
 * Makes sure that whoever changes what lets a person in, or makes a key or an admin, is that person, not somebody at a browser that was left
 * open: by their password, guessed no faster than at the sign-in. Who has none must have signed in just now. An API key never does it, or one
 * that is lost would live on in what it made; the owner of BOTYARD_HOME has shown the key file, and could set everybody's password anyway.
 * AppError key_beyond, password_wrong, sign_in_again, too_many_tries. Returns their row.
 */
export async function confirmOwner(actor: Actor, password: string | undefined) {
  if (actor.keyId !== undefined) throw new AppError("key_beyond");
  const db = database();
  const user = await db.user.findUnique({ where: { id: personOf(actor) } });
  if (!user) throw new AppError("not_signed_in");
  if (actor.kind === "local") return user;
  if (user.passwordHash === null) {
    const session = await db.session.findUnique({ where: { id: actor.sessionId ?? "" }, select: { createdAt: true } });
    if (!session || Date.now() - session.createdAt.getTime() > FRESH_MS) throw new AppError("sign_in_again");
    return user;
  }
  const succeeded = await countSignIn(user.email, actor.address);
  if (!(await isPassword(password ?? "", user.passwordHash))) {
    await audit(db, actor, { action: "account.confirmFailed" });
    throw new AppError("password_wrong");
  }
  await succeeded();
  return user;
}

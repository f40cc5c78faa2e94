import { createHash, timingSafeEqual } from "node:crypto";
import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, type Transaction } from "#prisma/db";
import type { Me } from "./account";
import { audit } from "./audit";
import { hashPassword } from "./passwords";
import { countSetup } from "./throttle";

let closed = false;

/** Whether the first account is still to be made. Once it is, setup stays closed for good. */
export async function isSetupNeeded(): Promise<boolean> {
  if (!closed) closed = (await database().user.findFirst({ select: { id: true } })) !== null;
  return !closed;
}

/** Who asks for the first account: someone with the one-time link, or the owner of the home (`local`). */
export type FirstAccount = { code?: string; name: string; email: string; password: string };

/**
 * Makes the first account, an admin. Of many tries at once one succeeds: they queue at a lock of the database, and the
 * second finds setup closed.
 */
export async function createFirstAccount(actor: Actor | null, address: string, given: FirstAccount): Promise<Me> {
  if (!(await isSetupNeeded())) throw new AppError("setup_closed");
  const isLocal = actor?.kind === "local";
  const succeeded = isLocal ? null : await countSetup(address);
  // Before the transaction: it takes a while, and nobody should wait for it at the lock.
  if (!isLocal) await assertCode(database(), given.code);
  const passwordHash = await hashPassword(given.password);
  const made = await database().$transaction(async (db) => {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('botyard.setup'))`;
    if (await db.user.findFirst({ select: { id: true } })) throw new AppError("setup_closed");
    if (!isLocal) await assertCode(db, given.code);
    const { name, email } = given;
    const user = await db.user.create({ data: { name, email, passwordHash, role: "admin" } });
    await db.setupLink.deleteMany({});
    const maker: Actor = { kind: isLocal ? "local" : "person", userId: user.id, name, role: "admin", address };
    await audit(db, maker, { action: "account.setup" });
    return { id: user.id, name, email, role: user.role };
  });
  await succeeded?.();
  return made;
}

async function assertCode(db: Transaction, code: string | undefined): Promise<void> {
  const link = await db.setupLink.findFirst();
  const given = createHash("sha256")
    .update(code ?? "")
    .digest();
  const wanted = Buffer.from(link?.codeHash ?? "", "hex");
  const right = wanted.length === given.length && timingSafeEqual(given, wanted);
  if (!link || !right || link.expiresAt <= new Date()) throw new AppError("setup_link_invalid");
}

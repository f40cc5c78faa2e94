import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { account as operations } from "#contracts/api/account";
import type { me } from "#contracts/api/panel";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertAccount, personOf } from "./access";
import { accessChanged } from "./access-changed";
import { hashKey } from "./actor";
import { audit } from "./audit";

export type Me = z.infer<typeof me>;
type KeyView = z.infer<NonNullable<(typeof operations.keys)["~orpc"]["outputSchema"]>>["keys"][number];

/** The person who asks; for the key file of this machine, the first admin. */
export async function readMe(actor: Actor): Promise<Me> {
  const user = await database().user.findUnique({ where: { id: personOf(actor) } });
  if (!user) throw new AppError("not_signed_in");
  return { id: user.id, name: user.name, email: user.email, role: user.role };
}

const keyColumns = { id: true, name: true, createdAt: true, lastUsedAt: true, expiresAt: true } as const;

/** The actor's API keys, newest first. */
export async function listKeys(actor: Actor): Promise<{ keys: KeyView[] }> {
  const rows = await database().apiKey.findMany({
    where: { userId: assertAccount(actor), botId: null },
    select: keyColumns,
    orderBy: { createdAt: "desc" },
  });
  return { keys: rows.map(viewOf) };
}

/** Makes an API key. Its token is in this answer and nowhere else; we keep its hash. */
export async function createKey(actor: Actor, name: string, days: number): Promise<KeyView & { token: string }> {
  const userId = assertAccount(actor);
  const token = `by_${randomBytes(32).toString("base64url")}`;
  const expiresAt = new Date(Date.now() + days * 86_400_000);
  return database().$transaction(async (db) => {
    const data = { userId, name, hash: hashKey(token), expiresAt };
    const row = await db.apiKey.create({ data, select: keyColumns });
    await audit(db, actor, { action: "key.create", detail: { name, days } });
    return { ...viewOf(row), token };
  });
}

/** Revokes one of the actor's API keys. */
export async function revokeKey(actor: Actor, keyId: string): Promise<void> {
  const userId = assertAccount(actor);
  await database().$transaction(async (db) => {
    const row = await db.apiKey.findFirst({ where: { id: keyId, userId }, select: { name: true } });
    if (!row) throw new AppError("not_found", { what: "key" });
    await db.apiKey.deleteMany({ where: { id: keyId, userId } });
    await audit(db, actor, { action: "key.revoke", detail: { name: row.name } });
  });
  await accessChanged(userId);
}

type Row = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null; expiresAt: Date | null };

const viewOf = ({ id, name, createdAt, lastUsedAt, expiresAt }: Row): KeyView => ({
  id,
  name,
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
  expiresAt: expiresAt?.getTime() ?? null,
});

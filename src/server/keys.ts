import type { Actor, KeyScope } from "#contracts/access";
import type { KeyRequest, KeyView } from "#contracts/api/keys";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { database, Prisma, type Transaction } from "#prisma/db";
import { assertAccount, assertAdmin, personOf, reachable } from "./access";
import { accessChanged } from "./access-changed";
import { audit, type Deed } from "./audit";
import { confirmOwner } from "./confirm";
import { hashKey, newToken, scopeOf } from "./key-use";
import { assertRoom } from "./room";

/** Keys that one person may have. */
const MOST = 100;
const DAY_MS = 86_400_000;

const columns = {
  id: true,
  name: true,
  scope: true,
  addresses: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastUsedFrom: true,
} as const;

/** The actor's API keys, newest first. */
export const listKeys = async (actor: Actor): Promise<{ keys: KeyView[] }> => ({
  keys: await keysOf(assertAccount(actor)),
});

/** Somebody's API keys but those of their bots, newest first, without asking whether the actor may see them. */
export async function keysOf(userId: string): Promise<KeyView[]> {
  const rows = await database().apiKey.findMany({
    where: { userId, botId: null },
    select: columns,
    orderBy: { createdAt: "desc" },
  });
  return rows.map(viewOf);
}

/** Makes an API key. Its token is in this answer and nowhere else; we keep its hash. AppError key_beyond, password_wrong, sign_in_again. */
export async function createKey(
  actor: Actor,
  { password, ...asked }: KeyRequest,
): Promise<KeyView & { token: string }> {
  const { id: userId } = await confirmOwner(actor, password);
  const { name, scope, days, addresses } = asked;
  const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MS);
  return database().$transaction(async (db) => {
    if (scope) await assertSeen(db, actor, scope);
    const { token, row } = await addKey(db, userId, { name, scope, addresses, expiresAt });
    await audit(db, actor, { action: "key.create", detail: told(asked) });
    return { ...viewOf(row), token };
  });
}

type Wanted = { name: string; scope: KeyScope | null; addresses: string[]; expiresAt: Date | null };

/** Writes a key of somebody's, without asking whether it may be. */
export async function addKey(db: Transaction, userId: string, { scope, ...wanted }: Wanted) {
  const count = () => db.apiKey.count({ where: { userId, botId: null } });
  await assertRoom(db, userId, { count, most: MOST, words: en.server.keysMany });
  const token = newToken();
  const data = { ...wanted, userId, hash: hashKey(token), scope: scope ?? Prisma.DbNull };
  return { token, row: await db.apiKey.create({ data, select: columns }) };
}

/** Revokes one of the actor's API keys; what it has open ends. */
export const revokeKey = (actor: Actor, keyId: string): Promise<void> => revoke(actor, assertAccount(actor), keyId);

/** Revokes a key of somebody's, without asking whether the actor may. */
export async function revoke(actor: Actor, userId: string, keyId: string): Promise<void> {
  await database().$transaction(async (db) => {
    const row = await db.apiKey.findFirst({ where: { id: keyId, userId, botId: null }, select: { name: true } });
    if (!row) throw new AppError("not_found", { what: "key" });
    await db.apiKey.deleteMany({ where: { id: keyId, userId } });
    await audit(db, actor, { action: "key.revoke", detail: { name: row.name, userId } });
  });
  await accessChanged(userId);
}

/** Ends the key that asks; somebody who shows none has none to end. */
export async function revokeThisKey(actor: Actor): Promise<void> {
  const { keyId, kind } = actor;
  if (keyId === undefined || kind !== "key") throw new AppError("not_found", { what: "key" });
  await revoke(actor, personOf(actor), keyId);
}

/** Whoever does not see a bot cannot name it, and what is for admins is not for a key of somebody else's to wait for. */
async function assertSeen(db: Transaction, actor: Actor, { permissions, bots }: KeyScope): Promise<void> {
  if (permissions.includes("admin")) assertAdmin(actor);
  if (typeof bots === "string") return;
  const named = new Set(bots);
  const seen = await db.bot.count({ where: { AND: [reachable(actor), { id: { in: [...named] } }] } });
  if (seen < named.size) throw new AppError("not_found", { what: "bot" });
}

/** What the activity says of a key. */
const told = ({ name, scope, days, addresses }: Omit<KeyRequest, "password">): Deed["detail"] => ({
  name,
  days: days ?? "none",
  permissions: scope?.permissions ?? "all",
  bots: scope?.bots ?? "all",
  addresses,
});

type Row = Prisma.ApiKeyGetPayload<{ select: typeof columns }>;

const viewOf = ({ scope, createdAt, lastUsedAt, expiresAt, ...row }: Row): KeyView => ({
  ...row,
  scope: scopeOf(scope) ?? null,
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
  expiresAt: expiresAt?.getTime() ?? null,
});

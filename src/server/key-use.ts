import { type Actor, type KeyScope, keyScope } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, type Prisma, type Transaction } from "#prisma/db";
import { assertWelcome } from "./bans";
import { hashCode, newCode } from "./codes";
import { noteSeen } from "./failure";
import { isListed, listOf } from "./networks";
import { type OpenPace, openPace } from "./pace";

/** A key's last use is written at most this often, ms: it is for people, not for counting. */
const USED_EVERY_MS = 60_000;

/** A new API key, which is shown once. */
export const newToken = (): string => `by_${newCode()}`;

/** How it is stored. */
export const hashKey = hashCode;

/** What a key is limited to, as its row says; nothing at all where that cannot be read. */
export function scopeOf(stored: Prisma.JsonValue): KeyScope | undefined {
  if (stored === null) return undefined;
  return keyScope.catch({ permissions: [], bots: [] }).parse(stored);
}

/**
 * How often a key may ask. A person's program may be busy, and copies of it many; a bot asks about itself now and then, and whoever wrote
 * it may mean no good.
 */
const paces = {
  person: openPace({ atOnce: 500, perSecond: 50 }),
  bot: openPace({ atOnce: 30, perSecond: 2 }),
} as const;
/** Hashes of the keys that asked, so that a flood is turned away before the database is asked whose key it is. */
const known = new Map<string, OpenPace>();

function meet(hash: string, pace: OpenPace): void {
  pace.take(hash);
  known.set(hash, pace);
}

const columns = { user: true, bot: { select: { name: true } } } as const;
type KeyInUse = Prisma.ApiKeyGetPayload<{ include: typeof columns }>;

/**
 * The key that a token is, with whose it is, and it is remembered that it was used. Null for what is no key, has expired, or belongs to
 * somebody who is disabled. AppError key_address, banned, too_many_requests.
 */
export async function acceptKey(token: string, address: string): Promise<KeyInUse | null> {
  const db = database();
  const hash = hashKey(token);
  const pace = known.get(hash);
  pace?.take(hash);
  const key = await db.apiKey.findUnique({ where: { hash }, include: columns });
  if (!key) known.delete(hash);
  else if (!pace) meet(hash, key.botId === null ? paces.person : paces.bot);
  const now = new Date();
  if (!key || (key.expiresAt && key.expiresAt <= now) || key.user.disabledAt) return null;
  if (key.addresses.length > 0 && !isListed(listOf(key.addresses), address))
    throw new AppError("key_address", { address });
  await assertWelcome({ address, ...key.user });
  const isTold = key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < USED_EVERY_MS;
  if (!isTold || key.lastUsedFrom !== address)
    await noteSeen(db.apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: now, lastUsedFrom: address } }));
  return key;
}

/** When the key that asks expires, ms since 1970: what it opened does not outlive it. AppError not_signed_in when it is gone by now. */
export async function keyEnds({ keyId }: Actor, db: Transaction = database()): Promise<number> {
  if (keyId === undefined) return Number.POSITIVE_INFINITY;
  const key = await db.apiKey.findUnique({ where: { id: keyId }, select: { expiresAt: true } });
  if (!key) throw new AppError("not_signed_in");
  return key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

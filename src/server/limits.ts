import { z } from "zod";
import type { Actor } from "#contracts/access";
import type { BotSettings } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { type UserLimits, type UserUsage, userLimits } from "#contracts/people";
import { database, Prisma, type Transaction } from "#prisma/db";
import { assertAccount, assertAdmin } from "./access";
import { audit } from "./audit";
import { lockOwners } from "./locks";

/*
 * What the bots of one person may be together. Whatever makes or changes a bot does it inside `keepLimits`, which holds the owner's
 * lock from before it counts until the transaction ends: of fifty at once each sees what those before it made.
 */

const KEY = "limits";
const NONE: UserLimits = { bots: null, memoryMb: null, diskMb: null };
/** What a new bot gets of a bounded sum when it asks for no bound itself, MB, if so much is left. */
const SHARE = { memoryMb: 512, diskMb: 1_024 } as const;

/** Limits as a column holds them; what cannot be read bounds nobody to nothing. */
export const limitsIn = (stored: Prisma.JsonValue): UserLimits | null =>
  userLimits.nullable().catch(NONE).parse(stored);

/** What bounds everybody who has no limits of their own. */
export async function panelLimits(db: Transaction = database()): Promise<UserLimits> {
  const row = await db.setting.findUnique({ where: { key: KEY }, select: { value: true } });
  return (row && limitsIn(row.value)) ?? NONE;
}

/** As `panelLimits`, for admins to see. */
export async function readLimits(actor: Actor): Promise<UserLimits> {
  assertAdmin(actor);
  return panelLimits();
}

/** What the actor's own bots may be together, and what they are. */
export async function readOwnLimits(actor: Actor): Promise<{ bounds: UserLimits; usage: UserUsage }> {
  const userId = assertAccount(actor);
  const db = database();
  const [bounds, { bots, memoryMb, diskMb }] = await Promise.all([boundsFor(db, userId), measure(db, userId)]);
  return { bounds, usage: { bots, memoryMb, diskMb } };
}

/** Bounds everybody who has no limits of their own. What is beyond already stays, and grows no further. */
export async function setPanelLimits(actor: Actor, value: UserLimits): Promise<UserLimits> {
  assertAdmin(actor);
  await database().$transaction(async (db) => {
    await db.setting.upsert({ where: { key: KEY }, create: { key: KEY, value }, update: { value } });
    await audit(db, actor, { action: "limits.set", detail: detailOf(value) });
  });
  return value;
}

/** Limits as the activity tells them. */
export const detailOf = (limits: UserLimits | null) =>
  Object.fromEntries(Object.entries(limits ?? {}).map(([kind, most]) => [kind, most ?? "none"]));

/** What bounds a person now. */
export const boundsOf = (
  { role, limits }: { role: string; limits: Prisma.JsonValue },
  panel: UserLimits,
): UserLimits => (role === "admin" ? NONE : (limitsIn(limits) ?? panel));

async function boundsFor(db: Transaction, userId: string): Promise<UserLimits> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { role: true, limits: true } });
  return user ? boundsOf(user, await panelLimits(db)) : NONE;
}

/** How many of the bots have no bound themselves, beside what the others sum up to. */
type Measured = UserUsage & { unboundMemory: number; unboundDisk: number };
const measured = z.object({
  ownerId: z.string(),
  bots: z.coerce.number(),
  memoryMb: z.coerce.number(),
  diskMb: z.coerce.number(),
  unboundMemory: z.coerce.number(),
  unboundDisk: z.coerce.number(),
});
const NOTHING: Measured = { bots: 0, memoryMb: 0, diskMb: 0, unboundMemory: 0, unboundDisk: 0 };

/** What the bots of these people are together; who has none is left out. */
export async function usageOf(db: Transaction, userIds: readonly string[]): Promise<Map<string, Measured>> {
  const limit = (kind: string) => Prisma.sql`COALESCE(("settings"->'limits'->>${kind})::bigint, 0)`;
  const rows = await db.$queryRaw`
    SELECT "ownerId", count(*) AS "bots",
      sum(${limit("memoryMb")}) AS "memoryMb", count(*) FILTER (WHERE ${limit("memoryMb")} = 0) AS "unboundMemory",
      sum(${limit("diskMb")}) AS "diskMb", count(*) FILTER (WHERE ${limit("diskMb")} = 0) AS "unboundDisk"
    FROM "Bot" WHERE "ownerId" = ANY(${[...userIds]}) GROUP BY "ownerId"`;
  return new Map(
    z
      .array(measured)
      .parse(rows)
      .map((row) => [row.ownerId, row]),
  );
}

const measure = async (db: Transaction, userId: string): Promise<Measured> =>
  (await usageOf(db, [userId])).get(userId) ?? NOTHING;

/** Refuses when a person has as many bots as they may: said before anything is brought. AppError limit_bots. */
export async function assertRoomForBot(userId: string): Promise<void> {
  const db = database();
  const bounds = await boundsFor(db, userId);
  if (bounds.bots === null) return;
  const { bots } = await measure(db, userId);
  if (bots >= bounds.bots) throw new AppError("limit_bots", { most: bounds.bots });
}

/**
 * Does what makes or changes bots of one owner, in a transaction. AppError limit_bots, limit_memory, limit_disk, limit_needed when they
 * are more together afterwards than they may be. What was beyond a limit before may stay and shrink.
 */
export async function keepLimits<T>(db: Transaction, ownerId: string, change: () => Promise<T>): Promise<T> {
  await lockOwners(db, [ownerId]);
  const bounds = await boundsFor(db, ownerId);
  if (Object.values(bounds).every((most) => most === null)) return change();
  const before = await measure(db, ownerId);
  const done = await change();
  const after = await measure(db, ownerId);
  if (bounds.bots !== null && after.bots > Math.max(bounds.bots, before.bots))
    throw new AppError("limit_bots", { most: bounds.bots });
  for (const [kind, code, unbound] of sums) {
    const most = bounds[kind];
    if (most === null) continue;
    if (after[unbound] > before[unbound]) throw new AppError("limit_needed", { most });
    if (after[kind] > Math.max(most, before[kind])) throw new AppError(code, { most, wanted: after[kind] });
  }
  return done;
}
const sums = [
  ["memoryMb", "limit_memory", "unboundMemory"],
  ["diskMb", "limit_disk", "unboundDisk"],
] as const;

/** The settings of a new bot: where its owner's sum is bounded and it asks for no bound, it gets a share of what is left. */
export async function withinShare(db: Transaction, ownerId: string, settings: BotSettings): Promise<BotSettings> {
  const bounds = await boundsFor(db, ownerId);
  const used = await measure(db, ownerId);
  const share = (kind: keyof typeof SHARE) => {
    const most = bounds[kind];
    const asked = settings.limits[kind];
    if (most === null || asked > 0) return asked;
    // Nothing left: one more is asked for, and refused by its sum.
    return Math.max(1, Math.min(SHARE[kind], most - used[kind]));
  };
  return { ...settings, limits: { ...settings.limits, memoryMb: share("memoryMb"), diskMb: share("diskMb") } };
}

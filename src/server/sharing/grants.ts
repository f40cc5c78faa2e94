import type { Transaction } from "#prisma/db";
import { type Own, type Place, readOwn } from "./place";

/** What one person was granted at a place. */
export type Granted = Own & { userId: string; since: number; name: string; email: string };

const columns = {
  select: {
    userId: true,
    permissions: true,
    hiddenPaths: true,
    createdAt: true,
    user: { select: { name: true, email: true } },
  },
} as const;

/** The grants of a place, whichever table they stand in. */
export const grantsAt = (db: Transaction, place: Place): Grants =>
  place.kind === "tag" ? onTag(db, place.tagId) : onBot(db, place.botId);

type Grants = {
  find(userId: string): Promise<Granted | null>;
  /** The oldest first. */
  all(): Promise<Granted[]>;
  put(userId: string, given: Own): Promise<void>;
  remove(userId: string): Promise<void>;
};

const orderBy = { createdAt: "asc" } as const;

const onBot = (db: Transaction, botId: string): Grants => ({
  async find(userId) {
    return read(await db.grant.findUnique({ where: { botId_userId: { botId, userId } }, ...columns }));
  },
  async all() {
    return (await db.grant.findMany({ where: { botId }, ...columns, orderBy })).flatMap((row) => read(row) ?? []);
  },
  async put(userId, given) {
    const key = { botId, userId };
    await db.grant.upsert({ where: { botId_userId: key }, create: { ...key, ...given }, update: given });
  },
  async remove(userId) {
    await db.grant.deleteMany({ where: { botId, userId } });
  },
});

const onTag = (db: Transaction, tagId: string): Grants => ({
  async find(userId) {
    return read(await db.tagGrant.findUnique({ where: { tagId_userId: { tagId, userId } }, ...columns }));
  },
  async all() {
    return (await db.tagGrant.findMany({ where: { tagId }, ...columns, orderBy })).flatMap((row) => read(row) ?? []);
  },
  async put(userId, given) {
    const key = { tagId, userId };
    await db.tagGrant.upsert({ where: { tagId_userId: key }, create: { ...key, ...given }, update: given });
  },
  async remove(userId) {
    await db.tagGrant.deleteMany({ where: { tagId, userId } });
  },
});

type Row = {
  userId: string;
  permissions: string[];
  hiddenPaths: string[];
  createdAt: Date;
  user: { name: string; email: string };
};

function read(row: Row | null): Granted | null {
  if (!row) return null;
  const { userId, createdAt, user, ...granted } = row;
  return { userId, since: createdAt.getTime(), ...user, ...readOwn(granted) };
}

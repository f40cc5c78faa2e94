import type { z } from "zod";
import type { Actor } from "#contracts/access";
import { auditRetention } from "#contracts/api/audit";
import { database } from "#prisma/db";
import { assertAdmin } from "../access";
import { audit } from "../audit";

type Retention = z.infer<typeof auditRetention>;

const KEY = "audit";
const DAY_MS = 86_400_000;
/** A year, unless an admin says otherwise. */
const usual: Retention = { keepDays: 365 };

const current = async (): Promise<Retention> => {
  const row = await database().setting.findUnique({ where: { key: KEY }, select: { value: true } });
  return row ? auditRetention.catch(usual).parse(row.value) : usual;
};

/** How long entries are kept. */
export async function readRetention(actor: Actor): Promise<Retention> {
  assertAdmin(actor);
  return current();
}

/** Says how long entries are kept; that is itself remembered. */
export async function setRetention(actor: Actor, value: Retention): Promise<Retention> {
  assertAdmin(actor);
  const before = await current();
  await database().$transaction(async (db) => {
    await db.setting.upsert({ where: { key: KEY }, create: { key: KEY, value }, update: { value } });
    await audit(db, actor, { action: "audit.retention", before, after: value });
  });
  return value;
}

/** What is older is removed, see sweep.ts; null: nothing is. */
export async function keptSince(now: number): Promise<Date | null> {
  const { keepDays } = await current();
  return keepDays === null ? null : new Date(now - keepDays * DAY_MS);
}

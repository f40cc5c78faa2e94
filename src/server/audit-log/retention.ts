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

/** Removes what is older, in pieces, so that nobody waits for it. */
export async function removeOld(now = Date.now()): Promise<number> {
  const { keepDays } = await current();
  if (keepDays === null) return 0;
  const until = new Date(now - keepDays * DAY_MS);
  let removed = 0;
  for (;;) {
    const count = await database().$executeRaw`
      DELETE FROM "AuditEntry" WHERE "id" IN (SELECT "id" FROM "AuditEntry" WHERE "at" < ${until} ORDER BY "id" LIMIT 5000)`;
    removed += count;
    if (count === 0) return removed;
  }
}

/** Does so now and once a day for as long as the web lives. A database that is away is asked again the next time. */
export function keepRemovingOld(): void {
  const attempt = () => void removeOld().catch((error: unknown) => console.error("old audit entries stay:", error));
  setInterval(attempt, DAY_MS).unref();
  setTimeout(attempt, 60_000).unref();
}

import { database, Prisma } from "#prisma/db";
import { keptSince } from "./audit-log/index";
import { KEPT_MS } from "./idempotency";
import { FORGOTTEN_MS } from "./throttle";

/*
 * What has run out is removed here and nowhere else. Until then it lies there and holds no more: whoever reads such a row looks at its end.
 */

/** How often, ms: most of what runs out lives for minutes. */
const EVERY_MS = 10 * 60_000;
/** Rows that one statement removes at most, so that nobody waits for it. */
const PIECE = 5_000;

/** Which rows of a table are over; null: none. */
const over: Readonly<Record<string, (now: number) => Promise<Prisma.Sql | null> | Prisma.Sql>> = {
  Session: (now) => Prisma.sql`"expiresAt" <= ${new Date(now)}`,
  Pending: (now) => Prisma.sql`"expiresAt" <= ${new Date(now)}`,
  IdempotentAnswer: (now) => Prisma.sql`"createdAt" < ${new Date(now - KEPT_MS)}`,
  SignInThrottle: (now) => Prisma.sql`"firstAt" < ${new Date(now - FORGOTTEN_MS)}`,
  async AuditEntry(now) {
    const since = await keptSince(now);
    return since && Prisma.sql`"at" < ${since}`;
  },
};

/** Removes what is over, in pieces. Returns how many rows of each table. */
export async function sweep(now = Date.now()): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const [name, which] of Object.entries(over)) {
    const where = await which(now);
    removed[name] = where === null ? 0 : await removeAll(Prisma.raw(`"${name}"`), where);
  }
  return removed;
}

async function removeAll(table: Prisma.Sql, where: Prisma.Sql): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await database().$executeRaw`
      DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${where} LIMIT ${PIECE}))`;
    removed += count;
    if (count < PIECE) return removed;
  }
}

/** Does so soon and again and again for as long as the web lives. A database that is away is asked again the next time. */
export function keepSweeping(): void {
  const attempt = () => void sweep().catch((error: unknown) => console.error("what has run out stays:", error));
  setInterval(attempt, EVERY_MS).unref();
  setTimeout(attempt, 60_000).unref();
}

import type { AuditFilter, AuditView } from "#contracts/api/audit";
import { database, Prisma } from "#prisma/db";
import { detailOf } from "./shown";

type Row = {
  id: bigint;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  address: string;
  via: string;
  action: string;
  botId: string | null;
  botName: string | null;
  detail: Prisma.JsonValue;
};

/** Entries below `before`, newest first. */
export async function findEntries(
  filter: AuditFilter,
  before: bigint | undefined,
  limit: number,
): Promise<AuditView[]> {
  const rows = await database().$queryRaw<Row[]>`
    SELECT e."id", e."at", e."actorKind", e."actorId", e."actorName", e."address", e."via", e."action", e."botId",
           b."name" AS "botName", e."detail"
    FROM "AuditEntry" e LEFT JOIN "Bot" b ON b."id" = e."botId"
    WHERE ${Prisma.join([...conditions(filter), before === undefined ? Prisma.sql`TRUE` : Prisma.sql`e."id" < ${before}`], " AND ")}
    ORDER BY e."id" DESC LIMIT ${limit}`;
  return rows.map(({ id, at, actorName, detail, ...row }) => ({
    ...row,
    id: String(id),
    at: at.getTime(),
    actor: actorName,
    detail: detailOf(detail),
  }));
}

function conditions({ actor, action, botId, since, until, text }: AuditFilter): Prisma.Sql[] {
  const all: Prisma.Sql[] = [];
  if (actor) all.push(Prisma.sql`(e."actorId" = ${actor} OR e."actorName" ILIKE ${somewhere(actor)})`);
  if (action) all.push(Prisma.sql`(e."action" = ${action} OR e."action" LIKE ${`${literal(action)}.%`})`);
  if (botId) all.push(Prisma.sql`e."botId" = ${botId}`);
  if (since !== undefined) all.push(Prisma.sql`e."at" >= ${new Date(since)}`);
  if (until !== undefined) all.push(Prisma.sql`e."at" < ${new Date(until)}`);
  if (text)
    all.push(
      Prisma.sql`(e."actorName" || ' ' || e."address" || ' ' || e."action" || ' ' || e."detail"::text) ILIKE ${somewhere(text)}`,
    );
  return all;
}

const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
const somewhere = (text: string): string => `%${literal(text)}%`;

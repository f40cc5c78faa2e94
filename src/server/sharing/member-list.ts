import type { Actor } from "#contracts/access";
import type { MemberList } from "#contracts/members";
import { database, Prisma, type Transaction } from "#prisma/db";
import { badCursor, pageOf, placeOf, readPlace } from "../page-of";
import { beyond } from "./bounds";
import { enter, hasMore, type Own, type Place, readOwn } from "./place";

/** Which part of a list, see contracts/api/page.ts. */
export type Paged = { limit: number; cursor?: string | undefined };

/** The members of a place, those with a grant of their own first, then those that a bot's tags let in; of both the oldest first. */
export async function listMembers(actor: Actor, place: Place, { limit, cursor }: Paged): Promise<MemberList> {
  return database().$transaction(async (db) => {
    const { owner, own } = await enter(db, actor, place, place.kind === "bot" ? "member:read" : "owner", "looks");
    const { page, next } = pageOf(await rowsOf(db, place, cursor, limit + 1), limit, ({ at, id }) => placeOf(at, id));
    const more = await whoHasMore(db, place, own, page);
    const members = page.map(({ userId, name, email, createdAt, tagId, tagName, ...granted }) => ({
      userId,
      name,
      email,
      since: createdAt.getTime(),
      tag: tagId === null ? null : { id: tagId, name: tagName },
      changeable: tagId === null && !more.has(userId),
      ...readOwn(granted),
    }));
    return { owner, members, mine: { permissions: own.permissions, hiddenPaths: own.hiddenPaths }, next };
  });
}

type Row = {
  userId: string;
  name: string;
  email: string;
  permissions: string[];
  hiddenPaths: string[];
  createdAt: Date;
  tagId: string | null;
  tagName: string;
  /** What the list is sorted by, and what tells apart rows with the same. */
  at: string;
  id: string;
};

/** Both kinds of grants as one list, from a cursor on. A handful of questions to the database, however many there are. */
function rowsOf(db: Transaction, place: Place, cursor: string | undefined, take: number): Promise<Row[]> {
  const after = cursor === undefined ? ["", ""] : readPlace(cursor);
  if (typeof after[0] !== "string") throw badCursor();
  const direct =
    place.kind === "tag"
      ? Prisma.sql`"TagGrant" g WHERE g."tagId" = ${place.tagId}`
      : Prisma.sql`"Grant" g WHERE g."botId" = ${place.botId}`;
  const byTags =
    place.kind === "tag"
      ? Prisma.empty
      : Prisma.sql`UNION ALL
        SELECT ${granted}, t."id" AS "tagId", t."name" AS "tagName", '1' AS "rank"
        FROM "BotTag" b JOIN "Tag" t ON t."id" = b."tagId" JOIN "TagGrant" g ON g."tagId" = t."id"
        WHERE b."botId" = ${place.botId}`;
  return db.$queryRaw<Row[]>`
    SELECT * FROM (
      SELECT m."userId", u."name", u."email", m."permissions", m."hiddenPaths", m."createdAt", m."tagId", m."tagName",
             m."rank" || to_char(m."createdAt" AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS') COLLATE "C" AS "at",
             m."userId" || ':' || COALESCE(m."tagId", '') COLLATE "C" AS "id"
      FROM (SELECT ${granted}, NULL AS "tagId", '' AS "tagName", '0' AS "rank" FROM ${direct} ${byTags}) m
      JOIN "User" u ON u."id" = m."userId"
    ) listed
    WHERE ("at", "id") > (${after[0]}, ${after[1]})
    ORDER BY "at", "id" LIMIT ${take}`;
}
// An empty list may be none at all in the database.
const granted = Prisma.sql`g."userId", COALESCE(g."permissions", '{}') AS "permissions",
  COALESCE(g."hiddenPaths", '{}') AS "hiddenPaths", g."createdAt"`;

/** Who of them may not be changed by somebody who has this. */
async function whoHasMore(db: Transaction, place: Place, own: Own, rows: readonly Row[]): Promise<Set<string>> {
  if (place.kind === "tag") return new Set(rows.flatMap((row) => (hasMore(readOwn(row), own) ? row.userId : [])));
  const userIds = rows.map(({ userId }) => userId);
  return new Set((await beyond(db, place.botId, userIds, own)).map(({ id }) => id));
}

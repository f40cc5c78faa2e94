import type { Actor } from "#contracts/access";
import type { BotQuery, BotView } from "#contracts/api/bots";
import { AppError } from "#contracts/errors";
import { database, type Prisma } from "#prisma/db";
import { reachable, standingOf } from "./access";
import { nameKey, presentOf, viewColumns, viewOf } from "./bots";
import { badCursor, literal, pageOf, placeOf, readPlace } from "./page-of";

export type BotPage = { bots: BotView[]; workerAway: boolean; next: string | null };
type Sort = BotQuery["sort"];

/** What each way of sorting goes by; the id tells apart what is equal. */
const columns = {
  name: { by: "nameKey", order: "asc" },
  created: { by: "createdAt", order: "desc" },
  updated: { by: "updatedAt", order: "desc" },
} as const satisfies Record<Sort, { by: string; order: "asc" | "desc" }>;

/**
 * The bots that the actor may see and that fit, with their present; `workerAway` when nobody can say what that is. A handful of questions
 * to the database and one to the worker, however many there are.
 */
export async function listBots(actor: Actor, query: Partial<BotQuery> = {}): Promise<BotPage> {
  const { limit = Number.MAX_SAFE_INTEGER, cursor, sort = "name", text, runtime, tag, state } = query;
  const { by, order } = columns[sort];
  // Whether a tag may be seen, and what state a bot is in, is not known before its row is here.
  const whole = query.limit === undefined || tag !== undefined || state !== undefined;
  // Beside the rows, for all bots that share a list of permissions once: to read sixty names for each of a thousand takes longer than the rest.
  const { grants: _grants, ...columnsOfRow } = viewColumns(actor);
  const [found, grants] = await Promise.all([
    database().bot.findMany({
      where: {
        AND: [reachable(actor), cursor === undefined ? {} : after(sort, cursor)],
        ...(text !== undefined && { name: { contains: literal(text), mode: "insensitive" } }),
        ...(runtime !== undefined && { runtime }),
      },
      select: columnsOfRow,
      orderBy: [{ [by]: order }, { id: "asc" }],
      ...(!whole && { take: limit + 1 }),
    }),
    grantsOf(actor),
  ]);
  const rows = found.map((row) => ({ ...row, grants: grants.get(row.id) ?? [] }));
  const place = (row: Row) => placeOf(sort === "name" ? row.nameKey : row[columns[sort].by].getTime(), row.id);
  const read = whole ? { page: rows, next: null } : pageOf(rows, limit, place);
  const seen = read.page
    .map((row) => ({ row, standing: standingOf(actor, row) }))
    .filter(({ standing }) => standing.permissions.includes("bot:view"));
  const live = await presentOf(seen.map(({ row }) => row.id));
  if (state !== undefined && live === null) throw new AppError("worker_away");
  const fitting = seen
    .map(({ row, standing }) => ({ row, view: viewOf(actor, row, live?.[row.id], standing) }))
    .filter(({ view: { tags } }) => tag === undefined || tags.some(({ id, name }) => id === tag || isNamed(name, tag)))
    .filter(({ view }) => state === undefined || (view.live !== null && state.includes(view.live.status.state)));
  const { page, next } = whole ? pageOf(fitting, limit, ({ row }) => place(row)) : { ...read, page: fitting };
  return { bots: page.map(({ view }) => view), workerAway: live === null, next };
}

type Granted = { permissions: string[]; hiddenPaths: string[] };

/** What was granted to the actor, bot by bot. */
async function grantsOf({ userId = "" }: Actor): Promise<Map<string, Granted[]>> {
  const rows = await database().$queryRaw<(Granted & { botIds: string })[]>`
    SELECT "permissions", "hiddenPaths", string_agg("botId", ',') AS "botIds"
    FROM "Grant" WHERE "userId" = ${userId} GROUP BY "permissions", "hiddenPaths"`;
  return new Map(
    rows.flatMap(({ botIds, ...granted }) => botIds.split(",").map((botId): [string, Granted[]] => [botId, [granted]])),
  );
}

type Row = { id: string; nameKey: string; createdAt: Date; updatedAt: Date };
const isNamed = (name: string, asked: string): boolean => nameKey(name) === nameKey(asked);

/** What comes after a place, in the order that the list has. */
function after(sort: Sort, cursor: string): Prisma.BotWhereInput {
  const [value, id] = readPlace(cursor);
  if (typeof value !== (sort === "name" ? "string" : "number")) throw badCursor();
  const { by, order } = columns[sort];
  const at = typeof value === "number" ? new Date(value) : value;
  if (at instanceof Date && Number.isNaN(at.getTime())) throw badCursor();
  return { OR: [{ [by]: { [order === "asc" ? "gt" : "lt"]: at } }, { [by]: at, id: { gt: id } }] };
}

import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { tokensIn } from "#contracts/token";
import type { Transaction } from "#prisma/db";
import { markActed } from "./acting";
import { type Change, changesOf, MASKED } from "./changes";
import { isRefusal } from "./failure";

/** What happened, and what may be said of it: never a secret, never what somebody typed. */
export type Deed = {
  action: string;
  botId?: string;
  detail?: Record<string, string | number | boolean | string[]>;
  /** What was changed, as it was and as it is, secrets masked: the entry tells which fields differ. */
  before?: unknown;
  after?: unknown;
  /** When it was done, where that is told later. */
  at?: Date;
};

/** Who did it. A push that a host of repositories tells is signed by nobody's account. */
export type Doer = Pick<Actor, "userId" | "name" | "address" | "via" | "viewer"> & { kind: Actor["kind"] | "webhook" };

/** Remembers who did what, in the transaction that does it: neither is there without the other. */
export async function audit(db: Transaction, actor: Doer, deed: Deed): Promise<void> {
  await db.auditEntry.create({ data: entryOf(actor, deed) });
  await markActed(db);
}

/**
 * As `audit`, for a deed of the worker's: remembered first, then done, and taken back when it is refused. No connection to the database is
 * held meanwhile. When nobody knows whether it was done (the worker gave no answer, the web or the database died in between) the entry
 * stays, and says so if it can: better than none of what was done.
 */
export async function auditAround<T>(
  db: Transaction,
  actor: Doer,
  deed: Deed,
  work: (entry: Ahead) => Promise<T>,
): Promise<T> {
  const entry = await auditAhead(db, actor, deed);
  try {
    return await work(entry);
  } catch (error) {
    // What went wrong is what is told, also when the database is gone as well.
    await (isRefusal(error) ? entry.takeBack() : entry.amend({ ...deed.detail, unanswered: true })).catch(() => {});
    throw error;
  }
}

/** As `auditAround`, for one deed done to many bots with one question: the entries of those it was not done to are taken back. */
export async function auditManyAround<T>(
  db: Transaction,
  actor: Actor,
  { action, botIds }: { action: string; botIds: readonly string[] },
  work: () => Promise<{ value: T; done: readonly string[] }>,
): Promise<T> {
  const data = botIds.map((botId) => entryOf(actor, { action, botId }));
  const written = await db.auditEntry.createManyAndReturn({ data, select: { id: true, botId: true } });
  await markActed(db);
  const idsBut = (done: readonly string[]) =>
    written.flatMap(({ id, botId }) => (botId !== null && done.includes(botId) ? [] : [id]));
  const takeBack = (ids: bigint[]) => db.auditEntry.deleteMany({ where: { id: { in: ids } } });
  try {
    const { value, done } = await work();
    if (done.length < written.length) await takeBack(idsBut(done));
    return value;
  } catch (error) {
    const doubt = { where: { id: { in: idsBut([]) } }, data: { detail: { unanswered: true } } };
    await (isRefusal(error) ? takeBack(idsBut([])) : db.auditEntry.updateMany(doubt)).catch(() => {});
    throw error;
  }
}

/** An entry that was written before its deed. */
export type Ahead = { amend(detail: Deed["detail"]): Promise<void>; takeBack(): Promise<void> };

/** As `audit`, for a deed of which only its end tells what of it was done: `amend` says so, `takeBack` says that nothing was. */
export async function auditAhead(db: Transaction, actor: Doer, deed: Deed): Promise<Ahead> {
  const { id } = await db.auditEntry.create({ data: entryOf(actor, deed), select: { id: true } });
  const acted = await markActed(db);
  return {
    async amend(detail = {}) {
      await db.auditEntry.update({ where: { id }, data: { detail: storable(detail) } });
    },
    async takeBack() {
      await db.auditEntry.deleteMany({ where: { id } });
      await acted.undone();
    },
  };
}

/** Whoever only looks does nothing that is remembered, by whichever way it came here. AppError viewing_only. */
function assertNotViewing({ viewer, name }: Doer): void {
  if (viewer) throw new AppError("viewing_only", { name });
}

function entryOf(actor: Doer, { action, botId, detail = {}, before, after, at }: Deed) {
  assertNotViewing(actor);
  return {
    actorKind: actor.kind,
    actorId: actor.userId ?? null,
    actorName: actor.name,
    address: actor.address,
    via: actor.via ?? "",
    action,
    botId: botId ?? null,
    ...(at && { at }),
    detail: { ...storable(detail), ...changed(before, after) },
  };
}

function changed(before: unknown, after: unknown): { changes?: Change[] } {
  const changes = changesOf(before, after);
  if (changes.length === 0) return {};
  return {
    changes: changes.map(({ field, ...values }) => ({
      field: clean(field),
      before: values.before && clean(values.before),
      after: values.after && clean(values.after),
    })),
  };
}

/**
 * Postgres takes neither NUL nor half a pair of surrogates, and a client may name a path by either. Whatever has the shape of a Discord
 * token is one, wherever somebody put it.
 */
const storable = (detail: NonNullable<Deed["detail"]>): NonNullable<Deed["detail"]> =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      typeof value === "string" ? clean(value) : Array.isArray(value) ? value.map(clean) : value,
    ]),
  );
const clean = (text: string): string =>
  [...tokensIn(text)]
    .reduce((masked, { token }) => masked.replaceAll(token, MASKED), Buffer.from(text).toString())
    .replaceAll("\0", "\ufffd");

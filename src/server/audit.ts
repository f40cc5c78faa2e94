import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { type Change, changesOf } from "./changes";

/** What happened, and what may be said of it: never a secret, never what somebody typed. */
export type Deed = {
  action: string;
  botId?: string;
  detail?: Record<string, string | number | boolean | string[]>;
  /** What was changed, as it was and as it is, secrets masked: the entry tells which fields differ. */
  before?: unknown;
  after?: unknown;
};

/** Who did it. A push that a host of repositories tells is signed by nobody's account. */
export type Doer = Pick<Actor, "userId" | "name" | "address" | "via" | "viewer"> & { kind: Actor["kind"] | "webhook" };

/** Remembers who did what, in the transaction that does it: neither is there without the other. */
export async function audit(db: Transaction, actor: Doer, deed: Deed): Promise<void> {
  await db.auditEntry.create({ data: entryOf(actor, deed) });
}

/** As `audit`, for one deed done to many bots: one question, and `takeBack` removes the entries of those it failed with. */
export async function auditMany(
  db: Transaction,
  actor: Actor,
  { action, botIds }: { action: string; botIds: readonly string[] },
): Promise<{ takeBack(botIds: readonly string[]): Promise<void> }> {
  const data = botIds.map((botId) => entryOf(actor, { action, botId }));
  const written = await db.auditEntry.createManyAndReturn({ data, select: { id: true, botId: true } });
  return {
    async takeBack(failed) {
      const these = new Set(failed);
      const ids = written.flatMap(({ id, botId }) => (botId !== null && these.has(botId) ? [id] : []));
      if (ids.length > 0) await db.auditEntry.deleteMany({ where: { id: { in: ids } } });
    },
  };
}

/**
 * As `audit`, for a deed that may take the worker long: remembered first, then done, and taken back when it fails. No connection to the
 * database is held meanwhile. A web that dies in between leaves an entry of what may have been done, which is better than none of what was.
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
    await entry.takeBack().catch(() => {});
    throw error;
  }
}

/** An entry that was written before its deed. */
export type Ahead = { amend(detail: Deed["detail"]): Promise<void>; takeBack(): Promise<void> };

/** As `audit`, for a deed of which only its end tells what of it was done: `amend` says so, `takeBack` says that nothing was. */
export async function auditAhead(db: Transaction, actor: Doer, deed: Deed): Promise<Ahead> {
  const { id } = await db.auditEntry.create({ data: entryOf(actor, deed), select: { id: true } });
  return {
    async amend(detail = {}) {
      await db.auditEntry.update({ where: { id }, data: { detail: storable(detail) } });
    },
    async takeBack() {
      await db.auditEntry.deleteMany({ where: { id } });
    },
  };
}

/** Whoever only looks does nothing that is remembered, by whichever way it came here. AppError viewing_only. */
function assertNotViewing({ viewer, name }: Doer): void {
  if (viewer) throw new AppError("viewing_only", { name });
}

function entryOf(actor: Doer, { action, botId, detail = {}, before, after }: Deed) {
  assertNotViewing(actor);
  return {
    actorKind: actor.kind,
    actorId: actor.userId ?? null,
    actorName: actor.name,
    address: actor.address,
    via: actor.via ?? "",
    action,
    botId: botId ?? null,
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

/** Postgres takes neither NUL nor half a pair of surrogates, and a client may name a path by either. */
const storable = (detail: NonNullable<Deed["detail"]>): NonNullable<Deed["detail"]> =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      typeof value === "string" ? clean(value) : Array.isArray(value) ? value.map(clean) : value,
    ]),
  );
const clean = (text: string): string => Buffer.from(text).toString().replaceAll("\0", "\ufffd");

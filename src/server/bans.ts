import type { BlockList } from "node:net";
import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { type BanRequest, type BanView, banKind } from "#contracts/people";
import { database, isTaken, type Prisma } from "#prisma/db";
import { assertAdmin } from "./access";
import { everyoneChecked } from "./access-changed";
import { audit } from "./audit";
import { isListed, listOf } from "./networks";

/** Bans are read anew this often at most, ms: each request asks, and a change by another program is known within it. */
const FRESH_MS = 1_000;
/** Bans that there may be. */
const MOST = 10_000;

type Bans = { networks: BlockList; rows: { kind: string; value: string; reason: string }[] };
let kept: { askedAt: number; bans: Promise<Bans> } | undefined;

/** Who asks while they are being read waits for the same answer; who asks after a change never gets one from before it. */
function current(): Promise<Bans> {
  if (kept && Date.now() - kept.askedAt < FRESH_MS) return kept.bans;
  const asked = { askedAt: Date.now(), bans: readBans() };
  kept = asked;
  asked.bans.catch(() => {
    if (kept === asked) kept = undefined;
  });
  return asked.bans;
}

async function readBans(): Promise<Bans> {
  const rows = await database().ban.findMany({ where: active(), select: { kind: true, value: true, reason: true } });
  const networks = listOf(rows.filter(({ kind }) => kind === "network").map(({ value }) => value));
  return { rows, networks };
}

const active = (): Prisma.BanWhereInput => ({ OR: [{ until: null }, { until: { gt: new Date() } }] });

/** Who somebody is, as far as it is known. */
export type Known = { address?: string; email?: string; discordId?: string | null };

/** Refuses who is kept out, by where they come from or who they are. AppError banned. */
export async function assertWelcome(known: Known): Promise<void> {
  const reason = await banOf(known);
  if (reason !== null) throw new AppError("banned", { reason: reason === "" ? "" : ` (${reason})` });
}

/** Why somebody is kept out; null: they are not. */
export async function banOf({ address, email, discordId }: Known): Promise<string | null> {
  const { rows, networks } = await current();
  if (rows.length === 0) return null;
  if (address !== undefined && isListed(networks, address)) {
    const one = rows.find(({ kind, value }) => kind === "network" && isListed(listOf([value]), address));
    return one?.reason ?? "";
  }
  const values = formsOf(email ?? "");
  const found = rows.find(
    ({ kind, value }) => (kind === "email" && values.has(value)) || (kind === "discord" && value === discordId),
  );
  return found ? found.reason : null;
}

/** An e-mail and its domain, as bans name them. */
const formsOf = (email: string): ReadonlySet<string> => new Set([email, email.slice(email.lastIndexOf("@"))]);

/** Who is kept out, newest first; bans that have ended too, until they are removed. */
export async function listBans(actor: Actor): Promise<{ bans: BanView[] }> {
  assertAdmin(actor);
  const rows = await database().ban.findMany({ orderBy: { createdAt: "desc" } });
  return { bans: rows.map(viewOf) };
}

/** Keeps somebody out; what they have open ends. AppError ban_self, ban_known. */
export async function createBan(actor: Actor, { kind, value, reason, until }: BanRequest): Promise<BanView> {
  assertAdmin(actor);
  await assertOthers(actor, { kind, value });
  const made = await database()
    .$transaction(async (db) => {
      // One that is over keeps nobody out, and its place is free.
      await db.ban.deleteMany({ where: { until: { lte: new Date() } } });
      if ((await db.ban.count()) >= MOST) throw new AppError("bans_many", { most: MOST });
      const data = { kind, value, reason, until: until === null ? null : new Date(until) };
      const row = await db.ban.create({ data });
      await audit(db, actor, { action: "ban.create", detail: { kind, value, reason, until: until ?? "none" } });
      return row;
    })
    .catch((error: unknown) => {
      throw isTaken(error) ? new AppError("ban_known", { value }) : error;
    });
  kept = undefined;
  await everyoneChecked();
  return viewOf(made);
}

/** Lifts a ban. */
export async function removeBan(actor: Actor, banId: string): Promise<void> {
  assertAdmin(actor);
  await database().$transaction(async (db) => {
    const row = await db.ban.findUnique({ where: { id: banId } });
    if (!row) throw new AppError("not_found", { what: "ban" });
    await db.ban.deleteMany({ where: { id: banId } });
    await audit(db, actor, { action: "ban.remove", detail: { kind: row.kind, value: row.value } });
  });
  kept = undefined;
}

/** Nobody locks themselves out. */
async function assertOthers(actor: Actor, { kind, value }: Pick<BanRequest, "kind" | "value">): Promise<void> {
  const own = await database().user.findUnique({ where: { id: actor.userId ?? "" } });
  const isOwn = {
    network: () => isListed(listOf([value]), actor.address),
    email: () => own !== null && formsOf(own.email).has(value),
    discord: () => own?.discordId === value,
  }[kind]();
  if (isOwn) throw new AppError("ban_self", { value });
}

type Row = { id: string; kind: string; value: string; reason: string; createdAt: Date; until: Date | null };

const viewOf = ({ kind, createdAt, until, ...row }: Row): BanView => ({
  ...row,
  kind: banKind.parse(kind),
  createdAt: createdAt.getTime(),
  until: until?.getTime() ?? null,
});

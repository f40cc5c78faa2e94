import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Actor, Role } from "#contracts/access";
import type { inviteMade } from "#contracts/api/sharing";
import { AppError } from "#contracts/errors";
import type { GrantGiven, InviteView, inviteTerms } from "#contracts/members";
import { database, type Transaction } from "#prisma/db";
import { assertAdmin, personOf } from "../access";
import { audit } from "../audit";
import { hashCode } from "../codes";
import { confirmOwner } from "../confirm";
import { keyEnds } from "../key-use";
import { transaction } from "../transaction";
import { auditAt } from "./audit";
import { enter, givenBy, hasMore, type Place, readOwn } from "./place";

/*
 * Links by which somebody gets in, each once and for a while. We keep a hash of the code: who reads the database has no link. What an
 * invite gives is looked at again when it is taken, see accept.ts.
 */

type Terms = z.output<typeof inviteTerms>;
type InviteMade = z.infer<typeof inviteMade>;

/** Open invites of one place, or to accounts alone. */
const MOST = 50;

/** What is true of an invite that still works. */
export const open = () => ({ usedAt: null, expiresAt: { gt: new Date() } });

/** Open invites to a bot or a tag, newest first. */
export async function listInvites(actor: Actor, place: Place): Promise<{ invites: InviteView[] }> {
  return transaction(async (db) => {
    await enter(db, actor, place, place.kind === "bot" ? "member:read" : "owner", "looks");
    return { invites: await openOf(db, at(place)) };
  });
}

/** Open invites to an account alone. Admins only. */
export async function listAccountInvites(actor: Actor): Promise<{ invites: InviteView[] }> {
  assertAdmin(actor);
  return { invites: await openOf(database(), accountAlone) };
}

/** Makes a link to a bot or a tag. AppError not_allowed for what the actor lacks, invites_many. */
export async function createInvite(
  actor: Actor,
  place: Place,
  { permissions, hiddenPaths, ...terms }: GrantGiven & Terms,
): Promise<InviteMade> {
  return transaction(async (db) => {
    const entered = await enter(db, actor, place, "member:create");
    const given = givenBy(entered.own, { permissions, hiddenPaths });
    const made = await make(db, actor, { ...at(place), ...given }, terms);
    const detail = { ...given, hours: terms.hours, note: terms.note };
    await auditAt(db, actor, place, entered, { action: "invite.create", detail });
    return made;
  });
}

/** Makes a link to an account alone. Admins only; AppError those of confirmOwner where it makes an admin. */
export async function createAccountInvite(
  actor: Actor,
  { role, password, ...terms }: Terms & { role: Role; password?: string },
): Promise<InviteMade> {
  assertAdmin(actor);
  if (role === "admin") await confirmOwner(actor, password);
  return transaction(async (db) => {
    const made = await make(db, actor, { ...accountAlone, role }, terms);
    await audit(db, actor, { action: "invite.create", detail: { role, hours: terms.hours, note: terms.note } });
    return made;
  });
}

/** Takes an open invite back. AppError not_found, and member_has_more for one that gives more than the actor has. */
export async function revokeInvite(actor: Actor, place: Place, inviteId: string): Promise<void> {
  await transaction(async (db) => {
    const entered = await enter(db, actor, place, place.kind === "bot" ? "member:delete" : "owner");
    const found = await db.invite.findFirst({ where: { id: inviteId, ...at(place), ...open() }, select: columns });
    if (!found) throw new AppError("not_found", { what: "invite" });
    if (found.creatorId !== actor.userId && place.kind === "bot" && hasMore(readOwn(found), entered.own))
      throw new AppError("member_has_more", { name: found.creator.name });
    await remove(db, inviteId, at(place));
    await auditAt(db, actor, place, entered, { action: "invite.revoke", detail: { by: found.creator.name } });
  });
}

/** Takes an open invite to an account alone back. Admins only. */
export async function revokeAccountInvite(actor: Actor, inviteId: string): Promise<void> {
  assertAdmin(actor);
  await transaction(async (db) => {
    await remove(db, inviteId, accountAlone);
    await audit(db, actor, { action: "invite.revoke" });
  });
}

type At = { botId: string | null; tagId: string | null };
const accountAlone: At = { botId: null, tagId: null };
const at = (place: Place): At =>
  place.kind === "bot" ? { botId: place.botId, tagId: null } : { botId: null, tagId: place.tagId };

type Made = At & { permissions?: string[]; hiddenPaths?: string[]; role?: Role };

async function make(db: Transaction, actor: Actor, what: Made, { hours, note }: Terms): Promise<InviteMade> {
  const { botId, tagId } = what;
  if ((await db.invite.count({ where: { botId, tagId, ...open() } })) >= MOST)
    throw new AppError("invites_many", { most: MOST });
  const code = randomBytes(24).toString("base64url");
  // A key that was found by somebody else opens no door that stays open after it.
  const expiresAt = new Date(Math.min(Date.now() + hours * 3_600_000, await keyEnds(actor, db)));
  const data = { ...what, note, expiresAt, codeHash: hashCode(code), creatorId: personOf(actor) };
  return { ...viewOf(await db.invite.create({ data, select: columns })), code };
}

/** One that is used at this very moment is gone, or is used. */
async function remove(db: Transaction, id: string, place: At): Promise<void> {
  const { count } = await db.invite.deleteMany({ where: { id, ...place, ...open() } });
  if (count === 0) throw new AppError("not_found", { what: "invite" });
}

const columns = {
  id: true,
  permissions: true,
  hiddenPaths: true,
  role: true,
  note: true,
  createdAt: true,
  expiresAt: true,
  creatorId: true,
  creator: { select: { name: true } },
} as const;

type Row = Awaited<ReturnType<typeof readRow>>;
const readRow = (db: Transaction) => db.invite.findFirstOrThrow({ select: columns });

const openOf = async (db: Transaction, place: At): Promise<InviteView[]> =>
  (await db.invite.findMany({ where: { ...place, ...open() }, select: columns, orderBy: { createdAt: "desc" } })).map(
    viewOf,
  );

const viewOf = ({ id, role, note, creator, createdAt, expiresAt, ...given }: Row): InviteView => ({
  id,
  role,
  note,
  by: creator.name,
  createdAt: createdAt.getTime(),
  expiresAt: expiresAt.getTime(),
  ...readOwn(given),
});

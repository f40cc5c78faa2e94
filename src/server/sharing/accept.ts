import type { z } from "zod";
import { type Actor, botPermissions } from "#contracts/access";
import type { invites as operations } from "#contracts/api/members";
import { AppError } from "#contracts/errors";
import type { InviteOffer } from "#contracts/members";
import { database, isTaken, type Transaction } from "#prisma/db";
import { assertAccount } from "../access";
import { accessChanged } from "../access-changed";
import type { Me } from "../account";
import { clientOf } from "../address";
import { audit } from "../audit";
import { assertWelcome, banOf } from "../bans";
import { hashCode } from "../codes";
import { sendToDiscord, takeProven } from "../discord/errand";
import { linkDiscord } from "../discord/link";
import { lockBots, lockTags } from "../locks";
import { hashPassword } from "../passwords";
import { countInvite } from "../throttle";
import { transaction } from "../transaction";
import { auditAt } from "./audit";
import { grantsAt } from "./grants";
import { open } from "./invites";
import { botsOf, completed, type Own, ownOf, type Place, readOwn, standingsOn } from "./place";

/*
 * Taking an invite. It gives no more than whoever made it could give in this moment: what they lost since is not given, and what is
 * hidden from them by now is hidden from whom they invited.
 */

/** What an invite offers. AppError invite_gone, invite_empty, too_many_tries. */
export async function lookAtInvite(code: string, address: string): Promise<InviteOffer> {
  await assertWelcome({ address });
  const db = database();
  const invite = await find(db, code, address);
  const { given, place, name, botIds } = await offerOf(db, invite);
  return {
    by: invite.creator.name,
    note: invite.note,
    expiresAt: invite.expiresAt.getTime(),
    role: invite.role,
    shared: place && { kind: place.kind, name, bots: botIds.length },
    ...given,
  };
}

/** Takes an invite with an account that is there. AppError invite_gone, invite_empty, invite_needless, too_many_tries. */
export async function acceptInvite(actor: Actor, code: string): Promise<{ botId: string | null }> {
  const userId = assertAccount(actor);
  await find(database(), code, actor.address);
  const taken = await transaction((db) => take(db, actor, userId, code));
  await accessChanged(userId);
  return taken;
}

type Join = z.output<NonNullable<(typeof operations.join)["~orpc"]["inputSchema"]>>;

/** Begins to take an invite with a Discord account. Returns the cookie to set. AppError invite_gone, discord_off, too_many_tries. */
export async function proveForInvite(code: string, address: string): Promise<string> {
  await find(database(), code, address);
  return sendToDiscord({ purpose: "prove", to: "/invite?discord=proven" });
}

/**
 * Takes an invite by making an account. Without a password it is the Discord account's that this browser proved (`proveForInvite`). AppError
 * invite_gone, invite_empty, email_taken, discord_failed, discord_taken, too_many_tries.
 */
export async function joinByInvite(
  { code, name, email, password }: Join,
  headers: Headers,
): Promise<Me & { botId: string | null }> {
  const { address } = clientOf(headers);
  await assertWelcome({ address, email });
  await find(database(), code, address);
  const succeeded = await countInvite(address);
  // Before the transaction: it takes a while, and nobody should wait for it at a lock.
  const passwordHash = password === undefined ? null : await hashPassword(password);
  const made = await transaction(async (db) => {
    const { role } = await claim(db, code);
    const user = await db.user.create({ data: { name, email, passwordHash, role } });
    const actor: Actor = { kind: "person", via: "web", userId: user.id, name, role, address };
    await audit(db, actor, { action: "account.join", detail: { name, role } });
    if (passwordHash === null) {
      const proven = await takeProven(db, headers);
      await assertWelcome({ discordId: proven.id });
      await linkDiscord(db, actor, proven);
    }
    return { id: user.id, name, email, role, ...(await take(db, actor, user.id, code, true)) };
  }).catch((error: unknown) => {
    throw isTaken(error) ? new AppError("email_taken") : error;
  });
  await succeeded();
  return made;
}

const columns = {
  id: true,
  botId: true,
  tagId: true,
  permissions: true,
  hiddenPaths: true,
  role: true,
  note: true,
  expiresAt: true,
  bot: { select: { name: true, ownerId: true } },
  tag: { select: { name: true, ownerId: true } },
  creator: { select: { id: true, name: true, email: true, discordId: true, role: true, disabledAt: true } },
} as const;

type Invite = Awaited<ReturnType<typeof readRow>>;
const readRow = (db: Transaction) => db.invite.findFirstOrThrow({ select: columns });

/** An open invite by its code. Only wrong codes are counted: a right one is taken by whoever has it. */
async function find(db: Transaction, code: string, address: string): Promise<Invite> {
  const invite = await db.invite.findFirst({ where: { codeHash: hashCode(code), ...open() }, select: columns });
  if (invite) return invite;
  await countInvite(address);
  throw new AppError("invite_gone");
}

/**
 * Makes sure that nobody else uses it until this transaction ends; whoever comes later finds it used. What it leads to is locked before: a bot
 * that gets its tag in this moment would be shared by somebody who was not asked about it, and who takes the invite back does likewise.
 */
async function claim(db: Transaction, code: string): Promise<Invite> {
  const codeHash = hashCode(code);
  const place = await db.invite.findUnique({ where: { codeHash }, select: { botId: true, tagId: true } });
  if (place?.tagId) await lockTags(db, [place.tagId]);
  if (place) await lockBots(db, await botsAt(db, place));
  const { count } = await db.invite.updateMany({ where: { codeHash, ...open() }, data: { usedAt: new Date() } });
  if (count !== 1) throw new AppError("invite_gone");
  return db.invite.findUniqueOrThrow({ where: { codeHash }, select: columns });
}

type Offer = { given: Own; place: Place | null; name: string; ownerId: string; botIds: string[] };

const botsAt = async (db: Transaction, { botId, tagId }: Pick<Invite, "botId" | "tagId">): Promise<string[]> =>
  botId !== null ? [botId] : tagId === null ? [] : botsOf(db, tagId);

/** What whoever made it can give now. AppError invite_empty when that is nothing. */
async function offerOf(db: Transaction, invite: Invite): Promise<Offer> {
  const { creator, botId, tagId, bot, tag } = invite;
  const maker: Actor = { kind: "person", userId: creator.id, name: creator.name, role: creator.role, address: "" };
  const nothing = new AppError("invite_empty");
  if (creator.disabledAt || (await banOf(creator)) !== null) throw nothing;
  if (botId === null && tagId === null) {
    if (creator.role !== "admin") throw nothing;
    return { given: { permissions: [], hiddenPaths: [] }, place: null, name: "", ownerId: "", botIds: [] };
  }
  // A tag is shared by who owns it, and by admins.
  if (tag && tag.ownerId !== creator.id && creator.role !== "admin") throw nothing;
  const botIds = await botsAt(db, invite);
  const standings = await standingsOn(db, maker, botIds);
  const all = botIds.map((id) => standings.get(id) ?? { permissions: [], hiddenPaths: [] });
  const own = ownOf(all);
  if (!own.permissions.includes("member:create")) throw nothing;
  const offered = readOwn(invite);
  const given = completed({
    permissions: botPermissions.filter((name) => offered.permissions.includes(name) && own.permissions.includes(name)),
    hiddenPaths: [...offered.hiddenPaths, ...own.hiddenPaths],
  });
  if (given.permissions.length === 0) throw nothing;
  const place: Place = botId === null ? { kind: "tag", tagId: tagId ?? "" } : { kind: "bot", botId };
  return { given, place, name: bot?.name ?? tag?.name ?? "", ownerId: bot?.ownerId ?? tag?.ownerId ?? "", botIds };
}

async function take(
  db: Transaction,
  actor: Actor,
  userId: string,
  code: string,
  claimed = false,
): Promise<{ botId: string | null }> {
  const invite = claimed
    ? await db.invite.findUniqueOrThrow({ where: { codeHash: hashCode(code) }, select: columns })
    : await claim(db, code);
  const { given, place, name, ownerId, botIds } = await offerOf(db, invite);
  await db.invite.update({ where: { id: invite.id }, data: { usedById: userId } });
  if (place === null) {
    // An account is what they have already.
    if (!claimed) throw new AppError("invite_needless");
    return { botId: null };
  }
  if (ownerId === userId) throw new AppError("invite_needless");
  const grants = grantsAt(db, place);
  const before = await grants.find(userId);
  if (before && given.permissions.every((permission) => before.permissions.includes(permission)))
    throw new AppError("invite_needless");
  // What they have they keep; what the one or the other hides stays hidden.
  const now = completed({
    permissions: [...given.permissions, ...(before?.permissions ?? [])],
    hiddenPaths: [...given.hiddenPaths, ...(before?.hiddenPaths ?? [])],
  });
  await grants.put(userId, now);
  const detail = { by: invite.creator.name, ...given };
  await auditAt(db, actor, place, { name, botIds }, { action: "invite.accept", detail });
  return { botId: place.kind === "bot" ? place.botId : null };
}

import { type Actor, type BotPermission, botPermissions } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { GrantGiven } from "#contracts/members";
import type { Transaction } from "#prisma/db";
import { assertAccount, assertMay, assertStill, isAdmin, type Standing, standingColumns, standingOf } from "../access";
import { lockBots, lockTags } from "../locks";

/** What is shared: a bot, or all bots that have a tag, now and later. */
export type Place = { kind: "bot"; botId: string } | { kind: "tag"; tagId: string };

/** What somebody has themselves: all that they may give, and what stays hidden from whomever they let in. */
export type Own = { permissions: BotPermission[]; hiddenPaths: string[] };

/** A place that somebody may do something with, and what they have there. */
export type Entered = {
  name: string;
  owner: { id: string; name: string };
  /** Every bot of it. */
  botIds: string[];
  own: Own;
};

/**
 * Asks for a permission there: on the bot, or on every bot of a tag, which is its owner's and admins' alone. Until the transaction ends
 * nobody else changes who may do what with these bots; who only looks holds up nobody. AppError not_found, not_allowed.
 */
export async function enter(
  db: Transaction,
  actor: Actor,
  place: Place,
  permission: BotPermission | "owner",
  looks?: "looks",
): Promise<Entered> {
  if (place.kind === "tag") return enterTag(db, actor, place.tagId, permission, looks);
  // A tag alone has an owner who need not ask.
  if (permission === "owner") throw new AppError("not_found", { what: "tag" });
  const { botId } = place;
  if (!looks) await lockBotsAs(db, actor, [botId]);
  const { permissions, hiddenPaths } = await assertMay(actor, permission, botId, db);
  const { name, owner } = await db.bot.findUniqueOrThrow({
    where: { id: botId },
    select: { name: true, owner: { select: { id: true, name: true } } },
  });
  return { name, owner, botIds: [botId], own: { permissions, hiddenPaths } };
}

async function enterTag(
  db: Transaction,
  actor: Actor,
  tagId: string,
  permission: BotPermission | "owner",
  looks?: "looks",
): Promise<Entered> {
  const { name, owner } = await tagFor(db, actor, tagId, looks ? "looks" : "changes");
  const botIds = await botsOf(db, tagId);
  if (!looks) await lockBotsAs(db, actor, botIds);
  const standings = await standingsOn(db, actor, botIds);
  if (permission !== "owner")
    for (const botId of botIds)
      if (!standings.get(botId)?.permissions.includes(permission)) throw new AppError("not_allowed", { permission });
  return { name, owner, botIds, own: ownOf([...standings.values()]) };
}

/** As `lockBots`, for somebody who is then asked what they may with them. AppError not_signed_in. */
export async function lockBotsAs(db: Transaction, actor: Actor, botIds: readonly string[]): Promise<void> {
  await lockBots(db, botIds);
  await assertStill(db, actor);
}

/** The bots that have a tag. Nobody else puts it on or takes it off while it is locked. */
export const botsOf = async (db: Transaction, tagId: string): Promise<string[]> =>
  (await db.botTag.findMany({ where: { tagId }, select: { botId: true } })).map(({ botId }) => botId);

/** A tag that is the actor's to decide about: its owner's, and every admin's; `others`: anybody else's too. AppError not_found. */
export async function tagFor(
  db: Transaction,
  actor: Actor,
  tagId: string,
  how: "looks" | "changes",
  others = false,
): Promise<{ name: string; owner: { id: string; name: string }; isMine: boolean }> {
  const userId = assertAccount(actor);
  if (how === "changes") await lockTags(db, [tagId]);
  const tag = await db.tag.findUnique({
    where: { id: tagId },
    select: { name: true, owner: { select: { id: true, name: true } } },
  });
  const isMine = tag !== null && (tag.owner.id === userId || isAdmin(actor));
  if (!tag || !(isMine || others)) throw new AppError("not_found", { what: "tag" });
  return { ...tag, isMine };
}

/** What somebody may do with some bots; those they may do nothing with are left out. */
export async function standingsOn(
  db: Transaction,
  actor: Actor,
  botIds: readonly string[],
): Promise<Map<string, Standing>> {
  const rows = await db.bot.findMany({ where: { id: { in: [...botIds] } }, select: standingColumns(actor) });
  const standings = rows.map((row) => standingOf(actor, row)).filter(({ permissions }) => permissions.length > 0);
  return new Map(standings.map((standing) => [standing.botId, standing]));
}

/** What somebody has on all of several bots. */
export function ownOf(standings: readonly Pick<Standing, "permissions" | "hiddenPaths">[]): Own {
  return {
    permissions: botPermissions.filter((name) => standings.every(({ permissions }) => permissions.includes(name))),
    hiddenPaths: [...new Set(standings.flatMap(({ hiddenPaths }) => hiddenPaths))],
  };
}

/** What is to be given, as it is written down. Nobody gives what they lack, nor shows what is hidden from them. AppError not_allowed. */
export function givenBy(own: Own, asked: GrantGiven): Own {
  const lacking = asked.permissions.find((permission) => !own.permissions.includes(permission));
  if (lacking) throw new AppError("not_allowed", { permission: lacking });
  return completed({
    permissions: asked.permissions,
    hiddenPaths: [...asked.hiddenPaths, ...own.hiddenPaths],
  });
}

/** Each once and in order. Whoever may anything with a bot sees it. */
export const completed = ({ permissions, hiddenPaths }: Own): Own => ({
  permissions: botPermissions.filter(
    (name) => permissions.includes(name) || (name === "bot:view" && permissions.length > 0),
  ),
  hiddenPaths: [...new Set(hiddenPaths)],
});

/** Whether somebody has anything that another lacks. */
export const hasMore = (theirs: Own, own: Own): boolean =>
  theirs.permissions.some((permission) => !own.permissions.includes(permission)) ||
  own.hiddenPaths.some((pattern) => !theirs.hiddenPaths.includes(pattern));

/** What was stored by an earlier version may hold a permission that there is no more. */
export const readOwn = ({ permissions, hiddenPaths }: { permissions: string[]; hiddenPaths: string[] }): Own => ({
  permissions: botPermissions.filter((name) => permissions.includes(name)),
  hiddenPaths,
});

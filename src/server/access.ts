import { type Actor, type BotPermission, botPermissions, inScope, may } from "#contracts/access";
import { AppError, type ErrorCode } from "#contracts/errors";
import { database, type Prisma, type Transaction } from "#prisma/db";

/** The person behind an actor. `local` has none before the first account; then there is nothing to act on either. */
export function personOf(actor: Actor): string {
  if (actor.userId === undefined) throw new AppError("not_signed_in");
  return actor.userId;
}

/** What an actor may do with one bot. */
export type Standing = {
  botId: string;
  ownerId: string;
  nodeId: string;
  permissions: BotPermission[];
  /** Patterns of paths that do not exist for them (hiddenPath of contracts/members.ts). */
  hiddenPaths: string[];
};

/**
 * Refuses unless the actor may do this with this bot. To a stranger the bot does not exist (not_found); a member who
 * lacks the permission is told which one (not_allowed).
 */
export const assertMay = (
  actor: Actor,
  permission: BotPermission,
  botId: string,
  db: Transaction = database(),
): Promise<Standing> => assertMayAll(actor, [permission], botId, db);

/** As `assertMay`, for what asks several permissions at once. */
export async function assertMayAll(
  actor: Actor,
  permissions: readonly BotPermission[],
  botId: string,
  db: Transaction = database(),
): Promise<Standing> {
  const standing = await standingWith(actor, botId, db);
  const lacking = permissions.find((permission) => !standing.permissions.includes(permission));
  if (lacking) throw new AppError("not_allowed", { permission: lacking });
  return standing;
}

/** As `assertMay`, where any one of the permissions is enough; the first is named when none is there. */
export async function assertMayOne(
  actor: Actor,
  permissions: readonly [BotPermission, ...BotPermission[]],
  botId: string,
): Promise<Standing> {
  const standing = await standingWith(actor, botId, database());
  if (!permissions.some((permission) => standing.permissions.includes(permission)))
    throw new AppError("not_allowed", { permission: permissions[0] });
  return standing;
}

async function standingWith(actor: Actor, botId: string, db: Transaction): Promise<Standing> {
  const bot = await db.bot.findUnique({ where: { id: botId }, select: standingColumns(actor) });
  const standing = bot && standingOf(actor, bot);
  if (!standing || standing.permissions.length === 0) throw new AppError("not_found", { what: "bot" });
  return standing;
}

/** Refuses who sees less of a bot's files than when they began something that still goes on. AppError sees_less. */
export function assertSeesStill(begun: Pick<Standing, "hiddenPaths">, now: Pick<Standing, "hiddenPaths">): void {
  if (now.hiddenPaths.some((pattern) => !begun.hiddenPaths.includes(pattern))) throw new AppError("sees_less");
}

/** Whether an error says that somebody may no longer have what they have open; a database that is away says nothing of the kind. */
export const isAccessLost = (error: unknown): error is AppError =>
  error instanceof AppError && LOST.includes(error.code);
const LOST: readonly ErrorCode[] = ["not_signed_in", "not_allowed", "not_found", "key_address", "banned", "sees_less"];

/**
 * Refuses who is, by now, not whom they were let in as: who waited at a lock may have lost their role, their account or their key to whoever
 * held it. To be asked behind the lock. AppError not_signed_in.
 */
export async function assertStill(db: Transaction, { kind, userId, role, keyId }: Actor): Promise<void> {
  if (kind === "local" || userId === undefined) return;
  const user = await db.user.findUnique({ where: { id: userId }, select: { role: true, disabledAt: true } });
  const isKeyGone = keyId !== undefined && (await db.apiKey.count({ where: { id: keyId } })) === 0;
  if (!user || user.disabledAt || user.role !== role || isKeyGone) throw new AppError("not_signed_in");
}

/** Whether somebody may do what is an admin's: a key of an admin only where it is meant for it. */
export const isAdmin = (actor: Actor): boolean => actor.role === "admin" && inScope(actor, "admin");

/** Refuses all others. */
export function assertAdmin(actor: Actor): void {
  if (!isAdmin(actor)) throw new AppError("not_allowed", { permission: "admin" });
}

/** Refuses a key that is not meant to touch the account it belongs to. Returns whose account it is. */
export function assertAccount(actor: Actor): string {
  if (!inScope(actor, "account")) throw new AppError("not_allowed", { permission: "account" });
  return personOf(actor);
}

/** Refuses whoever may not make bots. Returns whose bots they would be. */
export function assertMayCreate(actor: Actor): string {
  if (!inScope(actor, "bot:create")) throw new AppError("not_allowed", { permission: "bot:create" });
  return personOf(actor);
}

/** Which bots an actor may see at all; what they may do with each, `standingOf` says. */
export const reachable = ({ role, userId = "", scope }: Actor): Prisma.BotWhereInput => ({
  ...(scope?.bots === "own" && { ownerId: userId }),
  ...(Array.isArray(scope?.bots) && { id: { in: scope.bots } }),
  ...(role !== "admin" && {
    OR: [
      { ownerId: userId },
      { grants: { some: granted(userId) } },
      { tags: { some: { tag: { grants: { some: granted(userId) } } } } },
    ],
  }),
});

/** A grant of nothing lets nobody in. */
const granted = (userId: string) => ({ userId, permissions: { isEmpty: false } });

/** The columns that `standingOf` needs. */
export const standingColumns = ({ userId = "" }: Pick<Actor, "userId">) => {
  const grants = { where: { userId }, select: { permissions: true as const, hiddenPaths: true as const } };
  return {
    id: true as const,
    ownerId: true as const,
    nodeId: true as const,
    grants,
    tags: {
      select: { tag: { select: { id: true as const, name: true as const, ownerId: true as const, grants } } },
      orderBy: { tag: { nameKey: "asc" as const } },
    },
  };
};

type Granted = { permissions: string[]; hiddenPaths: string[] };

/** Reads off a bot's row what the actor may do with it; no permissions at all means a stranger. */
export function standingOf(
  actor: Actor,
  bot: { id: string; ownerId: string; nodeId: string; grants: Granted[]; tags: { tag: { grants: Granted[] } }[] },
): Standing {
  const owner = actor.userId !== undefined && bot.ownerId === actor.userId;
  const grants = [...bot.grants, ...bot.tags.flatMap(({ tag }) => tag.grants)];
  const relation = { botId: bot.id, owner, granted: new Set(grants.flatMap(({ permissions }) => permissions)) };
  // What one of several grants hides stays hidden: a second one is given to let somebody do more, not to undo that.
  const hidden = owner || actor.role === "admin" ? [] : grants.flatMap(({ hiddenPaths }) => hiddenPaths);
  return {
    botId: bot.id,
    ownerId: bot.ownerId,
    nodeId: bot.nodeId,
    permissions: botPermissions.filter((permission) => may(actor, permission, relation)),
    hiddenPaths: [...new Set(hidden)],
  };
}

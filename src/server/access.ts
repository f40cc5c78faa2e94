import { type Actor, type BotPermission, botPermissions, may } from "#contracts/access";
import { AppError } from "#contracts/errors";
import { database, type Transaction } from "#prisma/db";

/** The person behind an actor. `local` has none before the first account; then there is nothing to act on either. */
export function personOf(actor: Actor): string {
  if (actor.userId === undefined) throw new AppError("not_signed_in");
  return actor.userId;
}

/** What an actor may do with one bot. */
export type Standing = { botId: string; ownerId: string; nodeId: string; permissions: BotPermission[] };

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

/** Refuses all but admins. */
export function assertAdmin(actor: Actor): void {
  if (actor.role !== "admin") throw new AppError("not_allowed", { permission: "admin" });
}

/** The columns that `standingOf` needs. */
export const standingColumns = (actor: Actor) => ({
  id: true as const,
  ownerId: true as const,
  nodeId: true as const,
  grants: { where: { userId: actor.userId ?? "" }, select: { permissions: true as const } },
});

/** Reads off a bot's row what the actor may do with it; no permissions at all means a stranger. */
export function standingOf(
  actor: Actor,
  bot: { id: string; ownerId: string; nodeId: string; grants: { permissions: string[] }[] },
): Standing {
  const relation = {
    owner: actor.userId !== undefined && bot.ownerId === actor.userId,
    granted: bot.grants.flatMap((grant) => grant.permissions),
  };
  return {
    botId: bot.id,
    ownerId: bot.ownerId,
    nodeId: bot.nodeId,
    permissions: botPermissions.filter((permission) => may(actor, permission, relation)),
  };
}

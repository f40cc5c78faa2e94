import { z } from "zod";

/** An admin sees and may do all; a user has their own bots and what was granted to them. */
export const role = z.enum(["admin", "user"]);
export type Role = z.infer<typeof role>;

/**
 * What a person may do with one bot. Complete from the start, also where the page comes later: a name, once given, is
 * kept for good, because grants and keys are stored with it.
 */
export const botPermissions = [
  "bot:view",
  "console:read",
  "console:send",
  "power:start",
  "power:stop",
  "power:restart",
  "power:kill",
  "env:read",
  "env:write",
  "env:reveal",
  "file:list",
  "file:read",
  "file:create",
  "file:write",
  "file:move",
  "file:delete",
  "file:archive",
  "file:chmod",
  "file:upload",
  "file:download",
  "file:sftp",
  "git:read",
  "deploy:read",
  "deploy:run",
  "deploy:rollback",
  "deploy:settings",
  "dependency:read",
  "dependency:install",
  "dependency:remove",
  "metrics:read",
  "presence:read",
  "activity:read",
  "schedule:read",
  "schedule:create",
  "schedule:update",
  "schedule:delete",
  "schedule:run",
  "backup:read",
  "backup:create",
  "backup:download",
  "backup:restore",
  "backup:delete",
  "database:read",
  "database:create",
  "database:update",
  "database:delete",
  "database:reveal",
  "port:read",
  "port:create",
  "port:update",
  "port:delete",
  "member:read",
  "member:create",
  "member:update",
  "member:delete",
  "settings:read",
  "settings:update",
  "settings:rename",
  "settings:runtime",
  "settings:reinstall",
  "bot:delete",
] as const;
export const botPermission = z.enum(botPermissions);
export type BotPermission = z.infer<typeof botPermission>;

/**
 * What an operation asks for. `open`: nobody needs to be signed in. `self`: anyone signed in, about themselves.
 * `bot:create`: any user. `admin`: admins. Otherwise the permission on the bot the input names as `botId`.
 */
export type Permission = "open" | "self" | "bot:create" | "admin" | BotPermission;

/** Who asks: a signed-in person, an API key of one, or the owner of BOTYARD_HOME on this machine (`local`). */
export type Actor = {
  kind: "person" | "key" | "local";
  /** Absent for `local` before the first account exists. */
  userId?: string;
  name: string;
  role: Role;
  /** Client address, for the audit log and the throttle. */
  address: string;
};

/**
 * Whether a role and the permissions granted on a bot allow a permission. Pure; the default is no.
 * `relation` says whether the actor owns the bot.
 */
export function may(
  actor: Pick<Actor, "role">,
  permission: BotPermission,
  relation: { owner: boolean; granted: readonly string[] },
): boolean {
  return actor.role === "admin" || relation.owner || relation.granted.includes(permission);
}

import { z } from "zod";

/** An admin sees and may do everything; a user has their own bots and what was granted to them. */
export const role = z.enum(["admin", "user"]);
export type Role = z.infer<typeof role>;

/**
 * What a person may do with one bot. Complete from the start, even where the page comes later: a name is never changed, because grants
 * and keys are stored with it.
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
/** What stands before the colon of permissions that nothing needs yet. They are granted and kept like the others. */
export const kindsToCome: readonly string[] = ["schedule", "backup", "database", "port"];
export type BotPermission = z.infer<typeof botPermission>;

/**
 * What an operation needs. `open`: nobody needs to be signed in. `self`: anyone signed in; it shows nothing but what they see anyway.
 * `account`: anyone signed in, about their own account. `bot:create`: any user. `admin`: admins. Otherwise the permission on the bot the
 * input names as `botId`. A scoped API key must have it in its scope, unless it is `open` or `self`.
 */
export type Permission = "open" | "self" | (typeof panelPermissions)[number] | BotPermission;

/** Permissions that are about no bot. */
export const panelPermissions = ["account", "bot:create", "admin"] as const;

/** What an API key is limited to. A key without one may do all that its maker may. */
export const keyScope = z.object({
  permissions: z.array(z.enum([...panelPermissions, ...botPermissions])).max(200),
  /** `all`: every bot that its maker reaches, also those to come; `own`: of these only the maker's own. */
  bots: z.union([z.enum(["all", "own"]), z.array(z.string().max(64)).max(1_000)]),
});
export type KeyScope = z.infer<typeof keyScope>;

const viewer: BotPermission[] = ["bot:view", "console:read", "metrics:read", "presence:read"];
const operator: BotPermission[] = [
  ...viewer,
  "console:send",
  "power:start",
  "power:stop",
  "power:restart",
  "power:kill",
  "activity:read",
];
const developing = ["env", "file", "git", "deploy", "dependency", "schedule"];
const managing = ["port", "database", "backup", "member", "settings"];
const kindOf = (name: BotPermission) => name.slice(0, name.indexOf(":"));
// Who may write a secret need not be able to read it back.
const developer = [
  ...operator,
  ...botPermissions.filter((name) => developing.includes(kindOf(name)) && !name.endsWith(":reveal")),
];
const manager = [
  ...developer,
  ...botPermissions.filter((name) => managing.includes(kindOf(name)) && !name.endsWith(":reveal")),
];

const inOrder = (names: readonly BotPermission[]) => botPermissions.filter((name) => names.includes(name));

/** What people usually share. Deleting the bot and revealing secrets are in none: both are granted by name. */
export const presets = {
  viewer: inOrder(viewer),
  operator: inOrder(operator),
  developer: inOrder(developer),
  manager: inOrder(manager),
} as const satisfies Record<string, readonly BotPermission[]>;
export type Preset = keyof typeof presets;

/** Ways to come in: the page, the command line, a program of somebody's, a language model, SFTP, a host of repositories. */
export type Via = "web" | "cli" | "api" | "tool" | "sftp" | "webhook";

/** How our own programs begin their User-Agent. */
export const AGENTS = { cli: "botyard-cli", tool: "botyard-tool" } as const;

/** Who asks: a signed-in person, an API key of one, a bot with a key of its own, or the owner of BOTYARD_HOME on this machine (`local`). */
export type Actor = {
  kind: "person" | "key" | "bot" | "local";
  /** Absent for `local` before the first account exists. */
  userId?: string;
  name: string;
  role: Role;
  /** Client address, for the audit log and the throttle. */
  address: string;
  /** The browser session that asks; see src/server/sessions.ts. */
  sessionId?: string;
  /** The admin who looks at the panel as this person, and may only look. */
  viewer?: { id: string; name: string };
  /** How they came; programs of ours say so in their User-Agent. */
  via?: Via;
  /** The API key that asks. */
  keyId?: string;
  /** What that key is limited to; absent: all that its maker may. */
  scope?: KeyScope;
};

/** Whether an actor's key allows a permission, and on that bot if it is a bot's. Without a scoped key always. */
export function inScope(
  { scope }: Pick<Actor, "scope">,
  permission: KeyScope["permissions"][number],
  botId?: string,
): boolean {
  if (scope === undefined) return true;
  if (!scope.permissions.includes(permission)) return false;
  return botId === undefined || typeof scope.bots === "string" || scope.bots.includes(botId);
}

/**
 * Whether a role and the permissions granted on a bot allow a permission. Pure; the default is no.
 * `relation` says which bot it is, and whether the actor owns it.
 */
export function may(
  actor: Pick<Actor, "role" | "scope">,
  permission: BotPermission,
  relation: { botId: string; owner: boolean; granted: ReadonlySet<string> },
): boolean {
  if (!inScope(actor, permission, relation.botId)) return false;
  if (actor.scope?.bots === "own" && !relation.owner) return false;
  return actor.role === "admin" || relation.owner || relation.granted.has(permission);
}

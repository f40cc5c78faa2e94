import type { Command as Program } from "commander";
import { type BotPermission, botPermission, presets } from "#contracts/access";
import type { GrantChange, GrantGiven, MemberView } from "#contracts/members";
import { Failure } from "./failure";
import { table } from "./output";

export type GrantOptions = { preset?: string; allow?: string[]; hide?: string[] };
/** `hide: false`: nothing any more. */
export type ChangeOptions = Omit<GrantOptions, "hide"> & { hide?: string[] | false };

/** The options that say what somebody may do. */
export const withGrant = (command: Program): Program =>
  command
    .option("--preset <preset>", `they may what a ${Object.keys(presets).join(", ")} may`)
    .option("--allow <permissions...>", "they may these, such as console:read or power:restart; adds to --preset")
    .option("--hide <patterns...>", "paths that do not exist for them, such as .env or 'secrets/**'");

/** What the options say. Exit 2 for a name that is none, and when nothing is said. */
export function grantOf({ preset, allow = [], hide = [] }: GrantOptions): GrantGiven {
  const named = preset === undefined ? [] : Object.entries(presets).find(([name]) => name === preset)?.[1];
  if (!named) throw Failure.use(`There is no preset “${preset}”. Use one of: ${Object.keys(presets).join(", ")}.`);
  const permissions = [...named, ...allow.map(permissionNamed)];
  if (permissions.length === 0) throw Failure.use("Say what they may do: --preset viewer, or --allow console:read.");
  return { permissions: [...new Set(permissions)], hiddenPaths: hide };
}

/** What the options change; the rest stays. Exit 2 as above. */
export function changeOf({ hide, ...may }: ChangeOptions): GrantChange {
  const hidden = hide !== undefined && { hiddenPaths: hide || [] };
  const asked = may.preset !== undefined || may.allow !== undefined || !hidden;
  return { ...(asked && { permissions: grantOf(may).permissions }), ...hidden };
}

function permissionNamed(name: string): BotPermission {
  const found = botPermission.safeParse(name);
  if (!found.success) throw Failure.use(`There is no permission “${name}”, such as console:read or power:restart.`);
  return found.data;
}

/** Whether a word may be an e-mail. It is taken for no name then: anybody may call themselves by somebody else's. */
export const mayBeEmail = (word: string): boolean => word.includes("@");

/** The member whom a person means: by e-mail or id, else by name. Exit 3 when none. */
export function memberNamed(members: readonly MemberView[], word: string): MemberView {
  const own = members.filter(({ tag }) => tag === null);
  const is = (one: MemberView) =>
    [one.userId, one.email, ...(mayBeEmail(word) ? [] : [one.name])].some(
      (each) => each.toLowerCase() === word.toLowerCase(),
    );
  const [found, ...others] = own.filter(is);
  if (!found) throw Failure.of("not_found", `“${word}” is no member.`);
  if (others.length > 0) throw Failure.use(`Several members are called “${word}”. Use an e-mail.`);
  return found;
}

/** What somebody or something may, in a cell of a table: the preset where it is just that, else the few there are, or how many. */
export function mayOf(permissions: readonly string[]): string {
  const given = permissions.toSorted().join(" ");
  const preset = Object.entries(presets).find(([, all]) => all.toSorted().join(" ") === given)?.[0];
  return preset ?? (permissions.length <= 2 ? given : `${permissions.length} permissions`);
}

/** Members as a table for people. */
export const memberTable = (members: readonly MemberView[]): string[] =>
  table(
    ["NAME", "E-MAIL", "MAY", "HIDDEN", "BY"],
    members.map(({ name, email, permissions, hiddenPaths, tag }) => [
      name,
      email,
      mayOf(permissions),
      hiddenPaths.join(" "),
      tag ? `tag ${tag.name}` : "",
    ]),
  );

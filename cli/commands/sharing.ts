import { InvalidArgumentError, type Command as Program } from "commander";
import {
  type GrantChange,
  type GrantGiven,
  INVITE_HOURS,
  INVITE_PAGE,
  type InviteView,
  type MemberList,
  type MemberView,
} from "#contracts/members";
import type { Client } from "../client";
import type { Context } from "../context";
import { readAccess } from "../env";
import { day } from "../files/rows";
import {
  type ChangeOptions,
  changeOf,
  type GrantOptions,
  grantOf,
  mayOf,
  memberNamed,
  memberTable,
  withGrant,
} from "../grant";
import { table } from "../output";

/** What may be asked about who is let in to a bot, or to every bot of a tag. */
export type Shared = {
  list(page: { cursor?: string; limit: number }): Promise<MemberList>;
  add(asked: GrantGiven & { who: string }): Promise<MemberView>;
  update(asked: GrantChange & { userId: string }): Promise<MemberView>;
  remove(asked: { userId: string }): Promise<unknown>;
  leave(): Promise<unknown>;
  invites(): Promise<{ invites: InviteView[] }>;
  invite(asked: GrantGiven & Terms): Promise<InviteView & { code: string }>;
  revoke(asked: { inviteId: string }): Promise<unknown>;
};
type Terms = { hours: number; note: string };

/** What is shared. */
export type Kind = {
  /** Its argument, such as <bot>. */
  name: string;
  find(client: Client, word: string): Promise<Shared>;
  /** As whoever was let in names it: it need not be theirs. */
  findToLeave?(client: Client, word: string): Promise<Shared>;
};

/** list, add, update, remove, leave, invite, invites, uninvite: the same words for whatever is shared. */
export function addSharingCommands(parent: Program, context: Context, { name, find, findToLeave = find }: Kind): void {
  const on = (verb: string) => parent.command(verb).argument(name, "name or id");
  on("list")
    .description("everybody who was given access")
    .action(async (word: string) => {
      const { client, output } = context();
      output.result(await everybody(await find(client, word)), (list) => memberTable(list.members));
    });
  withGrant(on("add").argument("<who>", "name or e-mail of an account"))
    .description("give access to somebody who has an account")
    .action(async (word: string, who: string, options: GrantOptions) => {
      const { client, output } = context();
      const added = await (await find(client, word)).add({ who, ...grantOf(options) });
      output.result(added, (one) => [`${one.name} (${one.email}) is added.`]);
    });
  withGrant(on("update").argument("<member>", "name or e-mail"))
    .option("--no-hide", "hide nothing from them any more")
    .description("replace what a member may do, or which paths are hidden")
    .action(async (word: string, who: string, options: ChangeOptions) => {
      const { client, output } = context();
      const shared = await find(client, word);
      const { userId } = memberNamed((await everybody(shared)).members, who);
      const changed = await shared.update({ userId, ...changeOf(options) });
      output.result(changed, (one) => [`What ${one.name} may do is changed.`]);
    });
  on("remove")
    .argument("<member>", "name or e-mail")
    .description("take a member's access away; what they have open ends")
    .action(async (word: string, who: string) => {
      const { client, output } = context();
      const shared = await find(client, word);
      const { userId, name: removed } = memberNamed((await everybody(shared)).members, who);
      await shared.remove({ userId });
      output.result({ userId, removed: true }, () => [`${removed} is removed.`]);
    });
  on("leave")
    .description("give up your own access")
    .action(async (word: string) => {
      const { client, output } = context();
      await (await findToLeave(client, word)).leave();
      output.result({ left: true }, () => ["You left."]);
    });
  withTerms(withGrant(on("invite")))
    .description("create an invite link; it is shown this once and works once")
    .action(async (word: string, { hours, note, ...options }: GrantOptions & Terms) => {
      const { client, output } = context();
      const made = await (await find(client, word)).invite({ ...grantOf(options), hours, note });
      output.result(made, linkOf);
    });
  on("invites")
    .description("open invites")
    .action(async (word: string) => {
      const { client, output } = context();
      output.result(await (await find(client, word)).invites(), ({ invites }) => inviteTable(invites));
    });
  on("uninvite")
    .argument("<id>", "id of the invite")
    .description("revoke an open invite")
    .action(async (word: string, inviteId: string) => {
      const { client, output } = context();
      await (await find(client, word)).revoke({ inviteId });
      output.result({ id: inviteId, revoked: true }, () => ["Revoked."]);
    });
}

/** How many are asked for at once. */
const PAGE = 200;

/** All members, however many pages they are. */
async function everybody({ list }: Pick<Shared, "list">): Promise<MemberList> {
  let all = await list({ limit: PAGE });
  while (all.next !== null) {
    const page = await list({ limit: PAGE, cursor: all.next });
    all = { ...page, members: [...all.members, ...page.members] };
  }
  return all;
}

/** The options of every invite. */
export const withTerms = (command: Program): Program =>
  command
    .option("--hours <hours>", `how long the link works, 1 to ${INVITE_HOURS.most}`, readHours, INVITE_HOURS.default)
    .option("--note <note>", "shown to whoever is invited", "");

function readHours(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= INVITE_HOURS.most) return number;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${INVITE_HOURS.most}.`);
}

/** Where an invite just made leads. */
export const linkOf = ({ code }: { code: string }): string[] => [`${readAccess().url}${INVITE_PAGE}${code}`];

/** Invites as a table for people. */
export const inviteTable = (invites: readonly InviteView[]): string[] =>
  table(
    ["ID", "BY", "NOTE", "MAY", "ENDS"],
    invites.map(({ id, by, note, permissions, role, expiresAt }) => [
      id,
      by,
      note,
      permissions.length > 0 ? mayOf(permissions) : `an account (${role})`,
      day(expiresAt),
    ]),
  );

import type { Command as Program } from "commander";
import { INVITE_HOURS, INVITE_PAGE } from "#contracts/members";
import { findBot } from "../bots";
import type { Context } from "../context";
import { readAccess } from "../env";
import { day } from "../files/rows";
import { type GrantOptions, grantOf, memberNamed, memberTable, withGrant } from "../grant";
import { table } from "../output";

/** members list, add, update, remove, leave, invite, invites, uninvite: who else may do something with a bot. */
export function addMemberCommands(program: Program, context: Context): void {
  const members = program.command("members").description("who else may do something with a bot");
  members
    .command("list")
    .argument("<bot>", "name or id")
    .description("its members")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      output.result(await client.members.list({ botId }), (list) => memberTable(list.members));
    });
  withGrant(members.command("add").argument("<bot>", "name or id").argument("<who>", "name or e-mail of an account"))
    .description("let somebody in who has an account")
    .action(async (word: string, who: string, options: GrantOptions) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      const added = await client.members.add({ botId, who, ...grantOf(options) });
      output.result(added, ({ name }) => [`${name} is added.`]);
    });
  withGrant(members.command("update").argument("<bot>", "name or id").argument("<member>", "name or e-mail"))
    .description("change what a member may do: to what is said, all of it")
    .action(async (word: string, who: string, options: GrantOptions) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      const { userId } = memberNamed((await client.members.list({ botId })).members, who);
      const changed = await client.members.update({ botId, userId, ...grantOf(options) });
      output.result(changed, ({ name }) => [`What ${name} may do is changed.`]);
    });
  members
    .command("remove")
    .argument("<bot>", "name or id")
    .argument("<member>", "name or e-mail")
    .description("take a member's access away; their open connections close")
    .action(async (word: string, who: string) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      const { userId, name } = memberNamed((await client.members.list({ botId })).members, who);
      await client.members.remove({ botId, userId });
      output.result({ userId, removed: true }, () => [`${name} is removed.`]);
    });
  members
    .command("leave")
    .argument("<bot>", "name or id")
    .description("give up what was granted to you")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      await client.members.leave({ botId });
      output.result({ botId, left: true }, () => ["You left it."]);
    });
  withGrant(members.command("invite").argument("<bot>", "name or id"))
    .option("--hours <hours>", "how long the link works, 1 to 720", Number, INVITE_HOURS.default)
    .option("--note <note>", "shown to whoever is invited", "")
    .description("make an invite link; it is shown this once and works once")
    .action(async (word: string, { hours, note, ...options }: GrantOptions & { hours: number; note: string }) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      const made = await client.members.invites.create({ botId, ...grantOf(options), hours, note });
      output.result(made, ({ code }) => [`${readAccess().url}${INVITE_PAGE}${code}`]);
    });
  members
    .command("invites")
    .argument("<bot>", "name or id")
    .description("invites that are open")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      output.result(await client.members.invites.list({ botId }), ({ invites }) =>
        table(
          ["ID", "BY", "NOTE", "MAY", "ENDS"],
          invites.map((one) => [one.id, one.by, one.note, String(one.permissions.length), day(one.expiresAt)]),
        ),
      );
    });
  members
    .command("uninvite")
    .argument("<bot>", "name or id")
    .argument("<id>", "id of the invite")
    .description("take an open invite back")
    .action(async (word: string, inviteId: string) => {
      const { client, output } = context();
      const { id: botId } = await findBot(client, word);
      await client.members.invites.revoke({ botId, inviteId });
      output.result({ id: inviteId, revoked: true }, () => ["Taken back."]);
    });
}

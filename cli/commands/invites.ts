import { InvalidArgumentError, type Command as Program } from "commander";
import { type Role, role } from "#contracts/access";
import { INVITE_PAGE, type InviteOffer } from "#contracts/members";
import type { Context } from "../context";
import { day } from "../files/rows";
import { inviteTable, linkOf, withTerms } from "./sharing";

/** invite create, list, revoke: to an account of one's own, for admins; look, accept: for whoever was sent a link. */
export function addInviteCommands(program: Program, context: Context): void {
  const invite = program.command("invite").description("links that give somebody an account, and links sent to you");
  withTerms(invite.command("create"))
    .option("--role <role>", `what they become: ${role.options.join(", ")}`, asRole, "user" as const)
    .description("invite somebody to an account of their own; the link is shown this once and works once")
    .action(async ({ role, hours, note }: { role: Role; hours: number; note: string }) => {
      const { client, output } = context();
      output.result(await client.invites.create({ role, hours, note }), linkOf);
    });
  invite
    .command("list")
    .description("open invites to an account")
    .action(async () => {
      const { client, output } = context();
      output.result(await client.invites.list(), ({ invites }) => inviteTable(invites));
    });
  invite
    .command("revoke")
    .argument("<id>", "id of the invite")
    .description("revoke an open invite")
    .action(async (inviteId: string) => {
      const { client, output } = context();
      await client.invites.revoke({ inviteId });
      output.result({ id: inviteId, revoked: true }, () => ["Revoked."]);
    });
  invite
    .command("look")
    .argument("<link>", "the link that you were sent, or its code", codeOf)
    .description("what an invite offers, and who created it")
    .action(async (code: string) => {
      const { client, output } = context();
      output.result(await client.invites.look({ code }), linesOf);
    });
  invite
    .command("accept")
    .argument("<link>", "the link that you were sent, or its code", codeOf)
    .description("take an invite with your account")
    .action(async (code: string) => {
      const { client, output } = context();
      output.result(await client.invites.accept({ code }), ({ botId }) => [
        botId === null ? "You are in." : `You are in: botyard status ${botId}`,
      ]);
    });
}

function asRole(text: string): Role {
  const read = role.safeParse(text);
  if (!read.success) throw new InvalidArgumentError(`Give one of ${role.options.join(", ")}.`);
  return read.data;
}

/** What stands behind the # of a link; a code alone is itself. */
const codeOf = (link: string): string => link.split(INVITE_PAGE.slice(-1)).at(-1) ?? link;

function linesOf({ by, note, shared, permissions, hiddenPaths, role: becomes, expiresAt }: InviteOffer): string[] {
  const to = shared ? `${shared.kind} “${shared.name}”` : `an account (${becomes})`;
  return [
    `from ${by}: ${to}, until ${day(expiresAt)}`,
    ...(note ? [note] : []),
    ...(permissions.length > 0 ? [`you may: ${permissions.join(" ")}`] : []),
    ...(hiddenPaths.length > 0 ? ["some files will not be shown to you"] : []),
  ];
}

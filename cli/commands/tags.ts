import type { Command as Program } from "commander";
import type { TaggedResult, TagView } from "#contracts/members";
import { findBots } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { type GrantOptions, grantOf, memberNamed, memberTable, withGrant } from "../grant";
import { table } from "../output";

/** tag list, create, rename, delete, put, take, members, share, unshare: names for bots, to find and to share them by. */
export function addTagCommands(program: Program, context: Context): void {
  const tag = program.command("tag").description("your tags: names for bots, to find them by and to share them as one");
  tag
    .command("list")
    .description("your tags")
    .action(async () => {
      const { client, output } = context();
      output.result(await client.tags.list(), ({ tags }) =>
        table(
          ["ID", "NAME", "BOTS", "MEMBERS"],
          tags.map(({ id, name, bots, members }) => [id, name, String(bots.length), String(members)]),
        ),
      );
    });
  tag
    .command("create")
    .argument("<name>")
    .description("make a tag")
    .action(async (name: string) => {
      const { client, output } = context();
      output.result(await client.tags.create({ name }), (made) => [`${made.name} is made.`]);
    });
  tag
    .command("rename")
    .argument("<tag>", "name or id")
    .argument("<name>", "the new name")
    .description("rename a tag")
    .action(async (word: string, name: string) => {
      const { client, output } = context();
      const { id: tagId } = await findTag(client, word);
      output.result(await client.tags.rename({ tagId, name }), (one) => [`It is called ${one.name} now.`]);
    });
  tag
    .command("delete")
    .argument("<tag>", "name or id")
    .description("delete a tag; who came in by it loses what it gave")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: tagId, name } = await findTag(client, word);
      await client.tags.remove({ tagId });
      output.result({ id: tagId, removed: true }, () => [`${name} is deleted.`]);
    });
  for (const how of ["put", "take"] as const)
    tag
      .command(how)
      .argument("<tag>", "name or id")
      .argument("<bots...>", "names or ids")
      .description(how === "put" ? "put a tag on bots, which shares them with its members" : "take a tag off bots")
      .action(async (word: string, names: string[]) => {
        const { client, output } = context();
        const { id: tagId } = await findTag(client, word);
        const bots = await findBots(client, names, false);
        const { results } = await client.tags[how]({ tagId, botIds: bots.map(({ id }) => id) });
        output.result({ results }, () => results.map((one) => said(one, bots)));
        if (results.some(({ outcome }) => outcome === "failed")) process.exitCode = 1;
      });
  tag
    .command("members")
    .argument("<tag>", "name or id")
    .description("who was let in to its bots")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: tagId } = await findTag(client, word);
      output.result(await client.tags.members.list({ tagId }), ({ members }) => memberTable(members));
    });
  withGrant(tag.command("share").argument("<tag>", "name or id").argument("<who>", "name or e-mail of an account"))
    .description("let somebody in to every bot that has the tag, now and later")
    .action(async (word: string, who: string, options: GrantOptions) => {
      const { client, output } = context();
      const { id: tagId } = await findTag(client, word);
      const added = await client.tags.members.add({ tagId, who, ...grantOf(options) });
      output.result(added, ({ name }) => [`${name} is added.`]);
    });
  tag
    .command("unshare")
    .argument("<tag>", "name or id")
    .argument("<member>", "name or e-mail")
    .description("take from a member what the tag gave")
    .action(async (word: string, who: string) => {
      const { client, output } = context();
      const { id: tagId } = await findTag(client, word);
      const { userId, name } = memberNamed((await client.tags.members.list({ tagId })).members, who);
      await client.tags.members.remove({ tagId, userId });
      output.result({ userId, removed: true }, () => [`${name} is removed.`]);
    });
}

async function findTag(client: Client, word: string): Promise<TagView> {
  const { tags } = await client.tags.list();
  const found =
    tags.find(({ id }) => id === word) ?? tags.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  if (!found) throw Failure.of("not_found", `You have no tag “${word}”. botyard tag list shows yours.`);
  return found;
}

function said(result: TaggedResult, bots: readonly { id: string; name: string }[]): string {
  const name = bots.find(({ id }) => id === result.botId)?.name ?? result.botId;
  return result.outcome === "done" ? `${name}: done` : `${name}: failed (${result.code})`;
}

import type { Command as Program } from "commander";
import type { TaggedResult, TagView } from "#contracts/members";
import { findBots } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { table } from "../output";
import { addSharingCommands, type Shared } from "./sharing";

/** tag list, create, rename, delete, put, take, members: names for bots, to find and to share them by. */
export function addTagCommands(program: Program, context: Context): void {
  const tag = program.command("tag").description("your tags: find bots by them, and share all that have one");
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
    .description("create a tag")
    .action(async (name: string) => {
      const { client, output } = context();
      output.result(await client.tags.create({ name }), (made) => [`${made.name} is created.`]);
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
    .description("delete a tag, and the access it gave")
    .action(async (word: string) => {
      const { client, output } = context();
      const { id: tagId, name } = await findTag(client, word);
      await client.tags.remove({ tagId });
      output.result({ id: tagId, deleted: true }, () => [`${name} is deleted.`]);
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
  const members = tag.command("members").description("who has access to every bot that has the tag, now or later");
  addSharingCommands(members, context, {
    name: "<tag>",
    find: async (client, word) => sharedBy(client, (await findTag(client, word)).id),
    findToLeave: async (client, word) => sharedBy(client, await tagThatLetsIn(client, word)),
  });
}

function sharedBy(client: Client, tagId: string): Shared {
  const { members, invites } = client.tags;
  return {
    list: (page) => members.list({ tagId, ...page }),
    add: (asked) => members.add({ tagId, ...asked }),
    update: (asked) => members.update({ tagId, ...asked }),
    remove: (asked) => members.remove({ tagId, ...asked }),
    leave: () => members.leave({ tagId }),
    invites: () => invites.list({ tagId }),
    invite: (asked) => invites.create({ tagId, ...asked }),
    revoke: (asked) => invites.revoke({ tagId, ...asked }),
  };
}

/** Somebody else's tag, as it stands on the bots that it lets one in to; an id is taken as it is. */
async function tagThatLetsIn(client: Client, word: string): Promise<string> {
  const { bots } = await client.bots.list();
  const found = bots.flatMap(({ tags }) => tags).filter(({ name }) => name.toLowerCase() === word.toLowerCase());
  const [id = word, ...others] = new Set(found.map((one) => one.id));
  if (others.length > 0)
    throw Failure.use(`Several tags are called “${word}”. Use an id: ${[id, ...others].join(", ")}.`);
  return id;
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

import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { addSharingCommands, type Shared } from "./sharing";

/** members: who else may do something with a bot. */
export function addMemberCommands(program: Program, context: Context): void {
  const members = program.command("members").description("who else has access to a bot");
  addSharingCommands(members, context, { name: "<bot>", find });
}

async function find(client: Client, word: string): Promise<Shared> {
  const { id: botId } = await findBot(client, word);
  const { members } = client;
  const { invites } = members;
  return {
    list: (page) => members.list({ botId, ...page }),
    add: (asked) => members.add({ botId, ...asked }),
    update: (asked) => members.update({ botId, ...asked }),
    remove: (asked) => members.remove({ botId, ...asked }),
    leave: () => members.leave({ botId }),
    invites: () => invites.list({ botId }),
    invite: (asked) => invites.create({ botId, ...asked }),
    revoke: (asked) => invites.revoke({ botId, ...asked }),
  };
}

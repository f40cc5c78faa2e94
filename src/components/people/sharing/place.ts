import type { z } from "zod";
import { client } from "#client/api";
import type { inviteMade } from "#contracts/api/sharing";
import type { InviteView, MemberList, MemberView } from "#contracts/members";

/** What is shared. */
export type Place = { kind: "bot"; id: string } | { kind: "tag"; id: string };

type Grant = Pick<MemberView, "permissions" | "hiddenPaths">;
export type InviteMade = z.infer<typeof inviteMade>;

/** What can be asked about the members of a place. */
export type Sharing = {
  list(page?: { cursor: string }): Promise<MemberList>;
  invites(): Promise<{ invites: InviteView[] }>;
  add(asked: Grant & { who: string }): Promise<MemberView>;
  update(asked: Grant & { userId: string }): Promise<MemberView>;
  remove(userId: string): Promise<unknown>;
  leave(): Promise<unknown>;
  invite(asked: Grant & { hours: number; note: string }): Promise<InviteMade>;
  revoke(inviteId: string): Promise<unknown>;
};

/** The same operations, wherever they lie. */
export function sharingOf({ kind, id }: Place): Sharing {
  if (kind === "bot") {
    const on = { botId: id };
    const { members } = client;
    return {
      list: (page) => members.list({ ...on, ...page }),
      invites: () => members.invites.list(on),
      add: (asked) => members.add({ ...on, ...asked }),
      update: (asked) => members.update({ ...on, ...asked }),
      remove: (userId) => members.remove({ ...on, userId }),
      leave: () => members.leave(on),
      invite: (asked) => members.invites.create({ ...on, ...asked }),
      revoke: (inviteId) => members.invites.revoke({ ...on, inviteId }),
    };
  }
  const on = { tagId: id };
  const { members, invites } = client.tags;
  return {
    list: (page) => members.list({ ...on, ...page }),
    invites: () => invites.list(on),
    add: (asked) => members.add({ ...on, ...asked }),
    update: (asked) => members.update({ ...on, ...asked }),
    remove: (userId) => members.remove({ ...on, userId }),
    leave: () => members.leave(on),
    invite: (asked) => invites.create({ ...on, ...asked }),
    revoke: (inviteId) => invites.revoke({ ...on, inviteId }),
  };
}

/** The list again from its beginning, as far as it was read before. */
export async function readAgain({ list }: Sharing, shown: number): Promise<MemberList> {
  let now = await list();
  while (now.next !== null && now.members.length < shown) now = await readOn({ list }, now);
  return now;
}

/** The list with its next page. */
export async function readOn({ list }: Pick<Sharing, "list">, before: MemberList): Promise<MemberList> {
  if (before.next === null) return before;
  const page = await list({ cursor: before.next });
  return { ...page, members: [...before.members, ...page.members] };
}

import { open, signedIn } from "../gate";
import { acceptInvite, joinByInvite, lookAtInvite, proveForInvite } from "../sharing/accept";
import {
  createAccountInvite,
  createInvite,
  listAccountInvites,
  listInvites,
  revokeAccountInvite,
  revokeInvite,
} from "../sharing/invites";
import { listMembers } from "../sharing/member-list";
import { addMember, changeMember, leavePlace, removeMember } from "../sharing/members";
import type { Place } from "../sharing/place";
import { createTag, listTags, putTag, removeTag, renameTag, takeTag } from "../tags";
import { startViewing, stopViewing } from "../view-as";
import { done } from "./answer";

const { members, invites, tags, viewAs } = signedIn;
const bot = ({ botId }: { botId: string }): Place => ({ kind: "bot", botId });
const tag = ({ tagId }: { tagId: string }): Place => ({ kind: "tag", tagId });

export const memberRoutes = {
  list: members.list.handler(({ context, input }) => listMembers(context.actor, bot(input), input)),
  add: members.add.handler(({ context, input }) => addMember(context.actor, bot(input), input)),
  update: members.update.handler(({ context, input }) => changeMember(context.actor, bot(input), input)),
  remove: members.remove.handler(({ context, input }) => done(removeMember(context.actor, bot(input), input.userId))),
  leave: members.leave.handler(({ context, input }) => done(leavePlace(context.actor, bot(input)))),
  invites: {
    list: members.invites.list.handler(({ context, input }) => listInvites(context.actor, bot(input))),
    create: members.invites.create.handler(({ context, input }) => createInvite(context.actor, bot(input), input)),
    revoke: members.invites.revoke.handler(({ context, input }) =>
      done(revokeInvite(context.actor, bot(input), input.inviteId)),
    ),
  },
};

export const inviteRoutes = {
  list: invites.list.handler(({ context }) => listAccountInvites(context.actor)),
  create: invites.create.handler(({ context, input }) => createAccountInvite(context.actor, input)),
  revoke: invites.revoke.handler(({ context, input }) => done(revokeAccountInvite(context.actor, input.inviteId))),
  look: open.invites.look.handler(({ context, input }) => lookAtInvite(input.code, context.address)),
  accept: invites.accept.handler(({ context, input }) => acceptInvite(context.actor, input.code)),
  prove: open.invites.prove.handler(async ({ context, input }) => {
    context.answer.headers = { "set-cookie": await proveForInvite(input.code, context.address) };
    return {};
  }),
  join: open.invites.join.handler(({ context, input }) => joinByInvite(input, context.headers)),
};

export const tagRoutes = {
  list: tags.list.handler(({ context }) => listTags(context.actor)),
  create: tags.create.handler(({ context, input }) => createTag(context.actor, input.name)),
  rename: tags.rename.handler(({ context, input }) => renameTag(context.actor, input.tagId, input.name)),
  remove: tags.remove.handler(({ context, input }) => done(removeTag(context.actor, input.tagId))),
  put: tags.put.handler(({ context, input }) => putTag(context.actor, input)),
  take: tags.take.handler(({ context, input }) => takeTag(context.actor, input)),
  members: {
    list: tags.members.list.handler(({ context, input }) => listMembers(context.actor, tag(input), input)),
    add: tags.members.add.handler(({ context, input }) => addMember(context.actor, tag(input), input)),
    update: tags.members.update.handler(({ context, input }) => changeMember(context.actor, tag(input), input)),
    remove: tags.members.remove.handler(({ context, input }) =>
      done(removeMember(context.actor, tag(input), input.userId)),
    ),
    leave: tags.members.leave.handler(({ context, input }) => done(leavePlace(context.actor, tag(input)))),
  },
  invites: {
    list: tags.invites.list.handler(({ context, input }) => listInvites(context.actor, tag(input))),
    create: tags.invites.create.handler(({ context, input }) => createInvite(context.actor, tag(input), input)),
    revoke: tags.invites.revoke.handler(({ context, input }) =>
      done(revokeInvite(context.actor, tag(input), input.inviteId)),
    ),
  },
};

export const viewAsRoutes = {
  start: viewAs.start.handler(({ context, input }) => done(startViewing(context.actor, input.userId))),
  stop: viewAs.stop.handler(({ context }) => done(stopViewing(context.actor))),
};

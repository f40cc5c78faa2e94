import { z } from "zod";
import type { Permission } from "../access";
import {
  grant,
  grantChange,
  inviteCode,
  inviteTerms,
  inviteView,
  MEMBERS_PAGE,
  memberList,
  memberView,
} from "../members";
import { operation } from "./base";
import { paged } from "./page";

/** What is asked of who shares: on a bot a permission of it; a tag is its owner's, and each of its bots is asked as well. */
type Asked = { read: Permission; create: Permission; update: Permission; delete: Permission };

type Shared<Shape extends z.ZodRawShape> = {
  /** Where its operations lie, such as /v1/tags/{tagId}. */
  at: `/${string}`;
  on: z.ZodObject<Shape>;
  asked: Asked;
  tags: string[];
};

/** Says what is shared, for both kinds of operations on it. */
export const sharedAs = <Shape extends z.ZodRawShape>(shared: Shared<Shape>): Shared<Shape> => shared;

const userId = z.string().max(64);

/** An invite just made: its code is in this answer and nowhere else. */
export const inviteMade = inviteView.extend({ code: inviteCode });

/** Operations on the members of a bot or a tag. What is given refuses fields that it has not: of `hiddenPaths`, misspelt, nothing would be hidden. */
export const memberOperations = <Shape extends z.ZodRawShape>({ at, on, asked, tags }: Shared<Shape>) => ({
  list: operation
    .route({ method: "GET", path: `${at}/members`, summary: "Who may do what", tags })
    .meta({ permission: asked.read })
    .input(on.extend(paged(MEMBERS_PAGE)))
    .output(memberList),
  add: operation
    .route({
      method: "POST",
      path: `${at}/members`,
      summary: "Give access to somebody who has an account",
      description: "Named by e-mail, or by name where only one person has it.",
      successStatus: 201,
      tags,
    })
    .meta({ permission: asked.create, writes: true })
    .input(on.extend({ who: z.string().trim().min(1).max(320), ...grant.shape }).strict())
    .output(memberView),
  update: operation
    .route({
      method: "PATCH",
      path: `${at}/members/{userId}`,
      summary: "Change what a member may do",
      description: "What is left out stays.",
      tags,
    })
    .meta({ permission: asked.update, writes: true })
    .input(on.extend({ userId, ...grantChange.shape }).strict())
    .output(memberView),
  remove: operation
    .route({ method: "DELETE", path: `${at}/members/{userId}`, summary: "Take a member's access away", tags })
    .meta({ permission: asked.delete, writes: true })
    .input(on.extend({ userId }))
    .output(z.object({})),
  leave: operation
    .route({ method: "POST", path: `${at}/leave`, summary: "Give up your own access", tags })
    .meta({ permission: "account", writes: true })
    .input(on)
    .output(z.object({})),
});

/** Operations on the invites to a bot or a tag. */
export const inviteOperations = <Shape extends z.ZodRawShape>({ at, on, asked, tags }: Shared<Shape>) => ({
  list: operation
    .route({ method: "GET", path: `${at}/invites`, summary: "Open invites", tags })
    .meta({ permission: asked.read })
    .input(on)
    .output(z.object({ invites: z.array(inviteView) })),
  create: operation
    .route({
      method: "POST",
      path: `${at}/invites`,
      summary: "Invite by a link that works once",
      description: "The link is /invite#<code> on this panel. Whoever opens it signs in, or makes an account.",
      successStatus: 201,
      tags,
    })
    .meta({ permission: asked.create, writes: true })
    .input(on.extend({ ...grant.shape, ...inviteTerms.shape }).strict())
    .output(inviteMade),
  revoke: operation
    .route({ method: "DELETE", path: `${at}/invites/{inviteId}`, summary: "Revoke an open invite", tags })
    .meta({ permission: asked.delete, writes: true })
    .input(on.extend({ inviteId: z.string().max(64) }))
    .output(z.object({})),
});

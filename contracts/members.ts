import { z } from "zod";
import { botPermission, role } from "./access";
import { next } from "./api/page";
import { at } from "./process";
import words from "./words/en/server.json";

/*
 * Who else may do something with a bot: a person by a grant of their own, or by a tag that the bot has. Nobody gives what they lack.
 */

/** Patterns that one grant may hide. */
export const MOST_HIDDEN = 30;

/**
 * A pattern of paths that do not exist for a member, as in a .gitignore: `.env` is a name at whatever depth, `config/*.json` a path from the
 * bot's folder on, `**` any folders; a folder hides all below it, so `secrets/**` hides `secrets` as well. Case counts.
 */
export const hiddenPath = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(
    (pattern) => !/[\p{Cc}\p{Cs}]/u.test(pattern) && !/^!|^\/*$|(^|\/)\.{1,2}(\/|$)/.test(pattern),
    words.hiddenPath,
  );

export const permissions = z.array(botPermission).max(200);
export const hiddenPaths = z.array(hiddenPath).max(MOST_HIDDEN);

/** What a person may do, and what they do not see. */
export const grant = z.object({ permissions, hiddenPaths: hiddenPaths.default([]) });
export type GrantGiven = z.output<typeof grant>;
/** What is to change of it; what is left out stays. */
export const grantChange = z.object({ permissions: permissions.optional(), hiddenPaths: hiddenPaths.optional() });
export type GrantChange = z.output<typeof grantChange>;

/** Somebody who was let in. */
export const memberView = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  permissions,
  hiddenPaths: z.array(z.string()),
  /** When they were let in. */
  since: at,
  /** The tag that lets them in; null: a grant of their own. One person may be there several times. */
  tag: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Whether the asker may change or remove this grant: not one that gives more than the asker has, nor one by a tag. */
  changeable: z.boolean(),
});
export type MemberView = z.infer<typeof memberView>;

/** Members of one page, unless said otherwise. */
export const MEMBERS_PAGE = 50;

/** The members of a bot or a tag, a page of them. */
export const memberList = z.object({
  owner: z.object({ id: z.string(), name: z.string() }),
  members: z.array(memberView),
  /** What the asker may give; and what they do not see themselves, which stays hidden from whomever they let in. */
  mine: z.object({ permissions, hiddenPaths: z.array(z.string()) }),
  next,
});
export type MemberList = z.infer<typeof memberList>;

/** How long a link works, hours: a week unless said otherwise, a month at most. */
export const INVITE_HOURS = { default: 168, most: 720 } as const;

/** What may be said of every invite. */
export const inviteTerms = z.object({
  hours: z.number().int().min(1).max(INVITE_HOURS.most).default(INVITE_HOURS.default),
  /** For whoever reads the list of open invites, and for who is invited. */
  note: z.string().trim().max(200).default(""),
});

/** An invite that is open: nobody has used it, and it has not ended. */
export const inviteView = z.object({
  id: z.string(),
  permissions,
  hiddenPaths: z.array(z.string()),
  /** Of the account that it makes, if it makes one. */
  role,
  note: z.string(),
  /** The name of who made it. */
  by: z.string(),
  createdAt: at,
  expiresAt: at,
});
export type InviteView = z.infer<typeof inviteView>;

/** What stands behind the # of an invite's link: 192 random bits. */
export const inviteCode = z.string().min(1).max(100);
/** The page that takes an invite; its code follows. Behind a #, so that no server or proxy ever writes it into a log. */
export const INVITE_PAGE = "/invite#";

/** What an invite offers: as much of it as its maker can still give. */
export const inviteOffer = z.object({
  /** The name of who made it. */
  by: z.string(),
  note: z.string(),
  expiresAt: at,
  role,
  /** What it shares, with the number of bots; null: nothing but an account. */
  shared: z.object({ kind: z.enum(["bot", "tag"]), name: z.string(), bots: z.number().int() }).nullable(),
  permissions,
  hiddenPaths: z.array(z.string()),
});
export type InviteOffer = z.infer<typeof inviteOffer>;

/** The name of a tag. */
export const tagName = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .refine((name) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name), words.unseen);

/** A tag as it stands on a bot. */
export const tagOnBot = z.object({ id: z.string(), name: z.string() });

/** A tag of one's own. */
export const tagView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: at,
  /** Ids of the bots that have it. */
  bots: z.array(z.string()),
  /** How many people it lets in. */
  members: z.number().int(),
});
export type TagView = z.infer<typeof tagView>;

/** What became of one bot when a tag was put on, or taken off, many. */
export const taggedResult = z.discriminatedUnion("outcome", [
  z.object({ botId: z.string(), outcome: z.literal("done") }),
  z.object({
    botId: z.string(),
    outcome: z.literal("failed"),
    code: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type TaggedResult = z.infer<typeof taggedResult>;

import { z } from "zod";
import { role } from "../access";
import { inviteCode, inviteOffer, inviteTerms, inviteView } from "../members";
import { onBot, operation } from "./base";
import { email, me, password, personName } from "./panel";
import { inviteMade, inviteOperations, memberOperations, sharedAs } from "./sharing";
import { present } from "./sign-in";

const ofBot = sharedAs({
  at: "/v1/bots/{botId}",
  on: onBot,
  asked: { read: "member:read", create: "member:create", update: "member:update", delete: "member:delete" },
  tags: ["Members"],
});

export const members = { ...memberOperations(ofBot), invites: inviteOperations(ofBot) };

const tags = ["Invites"];

export const invites = {
  list: operation
    .route({ method: "GET", path: "/v1/invites", summary: "Open invites to an account", tags })
    .meta({ permission: "admin" })
    .output(z.object({ invites: z.array(inviteView) })),
  create: operation
    .route({
      method: "POST",
      path: "/v1/invites",
      summary: "Invite somebody to an account of their own",
      description: "Inviting an admin needs your password, if you have one; an API key cannot.",
      successStatus: 201,
      tags,
    })
    .meta({ permission: "admin", writes: true })
    .input(inviteTerms.extend({ role: role.default("user"), password: present }))
    .output(inviteMade),
  revoke: operation
    .route({ method: "DELETE", path: "/v1/invites/{inviteId}", summary: "Revoke an open invite", tags })
    .meta({ permission: "admin", writes: true })
    .input(z.object({ inviteId: z.string().max(64) }))
    .output(z.object({})),
  look: operation
    .route({
      method: "POST",
      path: "/v1/invites/look",
      summary: "What an invite offers, and who made it",
      description: "A POST, so that the code is in no address.",
      tags,
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ code: inviteCode }))
    .output(inviteOffer),
  accept: operation
    .route({ method: "POST", path: "/v1/invites/accept", summary: "Accept an invite with your account", tags })
    .meta({ permission: "account", writes: true })
    .input(z.object({ code: inviteCode }))
    .output(z.object({ botId: z.string().nullable() })),
  join: operation
    .route({
      method: "POST",
      path: "/v1/invites/join",
      summary: "Accept an invite by making an account",
      successStatus: 201,
      tags,
    })
    .meta({ permission: "open", writes: true })
    .input(
      z.object({
        code: inviteCode,
        name: personName,
        email,
        /** Left out: the account is signed in to with the Discord account that this browser proved to be theirs. */
        password: password.optional(),
      }),
    )
    .output(me.extend({ botId: z.string().nullable() })),
  prove: operation
    .route({
      method: "POST",
      path: "/v1/invites/discord",
      summary: "Begin to accept an invite with a Discord account; the browser goes to Discord next",
      tags,
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ code: inviteCode }))
    .output(z.object({})),
};

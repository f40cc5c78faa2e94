import { z } from "zod";
import { role } from "../access";
import { banRequest, banView, userLimits, userUsage, userView } from "../people";
import { operation } from "./base";
import { keyView } from "./keys";
import { next, paged } from "./page";
import { email, personName } from "./panel";
import { present } from "./sign-in";

const onUser = z.object({ userId: z.string().max(64) });
const userQuery = z.object({
  text: z.string().trim().max(254).optional().describe("Part of the name or the e-mail, or the whole id"),
  ...paged(50),
});
export type UserQuery = z.output<typeof userQuery>;
const change = { permission: "admin", writes: true } as const;

export const users = {
  list: operation
    .route({ method: "GET", path: "/v1/users", summary: "The accounts of this panel, by name", tags: ["People"] })
    .meta({ permission: "admin" })
    .input(userQuery)
    .output(z.object({ users: z.array(userView), next })),
  get: operation
    .route({
      method: "GET",
      path: "/v1/users/{userId}",
      summary: "One account, with its bots and its API keys",
      tags: ["People"],
    })
    .meta({ permission: "admin" })
    .input(onUser)
    .output(
      userView.extend({ ownBots: z.array(z.object({ id: z.string(), name: z.string() })), apiKeys: z.array(keyView) }),
    ),
  update: operation
    .route({ method: "PATCH", path: "/v1/users/{userId}", summary: "Change name or e-mail", tags: ["People"] })
    .meta(change)
    .input(onUser.extend({ name: personName.optional(), email: email.optional() }))
    .output(userView),
  disable: operation
    .route({
      method: "POST",
      path: "/v1/users/{userId}/disable",
      summary: "Let nobody in by this account",
      description: "Its sessions, keys, SFTP and live connections end within seconds. Its bots run on.",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(onUser)
    .output(userView),
  enable: operation
    .route({
      method: "POST",
      path: "/v1/users/{userId}/enable",
      summary: "Let a disabled account in again",
      description: "Its keys work again; whoever it is signs in anew.",
      tags: ["People"],
    })
    .meta(change)
    .input(onUser)
    .output(userView),
  setRole: operation
    .route({
      method: "PUT",
      path: "/v1/users/{userId}/role",
      summary: "Make somebody an admin, or not any more; they sign in anew",
      description: "Whoever has a password shows it to make an admin; an API key makes none.",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(onUser.extend({ role, password: present }))
    .output(userView),
  setLimits: operation
    .route({
      method: "PUT",
      path: "/v1/users/{userId}/limits",
      summary: "Bound what somebody's bots may be together",
      description: "Null: the panel's own limits hold. What is beyond a limit already stays, and grows no further.",
      tags: ["People"],
    })
    .meta(change)
    .input(onUser.extend({ limits: userLimits.nullable() }))
    .output(userView),
  delete: operation
    .route({
      method: "DELETE",
      path: "/v1/users/{userId}",
      summary: "Delete an account; its bots go to another, if it has any",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(
      onUser.extend({
        /** The account that its bots go to. Left out: refused while there are any. */
        botsTo: z.string().max(64).optional(),
      }),
    )
    .output(z.object({ bots: z.number().int() })),
  revokeKey: operation
    .route({
      method: "DELETE",
      path: "/v1/users/{userId}/keys/{keyId}",
      summary: "Revoke somebody's API key",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(onUser.extend({ keyId: z.string().max(64) }))
    .output(z.object({})),
};

export const limits = {
  own: operation
    .route({
      method: "GET",
      path: "/v1/me/limits",
      summary: "What your bots may be together, and what they are",
      tags: ["Account"],
    })
    .meta({ permission: "account" })
    .output(z.object({ bounds: userLimits, usage: userUsage })),
  get: operation
    .route({
      method: "GET",
      path: "/v1/limits",
      summary: "What bounds everybody's bots who has no limits of their own",
      tags: ["People"],
    })
    .meta({ permission: "admin" })
    .output(userLimits),
  set: operation
    .route({
      method: "PUT",
      path: "/v1/limits",
      summary: "Bound everybody's bots who has no limits of their own",
      tags: ["People"],
    })
    .meta(change)
    .input(userLimits)
    .output(userLimits),
};

export const bans = {
  list: operation
    .route({ method: "GET", path: "/v1/bans", summary: "Who is kept out", tags: ["People"] })
    .meta({ permission: "admin" })
    .output(z.object({ bans: z.array(banView) })),
  create: operation
    .route({
      method: "POST",
      path: "/v1/bans",
      summary: "Keep an address, a network, an e-mail, a domain or a Discord account out",
      description:
        "At the sign-in, at invites, for API keys, SFTP and live connections. What is open ends within seconds.",
      successStatus: 201,
      tags: ["People"],
    })
    .meta(change)
    .input(banRequest)
    .output(banView),
  remove: operation
    .route({ method: "DELETE", path: "/v1/bans/{banId}", summary: "Lift a ban", tags: ["People"] })
    .meta(change)
    .input(z.object({ banId: z.string().max(64) }))
    .output(z.object({})),
};

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
      summary: "Disable an account",
      description: "Its sessions, keys, SFTP and live connections end within seconds. Its bots keep running.",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(onUser)
    .output(userView),
  enable: operation
    .route({
      method: "POST",
      path: "/v1/users/{userId}/enable",
      summary: "Enable a disabled account",
      description: "Its keys work again; its owner has to sign in again.",
      tags: ["People"],
    })
    .meta(change)
    .input(onUser)
    .output(userView),
  setRole: operation
    .route({
      method: "PUT",
      path: "/v1/users/{userId}/role",
      summary: "Change somebody's role; they have to sign in again",
      description: "Making an admin needs your password, if you have one; an API key cannot.",
      tags: ["People"],
    })
    .meta({ ...change, destructive: true })
    .input(onUser.extend({ role, password: present }))
    .output(userView),
  setLimits: operation
    .route({
      method: "PUT",
      path: "/v1/users/{userId}/limits",
      summary: "Limit somebody's bots: their number, memory and disk",
      description: "Null: the panel's limits hold. What exceeds a limit already stays, but cannot grow.",
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
      summary: "Your limits, and what your bots use of them",
      tags: ["Account"],
    })
    .meta({ permission: "account" })
    .output(z.object({ bounds: userLimits, usage: userUsage })),
  get: operation
    .route({
      method: "GET",
      path: "/v1/limits",
      summary: "The panel's limits, for everybody who has none of their own",
      tags: ["People"],
    })
    .meta({ permission: "admin" })
    .output(userLimits),
  set: operation
    .route({
      method: "PUT",
      path: "/v1/limits",
      summary: "Set the limits for everybody who has none of their own",
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
        "From sign-in, invites, API keys, SFTP and live connections. What they have open ends within seconds.",
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

import { z } from "zod";
import { keyScope } from "../access";
import { network } from "../network";
import { at } from "../process";
import { operation } from "./base";
import { personName } from "./panel";
import { present } from "./sign-in";

/** An API key without its token, which nobody has but its maker. */
export const keyView = z.object({
  id: z.string(),
  name: z.string(),
  /** What it is limited to; null: it may all that its maker may. Either way no more than its maker may at the time. */
  scope: keyScope.nullable(),
  /** Addresses and networks that it may be used from; none: from everywhere. */
  addresses: z.array(z.string()),
  createdAt: at,
  /** Null: it does not expire. */
  expiresAt: at.nullable(),
  /** Accurate to a minute. */
  lastUsedAt: at.nullable(),
  lastUsedFrom: z.string().nullable(),
});
export type KeyView = z.infer<typeof keyView>;

/** What a key is made from. Nothing of it is left to chance: what is unlimited was asked for, and not misspelt. */
export const keyRequest = z.strictObject({
  name: personName,
  /** Null: all that its maker may. */
  scope: keyScope.nullable(),
  /** How long it is good for; null: until it is revoked. */
  days: z.number().int().min(1).max(365).nullable().default(90),
  addresses: z.array(network).max(50).default([]),
  password: present,
});
export type KeyRequest = z.infer<typeof keyRequest>;

export const keys = {
  list: operation
    .route({ method: "GET", path: "/v1/me/keys", summary: "Your API keys", tags: ["Account"] })
    .meta({ permission: "account" })
    .output(z.object({ keys: z.array(keyView) })),
  create: operation
    .route({
      method: "POST",
      path: "/v1/me/keys",
      summary: "Create an API key; it is shown only once",
      description:
        "A key never does more than its maker may at the time, whatever its scope says. Needs your password, if you have one; a key cannot make keys.",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(keyRequest)
    .output(keyView.extend({ token: z.string() })),
  revokeThis: operation
    .route({
      method: "DELETE",
      path: "/v1/me/key",
      summary: "Revoke the API key that this request is made with",
      tags: ["Account"],
    })
    .meta({ permission: "self", writes: true, destructive: true })
    .output(z.object({})),
  revoke: operation
    .route({
      method: "DELETE",
      path: "/v1/me/keys/{keyId}",
      summary: "Revoke an API key; what it has open ends",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .input(z.object({ keyId: z.string().max(64) }))
    .output(z.object({})),
};

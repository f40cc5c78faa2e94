import { z } from "zod";
import { passkeyCreation, passkeyMade } from "../passkey";
import { at } from "../process";
import { operation } from "./base";
import { personName } from "./panel";
import { present } from "./sign-in";

/** A passkey as its owner sees it; `lastUsedAt` null: never. */
export const passkeyView = z.object({ id: z.string(), name: z.string(), createdAt: at, lastUsedAt: at.nullable() });

const passkeyId = z.string().max(2_048);
/** Names what was begun; it works once, for five minutes. */
const ticket = z.string().max(100);

/** One's passkeys. */
export const passkeys = {
  list: operation
    .route({ method: "GET", path: "/v1/me/passkeys", summary: "Your passkeys", tags: ["Account"] })
    .meta({ permission: "account" })
    .output(z.object({ passkeys: z.array(passkeyView) })),
  begin: operation
    .route({
      method: "POST",
      path: "/v1/me/passkeys/begin",
      summary: "Begin to add a passkey: what to ask the browser",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ name: personName, password: present }))
    .output(z.object({ ticket, options: passkeyCreation })),
  add: operation
    .route({
      method: "POST",
      path: "/v1/me/passkeys",
      summary: "Add the passkey that the browser made",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ ticket, made: passkeyMade }))
    .output(passkeyView),
  rename: operation
    .route({ method: "PATCH", path: "/v1/me/passkeys/{passkeyId}", summary: "Rename a passkey", tags: ["Account"] })
    .meta({ permission: "account", writes: true })
    .input(z.object({ passkeyId, name: personName }))
    .output(passkeyView),
  remove: operation
    .route({
      method: "DELETE",
      path: "/v1/me/passkeys/{passkeyId}",
      summary: "Remove a passkey, unless it is the only way into the account",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .input(z.object({ passkeyId }))
    .output(z.object({})),
};
export type PasskeyView = z.infer<typeof passkeyView>;

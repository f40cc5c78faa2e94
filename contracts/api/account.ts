import { z } from "zod";
import { at } from "../process";
import { operation } from "./base";
import { keys } from "./keys";
import { me, personName } from "./panel";
import { passkeys } from "./passkeys";
import { discordLink, preferenceOperations, present, profile, security, sessions, twoFactor } from "./sign-in";

/** A public key that its owner signs in with over SFTP. */
export const sshKeyView = z.object({
  id: z.string(),
  name: z.string(),
  /** ssh-ed25519, ssh-rsa, … */
  type: z.string(),
  /** SHA256:… as ssh shows it. */
  fingerprint: z.string(),
  createdAt: at,
  lastUsedAt: at.nullable(),
});

const sshKeys = {
  list: operation
    .route({ method: "GET", path: "/v1/me/ssh-keys", summary: "Your SSH keys", tags: ["Account"] })
    .meta({ permission: "account" })
    .output(z.object({ keys: z.array(sshKeyView) })),
  add: operation
    .route({
      method: "POST",
      path: "/v1/me/ssh-keys",
      summary: "Add a public key to sign in with over SFTP",
      description:
        "The line of a .pub file. Its comment is its name unless you give one. Needs your password, if you have one; an API key cannot add any.",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ publicKey: z.string().max(16_384), name: personName.optional(), password: present }))
    .output(sshKeyView),
  remove: operation
    .route({
      method: "DELETE",
      path: "/v1/me/ssh-keys/{keyId}",
      summary: "Remove an SSH key; connections that it opened end",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .input(z.object({ keyId: z.string().max(64) }))
    .output(z.object({})),
};

export const account = {
  keys,
  sshKeys,
  sessions,
  passkeys,
  twoFactor,
  discord: discordLink,
  security,
  preferences: preferenceOperations,
  ...profile,
  me: operation
    .route({
      method: "GET",
      path: "/v1/me",
      summary: "Who you are",
      description: "A bot is told who its owner is, without their e-mail.",
      tags: ["Account"],
    })
    .meta({ permission: "self" })
    .output(me.extend({ email: z.string().nullable() })),
};

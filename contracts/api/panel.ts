import { z } from "zod";
import { role } from "../access";
import { check, health, hostSample, nodeInfo } from "../host";
import { at } from "../process";
import { operation } from "./base";

/** The person who asks. */
export const me = z.object({ id: z.string(), name: z.string(), email: z.string(), role });

/** Passwords: 10–200 characters, nothing else asked (NIST SP 800-63B favours length over composition). */
export const password = z.string().min(10).max(200);
export const email = z.string().trim().toLowerCase().max(254).email();
export const personName = z.string().trim().min(1).max(64);

const keyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: at,
  lastUsedAt: at.nullable(),
  expiresAt: at.nullable(),
});

export const panel = {
  health: operation
    .route({ method: "GET", path: "/health", summary: "Whether web, worker and database answer", tags: ["Panel"] })
    .meta({ permission: "open" })
    .output(health),
  node: operation
    .route({ method: "GET", path: "/v1/nodes/current", summary: "The worker and its machine", tags: ["Panel"] })
    .meta({ permission: "self" })
    .output(z.object({ node: nodeInfo, samples: z.array(hostSample) })),
  doctor: operation
    .route({
      method: "GET",
      path: "/v1/doctor",
      summary: "What is well and what is not, with what to do",
      tags: ["Panel"],
    })
    .meta({ permission: "admin" })
    .output(z.object({ checks: z.array(check) })),
};

export const setup = {
  status: operation
    .route({
      method: "GET",
      path: "/v1/setup",
      summary: "Whether the first account is still to be made",
      tags: ["Account"],
    })
    .meta({ permission: "open" })
    .output(z.object({ needed: z.boolean() })),
  create: operation
    .route({
      method: "POST",
      path: "/v1/setup",
      summary: "Make the first account",
      description: "With the one-time link's code, or as the owner of BOTYARD_HOME on this machine.",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ code: z.string().max(100).optional(), name: personName, email, password }))
    .output(me),
};

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
    .meta({ permission: "self" })
    .output(z.object({ keys: z.array(sshKeyView) })),
  add: operation
    .route({
      method: "POST",
      path: "/v1/me/ssh-keys",
      summary: "Add a public key to sign in with over SFTP",
      description: "The line of a .pub file. Named by its comment unless a name is given.",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "self", writes: true })
    .input(z.object({ publicKey: z.string().max(16_384), name: personName.optional() }))
    .output(sshKeyView),
  remove: operation
    .route({
      method: "DELETE",
      path: "/v1/me/ssh-keys/{keyId}",
      summary: "Remove an SSH key; connections that it opened end",
      tags: ["Account"],
    })
    .meta({ permission: "self", writes: true })
    .input(z.object({ keyId: z.string().max(64) }))
    .output(z.object({})),
};

export const account = {
  sshKeys,
  me: operation
    .route({ method: "GET", path: "/v1/me", summary: "Who you are", tags: ["Account"] })
    .meta({ permission: "self" })
    .output(me),
  keys: operation
    .route({ method: "GET", path: "/v1/me/keys", summary: "Your API keys", tags: ["Account"] })
    .meta({ permission: "self" })
    .output(z.object({ keys: z.array(keyView) })),
  createKey: operation
    .route({
      method: "POST",
      path: "/v1/me/keys",
      summary: "Make an API key; it is shown this once",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "self", writes: true })
    .input(z.object({ name: personName, days: z.number().int().min(1).max(365).default(90) }))
    .output(keyView.extend({ token: z.string() })),
  revokeKey: operation
    .route({ method: "DELETE", path: "/v1/me/keys/{keyId}", summary: "Revoke an API key", tags: ["Account"] })
    .meta({ permission: "self", writes: true })
    .input(z.object({ keyId: z.string().max(64) }))
    .output(z.object({})),
};

export const live = {
  ticket: operation
    .route({
      method: "POST",
      path: "/v1/live/ticket",
      summary: "A ticket that opens one live connection, once, within a minute",
      tags: ["Live"],
    })
    .meta({ permission: "self", writes: true })
    .output(z.object({ ticket: z.string(), livesUntil: at })),
};

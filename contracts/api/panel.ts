import { z } from "zod";
import { role } from "../access";
import { check, health, hostSample, nodeInfo } from "../host";
import { at } from "../process";
import words from "../words/en/server.json";
import { operation } from "./base";

/** The person who asks. */
export const me = z.object({ id: z.string(), name: z.string(), email: z.string(), role });

/** Passwords: 10–200 characters, nothing else asked (NIST SP 800-63B favours length over composition). */
export const password = z.string().min(10).max(200);
/** An e-mail to sign in with; kept in small letters. */
export const email = z.string().trim().toLowerCase().max(254).email();
/** What people call themselves and what is theirs: without controls and halves of signs, and without what turns the text behind it around. */
export const personName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((name) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name), words.unseen);

export const panel = {
  health: operation
    .route({ method: "GET", path: "/health", summary: "Whether web, worker and database answer", tags: ["Panel"] })
    .meta({ permission: "open" })
    .output(health),
  node: operation
    .route({ method: "GET", path: "/v1/nodes/current", summary: "The worker and its machine", tags: ["Panel"] })
    .meta({ permission: "self", tool: "panel_status" })
    .output(z.object({ node: nodeInfo, samples: z.array(hostSample) })),
  doctor: operation
    .route({
      method: "GET",
      path: "/v1/doctor",
      summary: "Check the panel and its machine, and say what to do",
      tags: ["Panel"],
    })
    .meta({ permission: "admin", tool: "check_panel" })
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
      summary: "Create the first account",
      description: "With the one-time link's code, or as the owner of BOTYARD_HOME on this machine.",
      successStatus: 201,
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ code: z.string().max(100).optional(), name: personName, email, password }))
    .output(me),
};

export const live = {
  ticket: operation
    .route({
      method: "POST",
      path: "/v1/live/ticket",
      summary: "A ticket that opens one live connection, once, within a minute",
      tags: ["Live"],
    })
    .meta({ permission: "self", writes: true, viewing: true })
    .output(z.object({ ticket: z.string(), livesUntil: at })),
};

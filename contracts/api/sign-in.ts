import { z } from "zod";
import { at } from "../process";
import { operation } from "./base";
import { email, me, password, personName } from "./panel";

/** The password that a person has now; whoever has none leaves it out and must have signed in just now. */
const present = z.string().max(200).optional();

/** One browser that somebody is signed in with. */
export const sessionView = z.object({
  id: z.string(),
  via: z.enum(["password", "passkey", "discord"]),
  /** What it says of itself, such as Firefox and Windows; "" where it says nothing that is known. */
  browser: z.string(),
  system: z.string(),
  /** Where it was last seen. */
  address: z.string(),
  createdAt: at,
  lastSeenAt: at,
  /** The one that asks. */
  current: z.boolean(),
});

/** Where one is signed in. */
export const sessions = {
  list: operation
    .route({ method: "GET", path: "/v1/me/sessions", summary: "Where you are signed in", tags: ["Account"] })
    .meta({ permission: "account" })
    .output(z.object({ sessions: z.array(sessionView) })),
  end: operation
    .route({
      method: "DELETE",
      path: "/v1/me/sessions/{sessionId}",
      summary: "Sign out one browser",
      description: "What it has open is closed within seconds.",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ sessionId: z.string().max(64) }))
    .output(z.object({})),
  endOthers: operation
    .route({
      method: "DELETE",
      path: "/v1/me/sessions",
      summary: "Sign out every browser but the one that asks",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .output(z.object({ ended: z.number().int() })),
};

/** Name, e-mail and password of one's own account. */
export const profile = {
  rename: operation
    .route({ method: "PATCH", path: "/v1/me", summary: "Change your name", tags: ["Account"] })
    .meta({ permission: "account", writes: true })
    .input(z.object({ name: personName }))
    .output(me),
  changeEmail: operation
    .route({
      method: "PUT",
      path: "/v1/me/email",
      summary: "Change the e-mail that you sign in with",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ email, password: present }))
    .output(me),
  changePassword: operation
    .route({
      method: "PUT",
      path: "/v1/me/password",
      summary: "Change your password",
      description: "Every other browser is signed out, and SFTP connections that were opened with it end.",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ present, password }))
    .output(z.object({})),
};

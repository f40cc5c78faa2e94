import { z } from "zod";
import { passkeyRequest } from "../passkey";
import { preferenceChange, preferences } from "../preferences";
import { at } from "../process";
import { operation } from "./base";
import { email, me, password, personName } from "./panel";

/** The password that a person has now, asked for by confirmOwner; whoever has none leaves it out and must have signed in just now. */
export const present = z.string().max(200).optional().describe("Your current password, if you have one");

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

/** Six digits of one's app, or a recovery code. */
const code = z.string().min(6).max(50);
/** Each works once; they are in this answer and nowhere else. */
const recoveryCodes = z.object({ codes: z.array(z.string()) });

/** A second factor at the sign-in: codes of an authenticator app (TOTP). */
export const twoFactor = {
  begin: operation
    .route({
      method: "POST",
      path: "/v1/me/two-factor/begin",
      summary: "Begin to switch on two-factor sign-in: the secret for your app",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ password: present }))
    // `address`: otpauth://…, what an app reads off a QR code.
    .output(z.object({ secret: z.string(), address: z.string() })),
  enable: operation
    .route({
      method: "POST",
      path: "/v1/me/two-factor/enable",
      summary: "Switch on two-factor sign-in with a code of your app",
      description: "Every other browser is signed out. Answers with ten recovery codes, shown this once.",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ code }))
    .output(recoveryCodes),
  disable: operation
    .route({
      method: "POST",
      path: "/v1/me/two-factor/disable",
      summary: "Switch off two-factor sign-in",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .input(z.object({ password: present, code }))
    .output(z.object({})),
  renewCodes: operation
    .route({
      method: "POST",
      path: "/v1/me/two-factor/codes",
      summary: "Create new recovery codes; the old ones stop working",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .input(z.object({ password: present, code }))
    .output(recoveryCodes),
};

/** The Discord account that one signs in with. */
export const discordLink = {
  link: operation
    .route({
      method: "POST",
      path: "/v1/me/discord",
      summary: "Begin to link your Discord account; the browser goes to Discord next",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(z.object({ password: present }))
    .output(z.object({})),
  unlink: operation
    .route({
      method: "DELETE",
      path: "/v1/me/discord",
      summary: "Unlink your Discord account, unless it is the only way into the account",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true, destructive: true })
    .output(z.object({})),
};

/** What signs one in. */
export const security = operation
  .route({ method: "GET", path: "/v1/me/security", summary: "What signs you in", tags: ["Account"] })
  .meta({ permission: "account" })
  .output(
    z.object({
      hasPassword: z.boolean(),
      /** Null: no code is asked for. */
      twoFactor: z.object({ since: at, recoveryLeft: z.number().int() }).nullable(),
      /** `available`: it is set up on this panel. */
      discord: z.object({ available: z.boolean(), linked: z.string().nullable() }),
    }),
  );

/** How one sees the panel. */
export const preferenceOperations = {
  read: operation
    .route({ method: "GET", path: "/v1/me/preferences", summary: "How you see the panel", tags: ["Account"] })
    .meta({ permission: "account" })
    .output(preferences),
  change: operation
    .route({
      method: "PATCH",
      path: "/v1/me/preferences",
      summary: "Change how you see the panel",
      description: "What is left out stays; null follows each browser.",
      tags: ["Account"],
    })
    .meta({ permission: "account", writes: true })
    .input(preferenceChange)
    .output(preferences),
};

/** What is asked before anybody is signed in. Signing in itself is a form, see src/server/auth.ts. */
export const signIn = {
  passkey: operation
    .route({
      method: "POST",
      path: "/v1/sign-in/passkey",
      summary: "Begin to sign in with a passkey: what to ask the browser",
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .output(z.object({ ticket: z.string(), options: passkeyRequest })),
  reset: operation
    .route({
      method: "POST",
      path: "/v1/sign-in/reset",
      summary: "Set a new password with the code of a link that botyard user reset made",
      tags: ["Account"],
    })
    .meta({ permission: "open", writes: true })
    .input(z.object({ code: z.string().max(100), password }))
    .output(z.object({ email: z.string() })),
  makeReset: operation
    .route({
      method: "POST",
      path: "/v1/sign-in/reset-link",
      summary: "Create a single-use link that sets somebody's password",
      description: "Only for the owner of BOTYARD_HOME on the panel's own machine: botyard user reset.",
      tags: ["Account"],
    })
    .meta({ permission: "admin", writes: true })
    .input(z.object({ email, disableTwoFactor: z.boolean().default(false) }))
    // The link is the panel's address, then /reset#<code>. `panelUrl`: BOTYARD_PUBLIC_URL, null where it is not set.
    .output(z.object({ code: z.string(), name: z.string(), minutes: z.number(), panelUrl: z.string().nullable() })),
};

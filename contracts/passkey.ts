import { z } from "zod";

/*
 * WebAuthn Level 3 as JSON (https://www.w3.org/TR/webauthn-3/): bytes are base64url. Only what our own pages send and take.
 */

/** As long as an authenticator's answer may be, characters; most have less than two thousand. */
const bytes = z
  .string()
  .max(8_192)
  .regex(/^[\w-]*$/);
const known = z.object({ id: bytes, type: z.literal("public-key"), transports: z.array(z.string()).optional() });
const verification = z.enum(["required", "preferred", "discouraged"]);

/** What a browser is asked when it is to make a passkey. */
export const passkeyCreation = z.object({
  rp: z.object({ name: z.string(), id: z.string() }),
  user: z.object({ id: bytes, name: z.string(), displayName: z.string() }),
  challenge: bytes,
  pubKeyCredParams: z.array(z.object({ alg: z.number().int(), type: z.literal("public-key") })),
  timeout: z.number().optional(),
  excludeCredentials: z.array(known).optional(),
  authenticatorSelection: z
    .object({
      residentKey: verification.optional(),
      requireResidentKey: z.boolean().optional(),
      userVerification: verification.optional(),
    })
    .optional(),
  attestation: z.literal("none").optional(),
});

/** What it answers with. */
export const passkeyMade = z.object({
  id: bytes,
  rawId: bytes,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});

/** What a browser is asked when a passkey is to sign somebody in. */
export const passkeyRequest = z.object({
  rpId: z.string(),
  challenge: bytes,
  timeout: z.number().optional(),
  userVerification: verification.optional(),
});

/** What it answers with. */
export const passkeyAnswer = z.object({
  id: bytes,
  rawId: bytes,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});

export type PasskeyMade = z.infer<typeof passkeyMade>;
export type PasskeyAnswer = z.infer<typeof passkeyAnswer>;

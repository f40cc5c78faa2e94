import { createDecipheriv } from "node:crypto";
import { SEALED, sealedContext } from "#contracts/sealed";
import { seal } from "../seal";
import { secret } from "../secrets";

const NAME = "totp";

/** Seals the secret of a person's second factor, as secrets of bots are. */
export const sealSecret = (userId: string, base32: string): string => seal(userId, NAME, base32);

/**
 * Opens it again. The web does so with this one kind of secret, see docs/decisions/0023: what the worker opens is for bots, and a sign-in
 * must not wait for it. Throws when it was sealed with another key or for somebody else.
 */
export function openSecret(userId: string, sealed: string): string {
  const [version, ...parts] = sealed.split(".");
  const [iv, tag, text] = parts.map((part) => Buffer.from(part, "base64url"));
  if (version !== SEALED.version || !iv || !tag || !text) throw new Error("a second factor that cannot be read");
  const cipher = createDecipheriv(SEALED.algorithm, secret("sealKey"), iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(sealedContext(userId, NAME)));
  cipher.setAuthTag(tag);
  return Buffer.concat([cipher.update(text), cipher.final()]).toString("utf8");
}

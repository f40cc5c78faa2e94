import { createCipheriv, randomBytes } from "node:crypto";
import { SEALED, sealedContext } from "#contracts/sealed";
import { secret } from "./secrets";

/** Seals a value for its place: `v1.<iv>.<tag>.<ciphertext>`, base64url. There is no unseal here: only the worker opens it, at launch. */
export function seal(botId: string, key: string, value: string): string {
  const iv = randomBytes(SEALED.ivBytes);
  const cipher = createCipheriv(SEALED.algorithm, secret("sealKey"), iv);
  cipher.setAAD(Buffer.from(sealedContext(botId, key)));
  const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const parts = [iv, cipher.getAuthTag(), text].map((bytes) => bytes.toString("base64url"));
  return [SEALED.version, ...parts].join(".");
}

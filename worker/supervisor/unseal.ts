import { createDecipheriv } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import { SEALED, sealedContext } from "#contracts/sealed";

/** Opens one sealed value of a bot; throws when it was made with another key, for another place, or tampered with. */
export type Unseal = (botId: BotId, key: string, sealed: string) => string;

/** Makes the only thing in the worker that can read secrets. The key file holds 32 bytes, as they are, in hex or in base64. */
export function createUnseal(keyFile: string): { unseal: Unseal; load(): Promise<void> } {
  let secret: Buffer | undefined;
  return {
    async load() {
      secret = parseKey(await readFile(keyFile));
    },
    unseal(botId, key, sealed) {
      if (!secret) throw new Error("the key file of sealed values has not been read");
      return open(secret, botId, key, sealed);
    },
  };
}

function open(secret: Buffer, botId: BotId, key: string, sealed: string): string {
  const [version, iv, tag, text, ...rest] = sealed.split(".");
  if (version !== SEALED.version || iv === undefined || tag === undefined || text === undefined || rest.length > 0) {
    throw new Error("not a sealed value");
  }
  const tagBytes = Buffer.from(tag, "base64url");
  const ivBytes = Buffer.from(iv, "base64url");
  // A short tag would be far easier to forge, and Node takes any length that GCM allows.
  if (tagBytes.length !== 16 || ivBytes.length !== SEALED.ivBytes) throw new Error("not a sealed value");
  const decipher = createDecipheriv(SEALED.algorithm, secret, ivBytes);
  decipher.setAAD(Buffer.from(sealedContext(botId, key)));
  decipher.setAuthTag(tagBytes);
  return Buffer.concat([decipher.update(Buffer.from(text, "base64url")), decipher.final()]).toString("utf8");
}

/** Reads the bytes of a key from its file: raw, or as text with a line end. */
export function parseKey(file: Buffer): Buffer {
  if (file.length === SEALED.keyBytes) return file;
  const text = file.toString("utf8").trim();
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (bytes.length !== SEALED.keyBytes) throw new Error(`the key has ${bytes.length} bytes, not ${SEALED.keyBytes}`);
  return bytes;
}

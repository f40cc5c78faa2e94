import { createDecipheriv } from "node:crypto";
import type { BotId } from "#contracts/bot";
import { SEALED, sealedContext } from "#contracts/sealed";

/** Opens one sealed value of a bot; throws when it was made with another key, for another place, or tampered with. */
export type Unseal = (botId: BotId, key: string, sealed: string) => string;

const TAG_BYTES = 16;

/** Makes the only thing in the worker that reads secrets. The key is asked for once, at the first sealed value. */
export function createUnseal(readKey: () => Uint8Array): Unseal {
  let secret: Uint8Array | undefined;
  return (botId, key, sealed) => {
    const [version, iv, tag, text, ...rest] = sealed.split(".");
    if (version !== SEALED.version || iv === undefined || tag === undefined || text === undefined || rest.length > 0) {
      throw new Error("not a sealed value");
    }
    const ivBytes = Buffer.from(iv, "base64url");
    const tagBytes = Buffer.from(tag, "base64url");
    // A short tag would be far easier to forge, and GCM itself takes one.
    if (ivBytes.length !== SEALED.ivBytes || tagBytes.length !== TAG_BYTES) throw new Error("not a sealed value");
    secret ??= readKey();
    const decipher = createDecipheriv(SEALED.algorithm, secret, ivBytes, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(sealedContext(botId, key)));
    decipher.setAuthTag(tagBytes);
    return Buffer.concat([decipher.update(Buffer.from(text, "base64url")), decipher.final()]).toString("utf8");
  };
}

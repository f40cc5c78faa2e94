import { createHash } from "node:crypto";
import ssh2 from "ssh2";
import { readOrMake } from "../keys";

/** The key that clients know this machine by. */
export type HostKey = {
  /** As OpenSSH writes it, PEM. */
  pem: string;
  /** SHA256:… as ssh shows it. */
  fingerprint: string;
};

/**
 * Reads the host key, and makes it the first time; it stays for good, since every client would warn of another. Ed25519 alone: every
 * client of the last ten years knows it.
 */
export function readHostKey(file: string): HostKey {
  const pem = readOrMake(file, () => makeKey().private);
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw new Error(`${file} holds no key: ${key.message}`);
  return { pem, fingerprint: fingerprintOf(key.getPublicSSH()) };
}

/** A new pair of keys as OpenSSH writes them. ssh2 makes some that nobody can read, about one in a hundred: those are made again. */
export function makeKey(): { private: string; public: string } {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync("ed25519", { comment: "botyard" });
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made;
  }
}

/** The fingerprint of a public key, as ssh shows it. */
export const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

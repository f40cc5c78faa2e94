import { createHash, createPublicKey } from "node:crypto";
import ssh2, { type ParsedKey } from "ssh2";
import { AppError } from "#contracts/errors";

/** A public key that may be signed in with. */
export type PublicKey = {
  type: string;
  fingerprint: string;
  /** As SSH writes it, base64. */
  base64: string;
  /** What stood behind it: usually whose it is. */
  comment: string;
};

const TYPES = new Set(["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"]);
const RSA_BITS = 2_048;

/**
 * Reads a public key as it stands in a .pub file: type, base64, comment. AppError ssh_key_private for the half that nobody may have,
 * ssh_key_invalid for no key, ssh_key_weak for DSA and short RSA.
 */
export function readPublicKey(line: string): PublicKey {
  const text = line.trim();
  if (/PRIVATE KEY/.test(text)) throw new AppError("ssh_key_private");
  const [type = "", base64 = "", ...comment] = text.split(/[ \t]+/);
  if (/[\r\n]/.test(text) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new AppError("ssh_key_invalid");
  const key = checkPublicKey(Buffer.from(base64, "base64"));
  if (key.type !== type) throw new AppError("ssh_key_invalid");
  return { ...key, comment: comment.join(" ") };
}

/** The same of the bytes that a client signs in with. */
export function checkPublicKey(bytes: Buffer): Omit<PublicKey, "comment"> {
  const key = parsed(bytes);
  if (key.isPrivateKey()) throw new AppError("ssh_key_invalid");
  const { type } = key;
  if (type === "ssh-dss") throw new AppError("ssh_key_weak", { type: "DSA" });
  // What was read must be all of it: of two writings of one key only one would be found again.
  if (!TYPES.has(type) || !key.getPublicSSH().equals(bytes)) throw new AppError("ssh_key_invalid");
  if (type === "ssh-rsa") {
    const bits = createPublicKey(key.getPublicPEM()).asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < RSA_BITS) throw new AppError("ssh_key_weak", { type: `RSA ${bits}` });
  }
  const hash = createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "");
  return { type, fingerprint: `SHA256:${hash}`, base64: bytes.toString("base64") };
}

function parsed(bytes: Buffer): ParsedKey {
  try {
    const key = ssh2.utils.parseKey(bytes);
    if (!(key instanceof Error)) return key;
  } catch {
    // It asserts where a number of a key is empty.
  }
  throw new AppError("ssh_key_invalid");
}

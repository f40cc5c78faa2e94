import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { PasskeyAnswer, PasskeyMade } from "#contracts/passkey";

const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: string | Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** What a page or a thief could change of what an authenticator says. */
type Twist = { origin?: string; rpId?: string; verified?: boolean; userHandle?: string; counter?: number };

/** A security key in software (ES256, no attestation): it answers as WebAuthn Level 3 has it. */
export function openAuthenticator(origin: string) {
  const { hostname } = new URL(origin);
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(32);
  let counter = 0;

  // The public key as a COSE map of five pairs: EC2, ES256, P-256, x, y.
  const cose = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, "base64url"),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, "base64url"),
  ]);
  const clientData = (type: string, challenge: string, from: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }));
  const authData = (flags: number, { rpId = hostname, counter: copied }: Twist, more = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    counter = copied ?? counter + 1;
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, more]);
  };

  return {
    id: b64(id),
    make({ challenge }: { challenge: string }, twist: Twist = {}): PasskeyMade {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const made = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const data = authData(0x45, twist, made);
      const size = Buffer.alloc(2);
      size.writeUInt16BE(data.length);
      // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from("fmt"),
        Buffer.from([0x64]),
        Buffer.from("none"),
        Buffer.from([0x67]),
        Buffer.from("attStmt"),
        Buffer.from([0xa0, 0x68]),
        Buffer.from("authData"),
        Buffer.from([0x59]),
        size,
        data,
      ]);
      const clientDataJSON = b64(clientData("webauthn.create", challenge, twist.origin ?? origin));
      const response = { clientDataJSON, attestationObject: b64(attestationObject), transports: ["internal"] };
      return { id: b64(id), rawId: b64(id), type: "public-key", response };
    },
    answer({ challenge }: { challenge: string }, twist: Twist = {}): PasskeyAnswer {
      const data = authData(twist.verified === false ? 0x01 : 0x05, twist);
      const client = clientData("webauthn.get", challenge, twist.origin ?? origin);
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
      const { userHandle } = twist;
      const response = {
        clientDataJSON: b64(client),
        authenticatorData: b64(data),
        signature: b64(signature),
        ...(userHandle !== undefined && { userHandle }),
      };
      return { id: b64(id), rawId: b64(id), type: "public-key", response };
    },
  };
}

import { Secret, TOTP } from "otpauth";

/** As every authenticator app takes it (RFC 6238): SHA-1, six digits, 30 s. */
const PERIOD_S = 30;
/** Steps that a clock may be off, each way. */
const WINDOW = 1;

const totpOf = (base32: string, label = ""): TOTP =>
  new TOTP({ issuer: "Botyard", label, secret: Secret.fromBase32(base32), digits: 6, period: PERIOD_S });

/** A secret of 160 bits, base32. */
export const newSecret = (): string => new Secret({ size: 20 }).base32;

/** What an authenticator app reads off the picture. */
export const addressOf = (base32: string, email: string): string => totpOf(base32, email).toString();

/** The time step that a code belongs to; null when it is none of now, one before or one after. */
export function stepOf(base32: string, code: string, now = Date.now()): number | null {
  const delta = totpOf(base32).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_S) + delta;
}

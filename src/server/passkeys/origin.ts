import { isIP } from "node:net";
import { AppError } from "#contracts/errors";
import { clientOf } from "../address";
import { env } from "../env";

/** What a passkey is bound to: the name of the panel's address. */
export type Party = { id: string; origins: string[] };

/**
 * The address that passkeys of this panel are for: the one that was set, else the one the browser asked at, which no page can make up.
 * AppError passkey_address where browsers allow none: addresses without a name.
 */
export function partyOf(headers: Headers): Party {
  const { publicUrl } = env();
  const { host } = clientOf(headers);
  const text = publicUrl?.origin ?? `http://${host}`;
  if (!URL.canParse(text)) throw new AppError("passkey_address");
  const { hostname, host: named } = new URL(text);
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) throw new AppError("passkey_address");
  return { id: hostname, origins: publicUrl ? [publicUrl.origin] : [`http://${named}`, `https://${named}`] };
}

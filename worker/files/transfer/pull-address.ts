import { AppError } from "#contracts/errors";

/** An address as a person typed it. https, or http, which only an allowed network gets; without user and password. AppError pull_address. */
export function pullAddress(text: string): URL {
  const plain = text.trim();
  if (!/^https?:\/\/[^/]/i.test(plain) || /[\u0000-\u0020\u007f\\]/.test(plain)) throw new AppError("pull_address");
  return checked(plain);
}

/** Where a redirect leads, by the same rules. AppError pull_address. */
export const nextAddress = (location: string, from: URL): URL => checked(location, from);

function checked(text: string, from?: URL): URL {
  if (!URL.canParse(text, from)) throw new AppError("pull_address");
  const url = new URL(text, from);
  const plain = /^https?:$/.test(url.protocol) && url.hostname !== "" && url.username === "" && url.password === "";
  if (!plain) throw new AppError("pull_address");
  url.hash = "";
  return url;
}

/** The host as a resolver takes it. WHATWG has turned 0x7f.1, 2130706433 and full-width digits into 127.0.0.1 by now. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

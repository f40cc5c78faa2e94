import { cameByTls } from "./address";
import { env } from "./env";

/** Whether the address that people use is one of TLS; cookies are named so that they come by nothing else then. */
export const isHttps = (): boolean => env().publicUrl?.protocol === "https:";

/** The name of a cookie of ours. The `__Host-` name is one that browsers take over https only, and from no other name of our domain. */
export const cookieName = (name: string): string => `${isHttps() ? "__Host-" : ""}botyard.${name}`;

/** The cookies of a request by name. */
export const cookiesOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    (headers.get("cookie") ?? "").split(";").flatMap((one) => {
      const [, name, value] = /^\s*([^=\s]+)=(.*?)\s*$/.exec(one) ?? [];
      return name === undefined || value === undefined ? [] : [[name, decoded(value)]];
    }),
  );

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** What is read of one cookie of ours; "" where there is none. */
export const readCookie = (headers: Headers, name: string): string => cookiesOf(headers)[cookieName(name)] ?? "";

/** A cookie that only we read, as an answer sets it; `seconds` 0 removes it. */
export const writeCookie = (name: string, value: string, seconds: number): string =>
  `${cookieName(name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isHttps() ? "; Secure" : ""}`;

/** Marks what an answer sets so that it goes back by TLS only, where the browser came by it, whether or not we were told our address. */
export function keepToTls(asked: Headers, answer: Headers): void {
  if (!cameByTls(asked)) return;
  const cookies = answer.getSetCookie();
  answer.delete("set-cookie");
  for (const one of cookies) answer.append("set-cookie", /; secure(;|$)/i.test(one) ? one : `${one}; Secure`);
}

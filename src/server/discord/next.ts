import { readCookie, writeCookie } from "../cookies";
import { livesFor } from "../pending";

/** Says where a browser that went to Discord to sign in wants to go afterwards; the sign-in page judges whether it may. */
const NEXT_COOKIE = "next";
/** How long a wish is at most as a cookie holds it, characters; browsers take 4,096 (RFC 6265, 6.1). */
const LONGEST = 2_000;

/** Keeps where a browser wants to go, as it leaves for Discord: `?next=` of the request that it leaves by. */
export function keepNext(leaving: URL, cookies: string[]): void {
  const next = encodeURIComponent(leaving.searchParams.get("next") ?? "/");
  // The first page is where everybody is led.
  const isKept = next !== encodeURIComponent("/") && next.length <= LONGEST;
  cookies.push(isKept ? writeCookie(NEXT_COOKIE, next, livesFor("discord")) : writeCookie(NEXT_COOKIE, "", 0));
}

/**
 * Where a browser that came back from Discord goes on to, if next-auth leads it to `location`: by way of the sign-in page, which leads on who
 * is signed in and asks the others again. Who came from a page of their own goes back to that.
 */
export function withNext(headers: Headers, location: string): string {
  const next = readCookie(headers, NEXT_COOKIE);
  const { pathname, searchParams } = new URL(location, "http://panel.invalid");
  if (next === "" || (pathname !== "/" && pathname !== "/sign-in")) return location;
  searchParams.set("next", next);
  return `/sign-in?${searchParams}`;
}

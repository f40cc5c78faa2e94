import { readCookie, writeCookie } from "../cookies";
import { livesFor } from "../pending";

/** Says where a browser that went to Discord to sign in wants to go afterwards; the sign-in page judges whether it may. */
const NEXT_COOKIE = "next";
/** How long a wish is at most as a cookie holds it, characters; browsers take 4,096 (RFC 6265, 6.1). */
const LONGEST = 2_000;

/** Keeps where a browser wants to go, as its form leaves for Discord: `?next=` of the request. `cookies`: what the answer sets. */
export function keepNext({ method, url }: Request, cookies: string[]): void {
  const { pathname, searchParams } = new URL(url);
  if (method !== "POST" || pathname !== "/api/auth/signin/discord") return;
  const next = encodeURIComponent(searchParams.get("next") ?? "/");
  // The first page is where everybody is led.
  const isKept = next !== encodeURIComponent("/") && next.length <= LONGEST;
  cookies.push(isKept ? writeCookie(NEXT_COOKIE, next, livesFor("discord")) : writeCookie(NEXT_COOKIE, "", 0));
}

/**
 * Leads a browser that came back from Discord on to where it wants to go: by way of the sign-in page, which leads on who is signed in and asks
 * the others again. Who came from a page of their own goes back to that, as next-auth leads them.
 */
export function leadOn({ headers, url }: Request, answer: Response): void {
  const next = readCookie(headers, NEXT_COOKIE);
  const location = answer.headers.get("location");
  if (next === "" || location === null || new URL(url).pathname !== "/api/auth/callback/discord") return;
  const { pathname, searchParams } = new URL(location, url);
  if (pathname !== "/" && pathname !== "/sign-in") return;
  searchParams.set("next", next);
  answer.headers.set("location", `/sign-in?${searchParams}`);
}

import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a handshake may come from where it says it comes. CORS does not cover WebSockets, so another site's page could
 * open one: browsers name the page's origin, and its host must be the one that was asked, or configured. X-Forwarded-Host is
 * believed here because no page can set it: the web's rewrite does, with the host that the browser asked for.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, cookie, upgrade } = headers;
  if (origin === undefined) {
    // A page of ours that polls by GET sends none; a WebSocket of a browser always does, and so does another site's POST.
    if (upgrade !== undefined) return cookie === undefined;
    const site = headers["sec-fetch-site"];
    return site === undefined || site === "same-origin" || site === "none";
  }
  if (!URL.canParse(origin)) return false;
  const { host, origin: own } = new URL(origin);
  if (host === "") return false;
  const forwarded = [headers["x-forwarded-host"]].flat()[0]?.split(",")[0]?.trim();
  return host === headers.host || host === forwarded || allowedOrigins.includes(own);
}

import type { z } from "zod";
import { isZone, type Theme, theme } from "#contracts/preferences";

export { type Theme, theme };

/** Cookies that the server reads to draw the first frame right; neither is a secret. */
export const THEME_COOKIE = "botyard-theme";
export const ZONE_COOKIE = "botyard-zone";

const YEAR_S = 31_536_000;

/** Remembers a preference in a cookie of this browser. */
export function remember(name: string, value: string): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_S}; samesite=lax${secure}`;
}

/** The colours a request asked for: dark unless it says otherwise. */
export const readTheme = (cookie: string | undefined): Theme => theme.catch("dark").parse(cookie);

/** A time zone that this program knows, else UTC. */
export function readZone(cookie: string | undefined): string {
  if (!cookie) return "UTC";
  try {
    const zone = decodeURIComponent(cookie);
    return isZone(zone) ? zone : "UTC";
  } catch {
    return "UTC";
  }
}

/** Reads something kept in this browser; anything unreadable counts as absent. */
export function recall<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(window.localStorage.getItem(name) ?? "null")).data;
  } catch {
    return undefined;
  }
}

/** Keeps something in this browser; a full or forbidden storage is no failure. */
export function keep(name: string, value: unknown): void {
  try {
    window.localStorage.setItem(name, JSON.stringify(value));
  } catch {}
}

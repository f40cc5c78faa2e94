import { z } from "zod";

/** A stretch of time that ends now, as people ask for it. `today` begins at midnight in the viewer's zone. */
export const recently = z.enum(["5m", "15m", "1h", "24h", "7d", "today"]);
export type Recently = z.infer<typeof recently>;

const lengths = {
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
} as const satisfies Record<Exclude<Recently, "today">, number>;

/** When such a stretch begins. */
export const beginOf = (what: Recently, now: number, timeZone: string): number =>
  what === "today" ? startOfDay(now, timeZone) : now - lengths[what];

/** Midnight of the day that a moment falls on in a zone. */
export function startOfDay(at: number, timeZone: string): number {
  const day = wallClock(at, timeZone).slice(0, 10);
  return fromWallClock(`${day}T00:00`, timeZone) ?? at;
}

/** What a clock on the wall of that zone shows: "2026-11-21T07:37:05", as `<input type="datetime-local">` holds it. */
export function wallClock(at: number, timeZone: string): string {
  return new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 19);
}

/** The moment at which a zone's clocks show this; null for what is no date. An hour that a zone skips counts as the one after it. */
export function fromWallClock(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  const shown = Date.parse(`${text}Z`);
  if (Number.isNaN(shown)) return null;
  // The offset is the zone's at the moment we look for, which the second guess is near enough to know.
  const guess = shown - offsetAt(shown, timeZone);
  return shown - offsetAt(guess, timeZone);
}

/** How far a zone's clocks are ahead of UTC, ms. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return shown - Math.floor(at / 1000) * 1000;
}

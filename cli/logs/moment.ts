import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment as people say it: `10m` ago (s, m, h, d, w), or a date and time of this machine's zone, `2026-11-20T10:00`. Undefined when it is none. */
export function parseMoment(text: string, now = Date.now()): number | undefined {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  if (ago) return now - Number(ago[1]) * (units[ago[2] ?? ""] ?? 0);
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined;
  // A date alone is UTC to the parser, and the midnight of this place to a person.
  const at = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T"));
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** The same, of an option on the command line. */
export function readMoment(text: string): number {
  const at = parseMoment(text);
  if (at === undefined) throw new InvalidArgumentError("Give a time such as 10m, 2h, 3d, or 2026-11-20T10:00.");
  return at;
}

import { RE2JS } from "re2js";
import { expressionOf } from "#contracts/path-pattern";

/**
 * Says of paths whether they are meant by patterns with commas between them, as in a .gitignore: `*.js` is a name at whatever depth,
 * `src/*.js` a path from the bot's folder on, `src/` all that lies in such a folder, `**` any folders, `!` leaves out. Where all of them leave
 * out, everything else is meant. Case never counts.
 */
export function createNameFilter(patterns: string): (path: string) => boolean {
  const all = patterns
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one !== "!");
  const isOut = oneOf(all.filter((one) => one.startsWith("!")).map((one) => one.slice(1)));
  const isIn = oneOf(all.filter((one) => !one.startsWith("!")));
  return (path) => (isIn?.(path) ?? true) && !isOut?.(path);
}

/** In RE2, so that no pattern of many stars and no long path can make it slow. */
function oneOf(patterns: readonly string[]): ((path: string) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const pattern = RE2JS.compile(patterns.map(expressionOf).join("|"), RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
  return (path) => pattern.matches(path);
}

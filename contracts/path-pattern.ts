/*
 * Patterns of paths as in a .gitignore, in the syntax of RE2: no pattern of many stars and no long path can make that slow. Whoever matches
 * compiles it with re2js, so that `.` is any sign, and against a whole path.
 */

/** What one pattern means: a name at whatever depth, or a path from the bot's folder on. */
export function expressionOf(pattern: string): string {
  const isFolder = pattern.endsWith("/");
  const rooted = pattern.replace(/\/+$/, "").includes("/");
  const way = pattern.replace(/^\/+/, "") + (isFolder ? "**" : "");
  const parts = way.replace(
    /\*\*\/|\*\*|[\s\S]/g,
    (sign) => signs.get(sign) ?? sign.replace(/[\\^$.|+()[\]{}]/, "\\$&"),
  );
  return rooted ? parts : `(?:.*/)?${parts}`;
}

const signs = new Map([
  ["**/", "(?:.*/)?"],
  ["**", ".*"],
  ["*", "[^/]*"],
  ["?", "[^/]"],
]);

/** What some patterns of hidden paths (hiddenPath of members.ts) mean together: a path that fits is hidden, and all below it with it. */
export const hiddenExpression = (patterns: readonly string[]): string =>
  patterns.map((one) => expressionOf(itself(one))).join("|");

/** What names all that lies in a folder names the folder itself: nobody would look into an empty one. */
function itself(pattern: string): string {
  const folder = pattern.replace(/(\/\*\*)+\/?$|\/+$/, "");
  if (folder === "") return "**";
  // `secrets/**` is a path from the bot's folder on; without its end it would be a name at any depth.
  return pattern.replace(/\/+$/, "").includes("/") ? `/${folder}` : folder;
}

import { RE2JS } from "re2js";
import { z } from "zod";
import { hiddenExpression } from "#contracts/path-pattern";

/** What an entry names files by: each from the bot's folder on, or from the folder that is its `path` or `to`. */
const NAMING = ["path", "paths", "names", "to", "from"];

/** What stands for a path that is not told. */
const UNTOLD = "…";

type Detail = Readonly<Record<string, unknown>>;

/** What is told of entries to somebody from whom paths are hidden: all but those paths, which do not exist for them. */
export function entriesSeen(hidden: readonly string[]): (detail: Detail) => Detail {
  if (hidden.length === 0) return (detail) => detail;
  const hides = RE2JS.compile(hiddenExpression(hidden), RE2JS.DOTALL);
  const isHidden = (path: string) =>
    path.split("/").some((_part, depth, parts) => hides.matches(parts.slice(0, depth + 1).join("/")));
  return (detail) => {
    const folders = ["", ...["path", "to"].map((key) => text.parse(detail[key]))];
    const told = (path: string) =>
      folders.some((folder) => isHidden(folder === "" ? path : `${folder}/${path}`)) ? UNTOLD : path;
    const seen = Object.entries(detail).map(([key, value]) => {
      if (!NAMING.includes(key)) return [key, value];
      if (typeof value === "string") return [key, told(value)];
      return [key, Array.isArray(value) ? [...new Set(value.map((one) => told(String(one))))] : value];
    });
    return Object.fromEntries(seen);
  };
}

const text = z.string().catch("");

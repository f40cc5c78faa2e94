/*
 * Paths of a bot's files as the API names them: parts between single slashes, "" for the bot's folder itself. Arithmetic only; what a
 * path may be, the worker says.
 */

/** The folder something lies in; "" is its own. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const join = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** A folder and all above it, from the bot's folder down. */
export function trailOf(folder: string): string[] {
  const parts = folder === "" ? [] : folder.split("/");
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

/** Whether a path is a folder itself, or lies somewhere in it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

/** Where a path is once `from` has become `to`; null when it is not touched by that. */
export function follow(path: string, from: string, to: string): string | null {
  return isWithin(path, from) ? to + path.slice(from.length) : null;
}

/** Of some paths those that lie in none of the others: what to move or delete when all are chosen. */
export function topmost(paths: readonly string[]): string[] {
  const chosen = new Set(paths);
  return paths.filter((path) => {
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) if (chosen.has(folder)) return false;
    return true;
  });
}

/** What is wrong with a name somebody typed; null: nothing that shows from here. `deep`: slashes lead into folders. */
export function nameFault(name: string, deep: boolean): "empty" | "slash" | "dots" | null {
  if (name.trim() === "") return "empty";
  if (!deep && name.includes("/")) return "slash";
  return name.split("/").some((part) => ["", ".", ".."].includes(part)) ? "dots" : null;
}

import type { PickedFile } from "#client/dropped";

/** A file of an upload as far as it is here. */
export type Announced = { path: string; size: number; received: number };

/**
 * Finds, for files of an upload that was begun before the page was loaded anew, those that were chosen again: by the same path and size.
 * Answers them by their places in `announced`. What is here whole needs none.
 */
export function matched(announced: readonly Announced[], chosen: readonly PickedFile[]): Map<number, File> {
  const found = new Map<number, File>();
  const byPath = new Map(chosen.map(({ path, file }) => [path, file]));
  for (const [at, { path, size, received }] of announced.entries()) {
    const file = byPath.get(path);
    if (file && file.size === size && received < size) found.set(at, file);
  }
  return found;
}

/** The folder that all of them lie in; null when some do not. */
export function topOf(paths: readonly string[]): string | null {
  const [first = ""] = paths;
  const cut = first.indexOf("/");
  if (cut === -1) return null;
  const top = first.slice(0, cut);
  return paths.every((path) => path.startsWith(`${top}/`)) ? top : null;
}

/** What of one thing that was dropped had to be announced in several parts belongs together again: those of one folder into one place. */
export function together<T extends { id: string; to: string; files: readonly { path: string }[] }>(
  uploads: readonly T[],
): T[][] {
  const groups = new Map<string, T[]>();
  for (const upload of uploads) {
    const top = topOf(upload.files.map(({ path }) => path));
    const key = top === null ? upload.id : `${upload.to}/${top}/`;
    groups.set(key, [...(groups.get(key) ?? []), upload]);
  }
  return [...groups.values()];
}

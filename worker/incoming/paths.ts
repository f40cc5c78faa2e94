import { AppError, fill } from "#contracts/errors";
import { showPath } from "#contracts/files";
import { en } from "#contracts/words/en";

/** Why a path from outside is not taken; the sentence is `detect.unsafe.<name>`. */
export type Unsafe = keyof typeof en.detect.unsafe;

const PART_BYTES = 255;
const PATH_CHARACTERS = 512;

/** Looks at a path from an archive or a browser. Nothing is mended or stripped: a path that is not plain is refused. */
export function unsafePath(path: string): Unsafe | undefined {
  if (path === "") return "empty";
  if (/[\u0000-\u001f\u007f]/.test(path)) return "control";
  if (path.includes("\\")) return "backslash";
  if (path.startsWith("/")) return "absolute";
  if (/^[A-Za-z]:/.test(path)) return "drive";
  const parts = path.split("/");
  if (parts.includes("..")) return "up";
  if (parts.some((part) => part === "" || part === ".")) return "empty";
  if (path.length > PATH_CHARACTERS || parts.some((part) => Buffer.byteLength(part) > PART_BYTES)) return "long";
  return undefined;
}

/** The refusal of a whole archive (`archive_unsafe`) or of an announced upload (`path_unsafe`) for one path in it. */
export function refuse(code: "archive_unsafe" | "path_unsafe", path: string, why: Unsafe, limit = 0): AppError {
  return new AppError(code, { path: showPath(path), why: fill(en.detect.unsafe[why], { limit }) });
}

/** Checks the paths of an announced upload. AppError path_unsafe. */
export function assertPaths(paths: readonly string[], folders: readonly string[] = []): void {
  for (const path of [...paths, ...folders]) {
    const why = unsafePath(path);
    if (why) throw refuse("path_unsafe", path, why);
  }
  const twice = clash(paths, folders);
  if (twice) throw refuse("path_unsafe", ...twice);
}

/** Finds a name that stands twice, or that is a file here and a folder there. */
export function clash(files: readonly string[], folders: readonly string[] = []): [string, Unsafe] | undefined {
  const names = createNames();
  for (const [paths, isFolder] of [[files, false] as const, [folders, true] as const]) {
    for (const path of paths) {
      const why = names.take(path, isFolder);
      if (why) return [path, why];
    }
  }
  return undefined;
}

/**
 * The names of one archive as they come. Folders that only a path tells of count against `limit` as those do that have an entry: a few
 * names can tell of very many.
 */
export function createNames(limit = Number.POSITIVE_INFINITY) {
  const files = new Set<string>();
  const folders = new Set<string>();
  let entries = 0;
  return {
    /** Takes a name that leads nowhere out; answers why it is refused, if it is. */
    take(path: string, isFolder: boolean): Unsafe | undefined {
      if (isFolder ? files.has(path) : folders.has(path)) return "both";
      if (!isFolder && files.has(path)) return "twice";
      (isFolder ? folders : files).add(path);
      for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
        const above = path.slice(0, cut);
        if (folders.has(above)) break;
        if (files.has(above)) return "both";
        folders.add(above);
      }
      entries++;
      return Math.max(entries, files.size + folders.size) > limit ? "many" : undefined;
    },
  };
}

/** The one folder that everything lies in, if there is one: archives and dropped folders have it, a bot does not want it. */
export function topFolder(files: readonly string[]): string | undefined {
  const first = files[0]?.split("/", 1)[0];
  if (first === undefined) return undefined;
  return files.every((file) => file.startsWith(`${first}/`)) ? first : undefined;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Bytes for a sentence: "12 MB". */
export function showBytes(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${UNITS[unit]}`;
}

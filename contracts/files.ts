import { z } from "zod";
import { at } from "./process";

/*
 * Files of a bot, as browsers, the API, the CLI and SFTP name them. A path is relative to the bot's folder, its parts between single
 * slashes; "" is the folder itself. What a path may be is checked where it is used (worker/files/path.ts): AppError path_unsafe.
 */
export const filePath = z.string().max(4_096);

/** A path as it may be shown: on one line, in the order it is written in, and not endless. */
export function showPath(path: string): string {
  const plain = path.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd\p{Cs}]/gu, "?");
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}

/** Text that the editor opens at most, bytes; of more there is a look at its head and its end. */
export const EDIT_BYTES = 4 * 1024 * 1024;
/** So much of a file is looked at at once when it is too large to be edited, bytes. */
export const PEEK_BYTES = 256 * 1024;

/** `other`: a FIFO, a socket, a device: listed, never opened. */
export const fileKind = z.enum(["file", "folder", "link", "other"]);
export type FileKind = z.infer<typeof fileKind>;

/** Names one content of a file: another after every write, whoever wrote. */
export const etag = z.string().regex(/^[0-9a-z-]{1,64}$/);

/** One row of a folder. */
export const fileEntry = z.object({
  name: z.string(),
  kind: fileKind,
  /** Bytes of a file; 0 for all else. */
  size: z.number().int().nonnegative(),
  changedAt: at,
  /** Permission bits, such as 0o644 as a number. */
  mode: z.number().int().min(0).max(0o7777),
  /** Where a link leads, as it says. */
  to: z.string().optional(),
  /** Its name is not valid UTF-8: it is shown, and cannot be named in a path. */
  unnamable: z.boolean().optional(),
});
export type FileEntry = z.infer<typeof fileEntry>;

export const fileOrder = z.enum(["name", "size", "changed"]);

/** What to list of a folder. Folders come first when ordered by name. */
export const folderQuery = z.object({
  path: filePath.default(""),
  order: fileOrder.default("name"),
  descending: z.boolean().default(false),
  /** Rows to pass over, and to send: a folder may hold 100,000. */
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().min(1).max(1_000).default(500),
});
export type FolderQuery = z.infer<typeof folderQuery>;

/** Rows of a folder, and how many there are in all. `at` changes whenever something in the folder came or went. */
export const folderPage = z.object({
  path: filePath,
  entries: z.array(fileEntry),
  total: z.number().int().nonnegative(),
  etag,
});
export type FolderPage = z.infer<typeof folderPage>;

/** A file for the editor. `text` is null for what is not text or larger than EDIT_BYTES. */
export const fileContent = z.object({
  path: filePath,
  size: z.number().int().nonnegative(),
  changedAt: at,
  mode: z.number().int(),
  etag,
  text: z.string().nullable(),
  /** Why there is no text. */
  why: z.enum(["binary", "large"]).optional(),
});
export type FileContent = z.infer<typeof fileContent>;

/**
 * Writes a text. `etag` is of what was read before: AppError file_changed when the file is another by now; null: it must not be there
 * yet (file_exists); absent: whatever is there.
 */
export const fileWrite = z.object({
  path: filePath,
  text: z.string().max(EDIT_BYTES),
  etag: etag.nullable().optional(),
});
export type FileWrite = z.infer<typeof fileWrite>;

/** What to do when something of that name is there already. */
export const onConflict = z.enum(["refuse", "overwrite", "keepBoth", "skip"]);
export type OnConflict = z.infer<typeof onConflict>;

/** Moves or copies things into a folder, or gives one another name. */
export const fileMove = z.object({
  from: z.array(filePath).min(1).max(1_000),
  /** The folder they go to; with `name`, `from` holds one thing that gets it. */
  to: filePath,
  name: z.string().max(255).optional(),
  copy: z.boolean().default(false),
  conflict: onConflict.default("refuse"),
});
export type FileMove = z.infer<typeof fileMove>;

/** One thing in a bot's trash, by which it is put back. */
export const trashId = z.string().regex(/^[0-9a-z]{16}$/);

/** How one of many went. `path` is where it is now; `trash`: what it is called in the trash, when it was put there. */
export const fileResult = z.union([
  z.object({ from: filePath, path: filePath, outcome: z.enum(["done", "skipped"]), trash: trashId.optional() }),
  z.object({
    from: filePath,
    outcome: z.literal("failed"),
    code: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type FileResult = z.infer<typeof fileResult>;

/** How long deleted things stay in the trash; less when it outgrows its bound. */
export const TRASH_DAYS = 7;
/** One thing in a bot's trash. */
export const trashEntry = z.object({
  id: trashId,
  /** Where it was. */
  path: filePath,
  kind: fileKind,
  bytes: z.number().int().nonnegative(),
  deletedAt: at,
});
export type TrashEntry = z.infer<typeof trashEntry>;

/** How many earlier versions of a file are kept. */
export const HISTORY_LENGTH = 20;
/** An earlier version of a file that was overwritten through Botyard. */
export const fileVersion = z.object({
  id: z.string().regex(/^[0-9a-z]{16}$/),
  path: filePath,
  /** When it was overwritten, and by whom. */
  at,
  author: z.string(),
  bytes: z.number().int().nonnegative(),
});
export type FileVersion = z.infer<typeof fileVersion>;

/** What a bot's files take, of what they may. A bound of 0: none. */
export const fileUsage = z.object({
  bytes: z.number().int().nonnegative(),
  files: z.number().int().nonnegative(),
  maxBytes: z.number().int().nonnegative(),
  maxFiles: z.number().int().nonnegative(),
});
export type FileUsage = z.infer<typeof fileUsage>;

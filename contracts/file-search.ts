import { z } from "zod";
import { filePath } from "./files";
import { SEARCH_CHARS } from "./log";

/*
 * Looking through the files of a bot. One answer takes at most about half a second, whatever there is: `next` says where to go on, null
 * when everything was seen. A client that follows `next` streams what is found, and cancels by not asking again.
 */

/** Folders that are left out, at whatever depth, unless asked for with `everywhere`: what is in them was installed or made, not written. */
export const LEFT_OUT: readonly string[] = ["node_modules", ".git", "venv", ".venv", "__pycache__"];

/** Lines that are told of one file at most; of more there is `more`. */
export const LINES_A_FILE = 50;
/** So much of a line is shown with what was found in it, characters. */
export const EXCERPT_CHARS = 240;

/** Where to go on: made by an answer, of use only to ask with the same words again. */
export const searchPlace = z
  .string()
  .max(4_200)
  .regex(/^\d{1,8}\.\d{1,8}:[^\0]*$/);

const where = z.object({
  /** The folder to look in. */
  path: filePath.default(""),
  everywhere: z.boolean().default(false),
  from: searchPlace.optional(),
});

const progress = z.object({
  next: searchPlace.nullable(),
  /** Files looked through, or names looked at, by this answer. */
  looked: z.number().int().nonnegative(),
});

/** Files that were passed over by this answer: larger than EDIT_BYTES, no text, or closed to the panel itself. */
const passedOver = z.object({
  large: z.number().int().nonnegative(),
  binary: z.number().int().nonnegative(),
  unreadable: z.number().int().nonnegative(),
});

/** What to look for in the lines of files. */
export const fileSearch = where.extend({
  /** A text, or with `regex` a pattern of RE2's syntax, which is held against one line at a time, its first 16,384 characters. */
  text: z.string().min(1).max(SEARCH_CHARS),
  regex: z.boolean().default(false),
  /** Case counts. */
  exact: z.boolean().default(false),
  /**
   * Only in these files: patterns with commas between, as in a .gitignore: `*.js`, `src/*.js` from the bot's folder on, `src/` all in it,
   * `!*.min.js` leaves out.
   */
  names: z.string().max(500).default(""),
  /** An answer ends with the first file that brings it to so many lines. */
  limit: z.number().int().min(1).max(500).default(100),
});
export type FileSearch = z.infer<typeof fileSearch>;

/** The first place in a line that was found. */
export const lineHit = z.object({
  /** Both count from 1; columns in UTF-16 units, as editors do. */
  line: z.number().int().positive(),
  column: z.number().int().positive(),
  /** The line around it, at most EXCERPT_CHARS, and where in this text it stands: [start, end). */
  text: z.string(),
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
});
export type LineHit = z.infer<typeof lineHit>;

/** Lines by file, in the order of the tree. A long file may come again in the next answer, with the lines after these. */
export const fileHits = progress.extend({
  files: z.array(z.object({ path: filePath, hits: z.array(lineHit), more: z.boolean() })),
  passedOver,
});
export type FileHits = z.infer<typeof fileHits>;

/** What to look for in the names of files: the letters in their order (`src/b.js` finds `src/deep/bot.js`), or the text as it is. Case never counts. */
export const fileFind = where.extend({
  text: z.string().min(1).max(SEARCH_CHARS),
  fuzzy: z.boolean().default(true),
  /** Folders as well. */
  folders: z.boolean().default(false),
  limit: z.number().int().min(1).max(500).default(100),
});
export type FileFind = z.infer<typeof fileFind>;

/** The best of what this answer looked at, best first; a client puts those of several answers together by `score`. */
export const fileNames = progress.extend({
  names: z.array(
    z.object({
      path: filePath,
      kind: z.enum(["file", "folder"]),
      score: z.number(),
      /** Places in the path that agree with the text, in rising order. */
      marks: z.array(z.number().int().nonnegative()),
    }),
  ),
  /** How many matched, told or not. */
  matched: z.number().int().nonnegative(),
});
export type FileNames = z.infer<typeof fileNames>;

/** Where to look for Discord tokens. */
export const tokenSearch = where;
export type TokenSearch = z.infer<typeof tokenSearch>;

/** Lines in which something of the shape of a Discord token stands; never the token. */
export const tokenLines = progress.extend({
  files: z.array(z.object({ path: filePath, lines: z.array(z.number().int().positive()), more: z.boolean() })),
  passedOver,
});
export type TokenLines = z.infer<typeof tokenLines>;

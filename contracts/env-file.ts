import { z } from "zod";
import { envKey } from "./bot";
import { etag, filePath } from "./files";

/*
 * A `.env` file on its way into a bot's environment: looked at first, then taken as far as somebody wants it. What it says is read as
 * dotenv reads it.
 */

/** A `.env` is no larger than this, bytes. */
export const ENV_FILE_BYTES = 256 * 1024;

/** Where the file comes from: its text, or its path among the bot's own files; then what it says need not go through a browser. */
export const envSource = z.object({
  text: z.string().max(ENV_FILE_BYTES, "env_file_too_large").optional(),
  path: filePath.optional(),
});
export type EnvSource = z.infer<typeof envSource>;

/** Why a line cannot be taken. */
export const envRefusal = z.enum(["name", "reserved", "long", "value", "token", "unreadable"]);

/** One variable of the file, or a line that is none. */
export const envLine = z.object({
  /** The line that counts, from 1. */
  line: z.number().int().positive(),
  /** Other lines of the same name, before it: the last counts. */
  also: z.array(z.number().int().positive()),
  /** Its name, fit to be shown; empty for a line that names none. */
  key: z.string(),
  /** What taking it does. `hidden`: it replaces a secret, which is not looked at, so it may be the same. */
  outcome: z.enum(["new", "changed", "equal", "hidden", "refused"]),
  why: envRefusal.optional(),
  /** Whether it is taken as a secret unless somebody says otherwise. */
  secret: z.boolean(),
  /** Null for what looks secret, and for what is refused. */
  value: z.string().nullable(),
  /** What it is now, where that is no secret and another. */
  before: z.string().optional(),
});
export type EnvLine = z.infer<typeof envLine>;

/** What a file would do. `revision` and `etag` (of a file among the bot's own) say what it was compared with. */
export const envPreview = z.object({
  lines: z.array(envLine),
  revision: z.number().int(),
  etag: etag.nullable(),
});
export type EnvPreview = z.infer<typeof envPreview>;

/** The variables to take of a file, all or none: AppError env_changed, file_changed when something is another than in the preview. */
export const envImport = envSource.extend({
  revision: z.number().int().positive(),
  etag: etag.optional(),
  take: z
    .array(z.object({ key: envKey, secret: z.boolean() }))
    .min(1)
    .max(1_000),
});
export type EnvImport = z.infer<typeof envImport>;

import { z } from "zod";
import { envKey, TOKEN_KEY } from "./bot";
import { etag, filePath } from "./files";

/*
 * A Discord token that stands in a file becomes a secret of the bot. It is read where the file lies and never sent to a browser: what is
 * shown of the file has it covered.
 */

/** Where a token stands, as looking for tokens tells it. */
export const tokenPlace = z.object({ path: filePath, line: z.number().int().positive() });

/** Lines that take the place of others, from `line` on; the token in them is covered. */
export const lineChange = z.object({
  line: z.number().int().positive(),
  before: z.array(z.string()),
  after: z.array(z.string()),
});
export type LineChange = z.infer<typeof lineChange>;

/** Why a file is left as it is: it cannot read the environment, its key must have the variable's name, or the line is not understood for certain. */
export const leftWhy = z.enum(["data", "otherName", "unsure"]);

/** What moving would do. `changes` are empty when the file is left as it is, and `why` says why. */
export const tokenPlan = z.object({
  key: z.string(),
  /** Of the file that was looked at. */
  etag,
  /** A variable of that name is there already, and would be replaced. */
  taken: z.boolean(),
  changes: z.array(lineChange),
  why: leftWhy.nullable(),
  /** What the code has to read instead, in the language of the file or of most bots. */
  reads: z.string(),
});
export type TokenPlan = z.infer<typeof tokenPlan>;

export const tokenPlanRequest = tokenPlace.extend({
  /** Absent: the name that the file itself gives it, else DISCORD_TOKEN. */
  key: envKey.optional(),
});
export const tokenMove = tokenPlace.extend({
  key: envKey.default(TOKEN_KEY),
  /** Of the plan: AppError file_changed when the file is another by now. */
  etag,
});
export type TokenMove = z.infer<typeof tokenMove>;

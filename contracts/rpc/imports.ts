import { z } from "zod";
import { gitBranches, importId, importKeep, importRequest, importView, keptImport } from "../import";
import { type Calls, ok } from "./base";

/** Files of bots that are to be. */
export const imports = {
  /** `owner` is a user id: an import is seen only by who made it. */
  "imports.create": {
    input: z.object({
      owner: z.string(),
      request: importRequest,
      /** For git with a token or by ssh. */
      keep: importKeep.optional(),
      /** Any folder of this server, listed or not: the owner of BOTYARD_HOME asks, who can read them all anyway. */
      anywhere: z.boolean().default(false),
    }),
    output: importView,
    permission: "bot:create",
  },
  "imports.get": { input: z.object({ owner: z.string(), importId }), output: keptImport, permission: "bot:create" },
  /** Tries a failed import by git again, with the same key or token. */
  "imports.retry": { input: z.object({ owner: z.string(), importId }), output: importView, permission: "bot:create" },
  /** The branches of a repository, before anything is brought. */
  "imports.branches": {
    input: z.object({ url: z.string().max(2_000), keep: importKeep.optional() }),
    output: gitBranches,
    permission: "bot:create",
  },
  "imports.cancel": { input: z.object({ owner: z.string(), importId }), output: ok, permission: "bot:create" },
  /** All chunks are here: assemble, unpack, look. */
  "imports.finish": { input: z.object({ owner: z.string(), importId }), output: importView, permission: "bot:create" },
} as const satisfies Calls;

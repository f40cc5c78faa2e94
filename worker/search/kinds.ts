import { z } from "zod";
import { fileFind, fileHits, fileNames, fileSearch, tokenLines, tokenSearch } from "#contracts/file-search";
import { logFound, logJob } from "../logs/search-job";

/** The folder of a bot's files, and what of it does not exist for who asks. */
const inFiles = z.object({ root: z.string(), hidden: z.array(z.string()) });

/** What the searching thread can look through: what it is asked for one slice, and what it answers. */
export const searchKinds = {
  log: { job: logJob, found: logFound },
  fileLines: { job: inFiles.extend(fileSearch.shape), found: fileHits },
  fileNames: { job: inFiles.extend(fileFind.shape), found: fileNames },
  fileTokens: { job: inFiles.extend(tokenSearch.shape), found: tokenLines },
} as const satisfies Record<string, { job: z.ZodType; found: z.ZodType }>;

export type SearchKind = keyof typeof searchKinds;
export type SearchJob<Kind extends SearchKind> = z.infer<(typeof searchKinds)[Kind]["job"]>;
export type SearchFound<Kind extends SearchKind> = z.infer<(typeof searchKinds)[Kind]["found"]>;

export const searchKind = z.enum(["log", "fileLines", "fileNames", "fileTokens"]);

/** One slice; it answers with what it found after about `budgetMs`. */
export const searchAsked = z.object({ id: z.number(), kind: searchKind, job: z.unknown(), budgetMs: z.number() });

const values = z.record(z.string(), z.union([z.string(), z.number()]));

/** What the thread answers: what was found, an AppError, or what went wrong. */
export const searchAnswer = z.union([
  z.object({ id: z.number(), found: z.looseObject({}) }),
  z.object({ id: z.number(), refused: z.object({ code: z.string(), values }) }),
  z.object({ id: z.number(), failed: z.string() }),
]);
export type SearchAnswer = z.infer<typeof searchAnswer>;

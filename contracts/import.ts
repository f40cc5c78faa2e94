import { z } from "zod";
import { botId, botSource, runtimeName } from "./bot";
import { gitCredentials, gitToken, gitUser } from "./git";
import { at } from "./process";

/** An import: files of a bot to be, brought to a staging folder and looked at before there is a bot. */
export const importId = z.string().regex(/^[a-z0-9]{16}$/);

/** Bytes of one upload chunk at most: Next's rewrites and proxies carry no more than 10 MB in one body. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** What to bring in. For an upload, the files are announced first and then sent in chunks. */
export const importRequest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("template"), template: z.string().max(64) }),
  z.object({
    kind: z.literal("upload"),
    /** A single `.zip` is unpacked; anything else is taken as it is. Paths are relative, with `/`. */
    files: z
      .array(z.object({ path: z.string().min(1).max(512), size: z.number().int().nonnegative() }))
      .min(1)
      .max(5_000),
  }),
  z.object({
    kind: z.literal("git"),
    url: z.string().max(2_000),
    branch: z.string().max(200).optional(),
    /** For https. The web takes it out of the request and seals it (see importKeep): the worker gets to see it only so. */
    token: gitToken.optional(),
    user: gitUser.optional(),
  }),
  z.object({
    kind: z.literal("folder"),
    path: z.string().min(1).max(1_000),
    /** Also when another bot runs in it: several scripts of one folder. */
    shared: z.boolean().default(false),
  }),
]);
export type ImportRequest = z.input<typeof importRequest>;

/** What was found in the files: how to run them, and what else might be meant. */
export const detection = z.object({
  /** Best guess; null when nothing fits. */
  runtime: runtimeName.nullable(),
  entry: z.string().nullable(),
  /** Every file that could be the entry, best first, at most 50. */
  entries: z.array(z.object({ path: z.string(), runtime: runtimeName, why: z.string() })).max(50),
  /** The package manager that would install its dependencies. */
  installer: z.enum(["npm", "pnpm", "yarn", "pip", "none"]),
  /** A name the files themselves suggest. */
  name: z.string().nullable(),
  /** Things to know before going on, as sentences. */
  warnings: z.array(z.string()).max(20),
  tokenOptional: z.boolean(),
  readyLine: z.string().optional(),
});
export type Detection = z.infer<typeof detection>;

/** How far an import is. */
export const importStatus = z.discriminatedUnion("state", [
  /** Waiting for chunks; `received` of `total` bytes are here. */
  z.object({ state: z.literal("receiving"), received: z.number(), total: z.number() }),
  z.object({ state: z.literal("working"), step: z.enum(["copy", "clone", "unpack", "look"]), detail: z.string() }),
  z.object({ state: z.literal("ready"), detection, source: botSource, bytes: z.number(), files: z.number() }),
  z.object({
    state: z.literal("failed"),
    code: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    message: z.string(),
  }),
]);
export type ImportStatus = z.infer<typeof importStatus>;

/** An import as it is asked for. It ends by itself one hour after its last touch. */
export const importView = z.object({
  id: importId,
  status: importStatus,
  createdAt: at,
  /** Of an import by ssh: to be added to the repository as a deploy key. A failed import can be tried again with it. */
  publicKey: z.string().optional(),
});
export type ImportView = z.infer<typeof importView>;

/**
 * What the web keeps with an import by git for the bot that is to come of it: the id which that bot will have, and credentials sealed under
 * it. Goes between web and worker only.
 */
export const importKeep = z.object({ botId, credentials: gitCredentials });
export type ImportKeep = z.infer<typeof importKeep>;

/** An import as the worker tells it to the web, which shows the importView of it. */
export const keptImport = importView.extend({ keep: importKeep.optional() });
export type KeptImport = z.infer<typeof keptImport>;

/** What a repository offers: at most 500 branches, `head` the one it chooses itself. */
export const gitBranches = z.object({ branches: z.array(z.string()), head: z.string().nullable() });
export type GitBranches = z.infer<typeof gitBranches>;

import { z } from "zod";
import { botId } from "./bot";
import { commitId } from "./git";
import { at } from "./process";

/*
 * Deploys: how a bot whose files came from git gets newer ones, or earlier ones again.
 *
 *   queued ─▶ fetch ─▶ compare ─▶ stop ─▶ place ─▶ install ─▶ build ─▶ start ─▶ watch ─▶ done
 *                │         │                └────────┴──────────┴────────────────┴─▶ rollback ─▶ rolledBack, failed, cancelled
 *                └─────────┴─▶ failed, cancelled: nothing was touched
 *   the worker is killed at any of them but the first: interrupted, and the files of before are back
 *   it is told to end at one of the first three, or killed while it waits: queued, and made by the next worker
 */

/** Deploys of one bot that are remembered; the oldest go. */
export const DEPLOYS_KEPT = 50;
/** Of what is new upstream, and of local changes, so many are told. */
export const COMMITS_TOLD = 50;
export const CHANGES_TOLD = 500;

/** What a commit says of itself. Texts are other people's: at most 200 characters, one line, no control characters. */
export const commit = z.object({ id: commitId, author: z.string(), at, subject: z.string() });
export type Commit = z.infer<typeof commit>;

/** A file that differs from what the commit that runs has of it. Files that git does not know, or ignores, are no changes. */
export const localChange = z.object({ path: z.string(), kind: z.enum(["changed", "deleted"]) });
export type LocalChange = z.infer<typeof localChange>;

/** Where a bot stands. All but `fetchedAt`, `branches`, `ahead` and `behind` is read from the disk when it is asked for. */
export const deployState = z.object({
  url: z.string(),
  /** The branch that is followed; null: the repository's own choice, not known before the first look. */
  branch: z.string().nullable(),
  /** What runs, or would; null: not known, as of a bot whose first commit was rewritten upstream. */
  commit: commit.nullable(),
  /** When the repository was last looked at; absent: never. */
  fetchedAt: at.optional(),
  /** Branches of the repository, as of `fetchedAt`; at most 500. */
  branches: z.array(z.string()),
  /** Commits of the branch that the bot does not have yet, newest first, at most COMMITS_TOLD. */
  ahead: z.array(commit),
  /** Whether there are more of them than are told. */
  aheadMore: z.boolean(),
  /** True when the bot's commit is none of the branch's: it was rewritten, or the bot is on another branch. */
  diverged: z.boolean(),
  /** At most CHANGES_TOLD, in order of their paths. */
  changes: z.array(localChange),
  changesMore: z.boolean(),
  /** The deploy that is under way or waits; its number. */
  running: z.number().int().optional(),
  /** The public half of its ssh key. */
  publicKey: z.string().optional(),
  /** SHA256:… of the server's host key, as it was seen first; only for ssh. */
  hostKey: z.string().optional(),
});
export type DeployState = z.infer<typeof deployState>;

/** What is to be deployed. */
export const deployRequest = z.object({
  /** Absent: the newest commit of the branch. */
  commit: commitId.optional(),
  /**
   * What becomes of files that were changed here: `keep` leaves them, and refuses when the new commit changes the same ones;
   * `discard` puts the repository's in their place. What git does not know is left alone in either case.
   */
  local: z.enum(["keep", "discard"]).default("keep"),
  /** Also when that commit runs already: install and build again. */
  again: z.boolean().default(false),
});
export type DeployRequest = z.infer<typeof deployRequest>;

/** Who wanted it: told by the web, shown as it is. `name`: of the person, or of the pusher. */
export const deployCause = z.object({
  kind: z.enum(["person", "key", "bot", "local", "webhook"]),
  name: z.string().max(200),
});
export type DeployCause = z.infer<typeof deployCause>;

/** Why a file keeps a deploy from being made. */
export const deployConflict = z.object({
  path: z.string(),
  /** `changed`: here and in the new commit. `untracked`: git does not know it, and the new commit has one of that name. `folder`: a folder, a link or something else is in the way. */
  why: z.enum(["changed", "untracked", "folder"]),
});
export type DeployConflict = z.infer<typeof deployConflict>;

/** The steps of a deploy, in their order. */
export const deployStep = z.enum([
  "queued",
  "fetch",
  "compare",
  "stop",
  "place",
  "install",
  "build",
  "start",
  "watch",
  "rollback",
]);
export type DeployStep = z.infer<typeof deployStep>;

/** An expected failure as it is told: see contracts/errors.ts. `message` is its sentence. */
const failure = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
});

/** How far a deploy is, or how it ended. */
export const deployStatus = z.discriminatedUnion("state", [
  z.object({ state: z.literal("running"), step: deployStep }),
  /** The new commit is what the bot has. `bot`: `running` was seen within the time to watch; `started` and nobody looked; `stopped` as before. */
  z.object({ state: z.literal("done"), bot: z.enum(["running", "started", "stopped"]), files: z.number().int() }),
  /** It could not be made; the bot has what it had before. `conflicts`: at most 100. */
  z.object({ state: z.literal("failed"), ...failure.shape, conflicts: z.array(deployConflict).optional() }),
  /** It was made, and the bot did not run with it: it has what it had before. */
  z.object({ state: z.literal("rolledBack"), ...failure.shape }),
  z.object({ state: z.literal("cancelled") }),
  /** The worker ended in the middle of it; the bot has what it had before. */
  z.object({ state: z.literal("interrupted") }),
]);
export type DeployStatus = z.infer<typeof deployStatus>;

/** A deploy. `number` is 1, 2, 3 … per bot. */
export const deploy = z.object({
  botId,
  number: z.number().int().positive(),
  cause: deployCause,
  branch: z.string(),
  /** What the bot had; null: not known. */
  from: commit.nullable(),
  /** Null until it is known what the newest commit is. */
  to: commit.nullable(),
  startedAt: at,
  /** Absent while it is under way. */
  endedAt: at.optional(),
  status: deployStatus,
});
export type Deploy = z.infer<typeof deploy>;

/** A stretch of a deploy's log, secrets masked. Ask again with `after: end` until `ended`. */
export const deployLog = z.object({
  text: z.string(),
  /** Bytes of the log up to the end of `text`. */
  end: z.number().int().nonnegative(),
  /** Whether nothing will follow. */
  ended: z.boolean(),
});
export type DeployLog = z.infer<typeof deployLog>;

/** A push as a host of repositories tells it: as it came, since what is signed is the bytes. */
export const webhookPush = z.object({
  /** The body, base64; at most 5 MB of it. */
  body: z.string().max(7_000_000),
  /** `X-Hub-Signature-256` (GitHub, Gitea, Forgejo, Bitbucket: `sha256=<hex>`) or `X-Gitea-Signature` (`<hex>`). */
  signature: z.string().max(200).default(""),
  /** `X-Gitlab-Token`, which is the secret itself. */
  token: z.string().max(500).default(""),
  /** `X-GitHub-Event`, `X-Gitea-Event`, `X-Gitlab-Event` or `X-Event-Key`: "push", "ping", "Push Hook", "repo:push" … */
  event: z.string().max(100).default(""),
  /** `X-GitHub-Delivery`, `X-Gitea-Delivery`, `X-Gitlab-Event-UUID`, `X-Request-UUID`: one is taken once. */
  delivery: z.string().max(200).default(""),
});
export type WebhookPush = z.input<typeof webhookPush>;

/** What came of a push that was signed well. */
export const webhookAnswer = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("started"), number: z.number().int() }),
  /** `off`: the settings say no. `event`: not a push. `branch`: of another branch. `busy`: one is waiting already, which will take this one along. */
  z.object({ outcome: z.literal("ignored"), why: z.enum(["off", "event", "branch", "busy"]) }),
]);
export type WebhookAnswer = z.infer<typeof webhookAnswer>;

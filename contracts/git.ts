import { z } from "zod";

/** A commit by its full name. */
export const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

/** Names under which credentials are sealed for a bot (see sealedContext): none can be the name of a variable. */
export const GIT_SEALED = { token: "git.token", key: "git.key", webhook: "git.webhook" } as const;

/** Whether an address is reached by ssh: `ssh://…` or `git@host:path`. */
export const isSshAddress = (url: string): boolean =>
  /^ssh:\/\//i.test(url.trim()) || /^[^/:@\s]+@[^/]+:/.test(url.trim());

/** Whether a branch may be called so, by the rules of git check-ref-format. */
export const isGitBranch = (name: string): boolean =>
  !/[\u0000-\u0020\u007f~^:?*[\\]/.test(name) &&
  !/^[-/.]|\/$|\.$|\.\.|\/\/|@\{|\/\.|\.lock(\/|$)/.test(name) &&
  name !== "@" &&
  name !== "";

/** An access token as a person pastes it: one line without spaces. */
export const gitToken = z
  .string()
  .trim()
  .min(1)
  .max(4_096)
  .regex(/^[\x21-\x7e]+$/);

/** Whom a token is of: any name will do for GitHub, GitLab and Gitea; Bitbucket wants its own. */
export const gitUser = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^[^\s:\0]+$/)
  .default("x-access-token");

/**
 * What git is let in with. Secrets are sealed by the web under the bot's id and the name in GIT_SEALED, and opened only in the worker,
 * for the length of one call of git. Never part of the bot's environment.
 */
export const gitCredentials = z.object({
  /** For https. `sealed`: the token. */
  token: z.object({ user: gitUser, sealed: z.string() }).optional(),
  /** For ssh: an ed25519 pair that Botyard made. `publicKey`: one line as in authorized_keys; `sealed`: the private key in OpenSSH's own format. */
  key: z.object({ publicKey: z.string().max(1_000), sealed: z.string() }).optional(),
});
export type GitCredentials = z.infer<typeof gitCredentials>;

/** An argument of a build command: passed as it is, never through a shell. */
const buildArgument = z
  .string()
  .max(1_000)
  .regex(/^[^\0]*$/);

/** How a bot of a git repository is updated. */
export const deploySettings = z.object({
  /** The branch that is followed; empty: the one its files came from, or the repository's own choice. */
  branch: z.string().max(200).default(""),
  /** Program and arguments that build the bot after its dependencies are installed, in its folder; empty: nothing is to be built. */
  build: z.array(buildArgument).max(50).default([]),
  /** A bot that ran and does not run well within so many seconds of the new start gets its files of before back. 0: nobody looks. */
  watchSeconds: z.number().int().min(0).max(600).default(60),
  /** Whether a push told by the webhook deploys. */
  webhook: z.boolean().default(false),
});
export type DeploySettings = z.infer<typeof deploySettings>;

/** What a bot definition says of deploys; absent in one from before there were any, or whose source is no git repository. */
export const botDeploy = z.object({
  settings: deploySettings.prefault({}),
  credentials: gitCredentials.prefault({}),
  /** The webhook's secret, sealed; absent: every push is refused. */
  webhookSecret: z.string().optional(),
});
export type BotDeploy = z.infer<typeof botDeploy>;

import { randomBytes } from "node:crypto";
import type { Actor } from "#contracts/access";
import type { DeploySetup } from "#contracts/api/deploys";
import { botSource } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import {
  type BotDeploy,
  botDeploy,
  type DeploySettings,
  GIT_SEALED,
  type GitCredentials,
  isGitBranch,
  isSshAddress,
} from "#contracts/git";
import { database, type Transaction } from "#prisma/db";
import { assertMay } from "./access";
import { atOnce } from "./at-once";
import { auditAround } from "./audit";
import { redefine } from "./bots";
import { newKey, sealedToken } from "./git-credentials";
import { seal } from "./seal";
import { workerOf } from "./worker";

/** How a bot is deployed. */
export async function readSetup(actor: Actor, botId: string): Promise<DeploySetup> {
  await assertMay(actor, "deploy:settings", botId);
  return setupOf(await read(database(), botId));
}

/** Sets branch, build command, time to watch and whether pushes deploy. AppError git_branch_invalid. */
export const configure = (actor: Actor, botId: string, settings: DeploySettings): Promise<DeploySetup> =>
  change(actor, botId, (now) => {
    const { branch } = settings;
    if (branch !== "" && !isGitBranch(branch))
      throw new AppError("git_branch_invalid", { branch: branch.slice(0, 100) });
    return {
      ...now,
      deploy: { ...now.deploy, settings },
      deed: {
        action: "deploy.settings",
        detail: { changed: changedIn(now.deploy.settings, settings) },
        before: now.deploy.settings,
        after: settings,
      },
    };
  });

const changedIn = (before: DeploySettings, after: DeploySettings): string[] =>
  Object.entries(after).flatMap(([key, value]) =>
    JSON.stringify(value) === JSON.stringify(Reflect.get(before, key)) ? [] : [key],
  );

/** Questions that one person may have under way: each is a process that talks to somebody else's server. */
const asking = atOnce(2);

/**
 * Makes a repository the one that a bot of an upload or a template is updated from. Its files stay where they lie, which those of a folder
 * on the server would not. AppError deploy_connected, and those of git: only a key that is still to be added there may be refused.
 */
export async function connect(
  actor: Actor,
  { botId, url, token, user }: { botId: string; url: string; token?: string; user: string },
): Promise<DeploySetup> {
  const { nodeId } = await assertMay(actor, "deploy:settings", botId);
  const credentials: GitCredentials = isSshAddress(url)
    ? { key: newKey(botId) }
    : { ...(token && { token: sealedToken(botId, user, token) }) };
  const leave = asking.enter(actor);
  try {
    await workerOf(nodeId).ask("imports.branches", { url, keep: { botId, credentials } });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "git_key_refused")) throw error;
  } finally {
    leave();
  }
  const deploy = botDeploy.parse({ credentials });
  await redefine(actor, { botId, asked: ["deploy:settings"] }, async (db) => {
    const { source } = await db.bot.findUniqueOrThrow({ where: { id: botId }, select: { source: true } });
    if (!["upload", "template"].includes(botSource.parse(source).kind)) throw new AppError("deploy_connected");
    await db.bot.update({ where: { id: botId }, data: { source: { kind: "git", url }, deploy } });
    return { action: "deploy.connect", detail: { url } };
  });
  return setupOf({ deploy, hookId: null });
}

/** Keeps an access token, over the one of before. */
export const setToken = (actor: Actor, botId: string, given: { token: string; user: string }): Promise<DeploySetup> =>
  change(actor, botId, (now) => ({
    ...now,
    deploy: withCredentials(now.deploy, { token: sealedToken(botId, given.user, given.token) }),
    deed: { action: "deploy.setToken", detail: {} },
  }));

/** Forgets the access token. */
export const removeToken = (actor: Actor, botId: string): Promise<DeploySetup> =>
  change(actor, botId, (now) => ({
    ...now,
    deploy: withCredentials(now.deploy, { token: undefined }),
    deed: { action: "deploy.removeToken", detail: {} },
  }));

/** Makes a new deploy key; the old one is good for nothing from then on. */
export const makeKey = (actor: Actor, botId: string): Promise<DeploySetup> =>
  change(actor, botId, (now) => ({
    ...now,
    deploy: withCredentials(now.deploy, { key: newKey(botId) }),
    deed: { action: "deploy.makeKey", detail: {} },
  }));

/** Makes the webhook's secret. Its address is made with the first one and stays. */
export async function makeHookSecret(actor: Actor, botId: string): Promise<{ secret: string; setup: DeploySetup }> {
  const secret = randomBytes(32).toString("base64url");
  const setup = await change(actor, botId, ({ deploy, hookId }) => ({
    hookId: hookId ?? randomBytes(16).toString("hex"),
    deploy: { ...deploy, webhookSecret: seal(botId, GIT_SEALED.webhook, secret) },
    deed: { action: "deploy.makeHookSecret", detail: {} },
  }));
  return { secret, setup };
}

/** Forgets the host key of the ssh server. */
export async function forgetHost(actor: Actor, botId: string): Promise<void> {
  const { nodeId } = await assertMay(actor, "deploy:settings", botId);
  await auditAround(database(), actor, { action: "deploy.forgetHost", botId }, () =>
    workerOf(nodeId).ask("deploys.forgetHost", { botId }),
  );
}

type Kept = { deploy: BotDeploy; hookId: string | null };
type Changed = Kept & { deed: Awaited<ReturnType<Parameters<typeof redefine>[2]>> };

const withCredentials = (deploy: BotDeploy, part: Partial<BotDeploy["credentials"]>): BotDeploy => ({
  ...deploy,
  credentials: { ...deploy.credentials, ...part },
});

async function change(actor: Actor, botId: string, to: (now: Kept) => Changed): Promise<DeploySetup> {
  await assertMay(actor, "deploy:settings", botId);
  let after: Kept | undefined;
  await redefine(actor, { botId, asked: ["deploy:settings"] }, async (db) => {
    const { deed, ...kept } = to(await read(db, botId));
    await db.bot.update({ where: { id: botId }, data: kept });
    after = kept;
    return deed;
  });
  return setupOf(after ?? (await read(database(), botId)));
}

async function read(db: Transaction, botId: string): Promise<Kept> {
  const row = await db.bot.findUnique({
    where: { id: botId },
    select: { source: true, deploy: true, hookId: true },
  });
  if (!row) throw new AppError("not_found", { what: "bot" });
  if (botSource.parse(row.source).kind !== "git") throw new AppError("deploy_not_git");
  return { deploy: botDeploy.parse(row.deploy ?? {}), hookId: row.hookId };
}

const setupOf = ({ deploy: { settings, credentials }, hookId }: Kept): DeploySetup => ({
  settings,
  token: credentials.token ? { user: credentials.token.user } : null,
  publicKey: credentials.key?.publicKey ?? null,
  hook: hookId === null ? null : `${HOOKS}${hookId}`,
});

/** What the addresses of webhooks begin with. */
export const HOOKS = "/api/hooks/";

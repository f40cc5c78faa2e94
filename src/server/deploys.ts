import type { Actor } from "#contracts/access";
import type { Deploy, DeployLog, DeployRequest, DeployState } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import { database } from "#prisma/db";
import { assertMay, assertMayAll, type Standing } from "./access";
import { atOnce } from "./at-once";
import { auditAround } from "./audit";
import { numberOf, pageOf } from "./page-of";
import { workerOf } from "./worker";

type OnBot = { botId: string };
type OnDeploy = OnBot & { number: number };

/** Where a bot stands, as of the last look at its repository. */
export async function readState(actor: Actor, botId: string): Promise<DeployState> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "git:read", botId);
  return workerOf(nodeId).ask("deploys.state", { botId, hidden, fetch: false });
}

/** Looks that one person may have under way: each is a process that talks to somebody else's server. */
const looks = atOnce(2);

/** Asks the repository what is new. */
export async function checkUpstream(actor: Actor, botId: string): Promise<DeployState> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "git:read", botId);
  const leave = looks.enter(actor);
  try {
    return await workerOf(nodeId).ask("deploys.state", { botId, hidden, fetch: true });
  } finally {
    leave();
  }
}

/** Its deploys, newest first. */
export async function listDeploys(
  actor: Actor,
  { botId, limit, cursor }: { botId: string; limit: number; cursor?: string | undefined },
): Promise<{ deploys: Deploy[]; next: string | null }> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "deploy:read", botId);
  const before = numberOf(cursor) ?? Number.POSITIVE_INFINITY;
  // The worker keeps few enough to tell them all.
  const { deploys } = await workerOf(nodeId).ask("deploys.list", { botId, hidden });
  const { page, next } = pageOf(
    deploys.filter(({ number }) => number < before),
    limit,
    ({ number }) => String(number),
  );
  return { deploys: page, next };
}

/** One deploy. */
export async function getDeploy(actor: Actor, asked: OnDeploy): Promise<Deploy> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "deploy:read", asked.botId);
  return workerOf(nodeId).ask("deploys.get", { ...asked, hidden });
}

/** A stretch of a deploy's log. */
export async function readDeployLog(actor: Actor, asked: OnDeploy & { after: number }): Promise<DeployLog> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "deploy:read", asked.botId);
  return workerOf(nodeId).ask("deploys.log", { ...asked, hidden });
}

/** Deploys the newest commit, or one that is named; a commit that is not known to be new asks for deploy:rollback as well. */
export async function startDeploy(actor: Actor, { botId, ...request }: DeployRequest & OnBot): Promise<Deploy> {
  const standing = await assertMay(actor, "deploy:run", botId);
  const { nodeId, hiddenPaths: hidden } = standing;
  const { commit } = request;
  if (commit !== undefined) {
    const { ahead } = await workerOf(nodeId).ask("deploys.state", { botId, hidden, fetch: false });
    if (!ahead.some(({ id }) => id === commit)) await assertMayAll(actor, ["deploy:run", "deploy:rollback"], botId);
  }
  const { local } = request;
  return begin(actor, standing, { action: "deploy.run", detail: { local, ...(commit && { commit }) } }, request);
}

/** Deploys the commit of an earlier deploy again, also when it runs already. */
export async function redeploy(
  actor: Actor,
  { botId, number, local }: OnDeploy & Pick<DeployRequest, "local">,
): Promise<Deploy> {
  const standing = await assertMay(actor, "deploy:rollback", botId);
  const { nodeId, hiddenPaths: hidden } = standing;
  const { to } = await workerOf(nodeId).ask("deploys.get", { botId, hidden, number });
  // It ended before it was known what the newest commit is.
  if (to === null) throw new AppError("not_found", { what: "commit of this deploy" });
  const deed = { action: "deploy.redeploy", detail: { number, local, commit: to.id } };
  return begin(actor, standing, deed, { commit: to.id, local, again: true });
}

type Deed = Omit<Parameters<typeof auditAround>[2], "botId">;

function begin(actor: Actor, standing: Standing, deed: Deed, request: DeployRequest): Promise<Deploy> {
  const { botId, nodeId, hiddenPaths: hidden } = standing;
  const cause = { kind: actor.kind, name: actor.name };
  return auditAround(database(), actor, { ...deed, botId }, () =>
    workerOf(nodeId).ask("deploys.start", { botId, hidden, request, cause }),
  );
}

/** Cancels a deploy. */
export async function cancelDeploy(actor: Actor, asked: OnDeploy): Promise<Deploy> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "deploy:run", asked.botId);
  const { botId, number } = asked;
  return auditAround(database(), actor, { action: "deploy.cancel", botId, detail: { number } }, () =>
    workerOf(nodeId).ask("deploys.cancel", { ...asked, hidden }),
  );
}

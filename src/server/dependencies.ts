import type { Actor } from "#contracts/access";
import type { DependencyLog, DependencyView, DependencyWork, PackageRequest } from "#contracts/dependencies";
import { database } from "#prisma/db";
import { assertMay, assertMayAll, assertMayOne } from "./access";
import { auditAround } from "./audit";
import { workerOf } from "./worker";

/* A bot's dependencies. A name goes to the worker as it came, which alone knows what may be one for this bot. */

type OnBot = { botId: string };
type Working = { work: DependencyWork };

/** What the manifest asks for, and what is there of it. */
export async function listDependencies(actor: Actor, botId: string): Promise<DependencyView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "dependency:read", botId);
  return workerOf(nodeId).ask("dependencies.list", { botId, hidden });
}

/** What the last install or removal printed. */
export async function readDependencyLog(actor: Actor, asked: OnBot & { from: number }): Promise<DependencyLog> {
  const { nodeId } = await assertMay(actor, "dependency:read", asked.botId);
  return workerOf(nodeId).ask("dependencies.log", asked);
}

/** Asks the package manager what is outdated and vulnerable. */
export async function checkDependencies(actor: Actor, botId: string): Promise<Working> {
  const { nodeId } = await assertMay(actor, "dependency:read", botId);
  return auditAround(database(), actor, { action: "dependency.check", botId }, () =>
    workerOf(nodeId).ask("dependencies.check", { botId }),
  );
}

/** Installs a package by name. */
export async function installDependency(
  actor: Actor,
  { botId, start, ...request }: OnBot & PackageRequest & { start: boolean },
): Promise<Working> {
  const { nodeId } = await assertMayAll(
    actor,
    ["dependency:install", ...(start ? (["power:start"] as const) : [])],
    botId,
  );
  const { name, range } = request;
  return auditAround(
    database(),
    actor,
    { action: "dependency.install", botId, detail: { name, ...(range && { range }), start } },
    () => workerOf(nodeId).ask("dependencies.install", { botId, request, start, author: actor.name }),
  );
}

/** Removes a package that the manifest names. */
export async function removeDependency(actor: Actor, { botId, name }: OnBot & { name: string }): Promise<Working> {
  const { nodeId } = await assertMay(actor, "dependency:remove", botId);
  return auditAround(database(), actor, { action: "dependency.remove", botId, detail: { name } }, () =>
    workerOf(nodeId).ask("dependencies.remove", { botId, name, author: actor.name }),
  );
}

/** Cancels what is under way. */
export async function cancelDependencyWork(actor: Actor, botId: string): Promise<Working> {
  const { nodeId } = await assertMayOne(actor, ["dependency:install", "dependency:remove"], botId);
  return auditAround(database(), actor, { action: "dependency.cancel", botId }, () =>
    workerOf(nodeId).ask("dependencies.cancel", { botId }),
  );
}

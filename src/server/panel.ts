import type { Actor } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { Health, HostSample, NodeInfo } from "#contracts/host";
import { database, isDatabaseAway } from "#prisma/db";
import { env } from "./env";
import { workerOf } from "./worker";

/** Whether web, worker and database answer. Says nothing else, for nobody need be signed in. */
export async function readHealth(): Promise<Health> {
  const [node, isUp] = await Promise.all([readNode(), isDatabaseUp()]);
  const worker = node !== null;
  return { status: worker && isUp ? "ok" : "degraded", web: true, worker, database: isUp, version: env().version };
}

/** The worker and what its machine uses. */
export async function readMachine(_actor: Actor): Promise<{ node: NodeInfo; samples: HostSample[] }> {
  const worker = workerOf();
  const [node, { samples }] = await Promise.all([worker.ask("node.info", {}), worker.ask("host.samples", {})]);
  return { node, samples };
}

/** What the worker says of itself; null while it is away. */
export async function readNode(): Promise<NodeInfo | null> {
  try {
    return await workerOf().ask("node.info", {});
  } catch (error) {
    if (error instanceof AppError && error.code === "worker_away") return null;
    throw error;
  }
}

/** Whether the database answers. */
export async function isDatabaseUp(): Promise<boolean> {
  try {
    await database().$queryRaw`SELECT 1`;
    return true;
  } catch (error) {
    if (isDatabaseAway(error) || (error instanceof AppError && error.code === "database_away")) return false;
    throw error;
  }
}

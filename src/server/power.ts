import type { Actor } from "#contracts/access";
import type { BotRun } from "#contracts/bot";
import type { Command, ProcessStatus } from "#contracts/process";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { audit } from "./audit";
import { workerOf } from "./worker";

/** Tells a bot to start, stop, restart or end at once; answers once the worker has stored the intent. */
export async function commandBot(actor: Actor, botId: string, command: Command): Promise<{ status: ProcessStatus }> {
  const { nodeId } = await assertMay(actor, `power:${command}`, botId);
  return database().$transaction(async (db) => {
    await audit(db, actor, { action: `bot.${command}`, botId });
    const { live } = await workerOf(nodeId).ask("bots.command", { botId, command });
    return { status: live.status };
  });
}

/** Cancels a running install. */
export async function cancelInstall(actor: Actor, botId: string): Promise<void> {
  const { nodeId } = await assertMay(actor, "power:stop", botId);
  await database().$transaction(async (db) => {
    await audit(db, actor, { action: "bot.cancelInstall", botId });
    await workerOf(nodeId).ask("bots.cancelInstall", { botId });
  });
}

/** Its lives, newest first. */
export async function listRuns(actor: Actor, botId: string, limit: number): Promise<{ runs: BotRun[] }> {
  const { nodeId } = await assertMay(actor, "bot:view", botId);
  return workerOf(nodeId).ask("bots.runs", { botId, limit });
}

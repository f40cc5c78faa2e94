import type { Actor } from "#contracts/access";
import type { BotRun } from "#contracts/bot";
import type { Command, ProcessStatus } from "#contracts/process";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { auditAround } from "./audit";
import { openPace } from "./pace";
import { numberOf, pageOf } from "./page-of";
import { workerOf } from "./worker";

/** How often bots may tell one bot, itself or another, to start again: each time costs it a session with Discord, and us a run. */
const byBots = openPace({ atOnce: 3, perSecond: 1 / 60 });

/** AppError too_many_requests, when bots tell this one too often. */
export function assertPace({ kind }: Actor, botId: string): void {
  if (kind === "bot") byBots.take(botId);
}

/** Who commands, as the worker is told. */
export const commander = ({ kind }: Actor) => (kind === "bot" ? { by: kind } : {});

/** Tells a bot to start, stop, restart or end at once; answers once the worker has stored the intent. */
export async function commandBot(actor: Actor, botId: string, command: Command): Promise<{ status: ProcessStatus }> {
  const { nodeId } = await assertMay(actor, `power:${command}`, botId);
  assertPace(actor, botId);
  return auditAround(database(), actor, { action: `bot.${command}`, botId }, async () => {
    const { live } = await workerOf(nodeId).ask("bots.command", { botId, command, ...commander(actor) });
    return { status: live.status };
  });
}

/** Cancels a running install. */
export async function cancelInstall(actor: Actor, botId: string): Promise<void> {
  const { nodeId } = await assertMay(actor, "power:stop", botId);
  await auditAround(database(), actor, { action: "bot.cancelInstall", botId }, () =>
    workerOf(nodeId).ask("bots.cancelInstall", { botId }),
  );
}

/** Its lives, newest first. */
export async function listRuns(
  actor: Actor,
  { botId, limit, cursor }: { botId: string; limit: number; cursor?: string | undefined },
): Promise<{ runs: BotRun[]; next: string | null }> {
  const { nodeId } = await assertMay(actor, "bot:view", botId);
  const { runs } = await workerOf(nodeId).ask("bots.runs", { botId, before: numberOf(cursor), limit: limit + 1 });
  const { page, next } = pageOf(runs, limit, ({ run }) => String(run));
  return { runs: page, next };
}

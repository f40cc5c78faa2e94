import type { Actor } from "#contracts/access";
import type { PowerResult } from "#contracts/api/power";
import { AppError } from "#contracts/errors";
import type { Command } from "#contracts/process";
import { database } from "#prisma/db";
import { type Standing, standingColumns, standingOf } from "./access";
import { auditManyAround } from "./audit";
import { assertPace, commander } from "./power";
import { workerOf } from "./worker";

/**
 * Tells many bots to start, stop, restart or end at once. Each has its own result, in the order asked, and one that fails keeps no
 * other from it. As many questions as there are nodes, not bots.
 */
export async function commandBots(
  actor: Actor,
  { botIds, command }: { botIds: readonly string[]; command: Command },
): Promise<{ results: PowerResult[] }> {
  const asked = [...new Set(botIds)];
  const { standings, refused } = await sort(actor, asked, command);
  const results = new Map(refused.map((result) => [result.botId, result]));
  const nodes = [...new Set(standings.map(({ nodeId }) => nodeId))];
  const told = await Promise.all(
    nodes.map((nodeId) => {
      const ids = standings.filter((one) => one.nodeId === nodeId).map(({ botId }) => botId);
      return commandNode(actor, nodeId, { botIds: ids, command });
    }),
  );
  for (const result of told.flat()) results.set(result.botId, result);
  return { results: asked.flatMap((botId) => results.get(botId) ?? []) };
}

/** Takes out those that the actor may not command: each fails as the single command would. */
async function sort(
  actor: Actor,
  botIds: readonly string[],
  command: Command,
): Promise<{ standings: Standing[]; refused: PowerResult[] }> {
  const permission = `power:${command}` as const;
  const rows = await database().bot.findMany({
    where: { id: { in: [...botIds] } },
    select: standingColumns(actor),
  });
  const known = new Map(rows.map((row) => [row.id, standingOf(actor, row)]));
  const standings: Standing[] = [];
  const refused: PowerResult[] = [];
  for (const botId of botIds) {
    try {
      const standing = known.get(botId);
      if (!standing || standing.permissions.length === 0) throw new AppError("not_found", { what: "bot" });
      if (!standing.permissions.includes(permission)) throw new AppError("not_allowed", { permission });
      assertPace(actor, botId);
      standings.push(standing);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push(failed(botId, error.code, error.values));
    }
  }
  return { standings, refused };
}

/** One node's bots: what is remembered is what was done, or may have been. */
async function commandNode(
  actor: Actor,
  nodeId: string,
  asked: { botIds: string[]; command: Command },
): Promise<PowerResult[]> {
  try {
    return await auditManyAround(
      database(),
      actor,
      { action: `bot.${asked.command}`, botIds: asked.botIds },
      async () => {
        const { results } = await workerOf(nodeId).ask("bots.commandMany", { ...asked, ...commander(actor) });
        const read = results.map((one): PowerResult => {
          if ("live" in one) return { botId: one.botId, outcome: "done", status: one.live.status };
          const { botId, code, values } = one;
          if (code === "command_refused") return { botId, outcome: "skipped", state: String(values.state ?? "") };
          return failed(botId, code, values);
        });
        return { value: read, done: read.flatMap(({ outcome, botId }) => (outcome === "done" ? [botId] : [])) };
      },
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return asked.botIds.map((botId) => failed(botId, error.code, error.values));
  }
}

const failed = (botId: string, code: string, values: Readonly<Record<string, string | number>>): PowerResult => ({
  botId,
  outcome: "failed",
  code,
  values: { ...values },
});

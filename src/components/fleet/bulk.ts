import { client } from "#client/api";
import { FailureError, failureOf } from "#client/failure";
import type { PowerResult } from "#contracts/api/power";
import { type Command, canRun } from "#contracts/process";
import type { Row } from "./arrange";

/** How a command went with one bot. */
export type BulkResult =
  | { botId: string; name: string; outcome: "done" | "skipped" }
  | { botId: string; name: string; outcome: "failed"; error: unknown };

/** So many bots are named in one request, so that results come in while the rest is under way. The worker spreads the starts themselves. */
const AT_ONCE = 50;

/** Sends a command to many bots; those it makes no sense for are skipped. Every bot has its own result. */
export async function commandAll(
  command: Command,
  rows: readonly Row[],
  onResults: (results: readonly BulkResult[]) => void,
): Promise<void> {
  const able = ({ bot, live }: Row) =>
    bot.permissions.includes(`power:${command}`) && live !== null && canRun(command, live.status.state);
  const name = ({ bot }: Row) => ({ botId: bot.id, name: bot.name });
  const skipped = rows.filter((row) => !able(row));
  if (skipped.length > 0) onResults(skipped.map((row) => ({ ...name(row), outcome: "skipped" })));
  const asked = rows.filter(able);
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const part = asked.slice(at, at + AT_ONCE);
    try {
      const { results } = await client.bots.powerMany({ botIds: part.map(({ bot }) => bot.id), command });
      const of = new Map(results.map((result) => [result.botId, result]));
      onResults(part.map((row) => ({ ...name(row), ...outcomeOf(of.get(row.bot.id)) })));
    } catch (error) {
      onResults(part.map((row) => ({ ...name(row), outcome: "failed", error })));
    }
  }
}

type Outcome = { outcome: "done" | "skipped" } | { outcome: "failed"; error: unknown };

function outcomeOf(result: PowerResult | undefined): Outcome {
  if (!result) return { outcome: "skipped" };
  if (result.outcome !== "failed") return { outcome: result.outcome };
  return { outcome: "failed", error: new FailureError(failureOf(result.code, result.values)) };
}

import { client } from "#client/api";
import { type Command, canRun } from "#contracts/process";
import type { Row } from "./arrange";

/** How a command went with one bot. */
export type BulkResult =
  | { botId: string; name: string; outcome: "done" | "skipped" }
  | { botId: string; name: string; outcome: "failed"; error: unknown };

/** So many commands are under way at once; the worker spreads the starts themselves. */
const AT_ONCE = 4;

/** Sends a command to many bots; those it makes no sense for are skipped. Every bot has its own result. */
export async function commandAll(
  command: Command,
  rows: readonly Row[],
  onResult: (result: BulkResult) => void,
): Promise<void> {
  const waiting = [...rows];
  const one = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const { bot, live } = row;
      const it = { botId: bot.id, name: bot.name };
      if (!bot.permissions.includes(`power:${command}`) || !live || !canRun(command, live.status.state)) {
        onResult({ ...it, outcome: "skipped" });
        continue;
      }
      try {
        await client.bots[command]({ botId: bot.id });
        onResult({ ...it, outcome: "done" });
      } catch (error) {
        onResult({ ...it, outcome: "failed", error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, one));
}

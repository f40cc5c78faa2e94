import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { whyView } from "#contracts/api/bots";
import { AppError } from "#contracts/errors";
import { reasonOf } from "#contracts/process";
import { reasonTable, sayReason } from "#contracts/reason";
import { assertMay } from "./access";
import { workerOf } from "./worker";

/** Lines that are shown beside the reason. */
const LINES = 30;

/** Why a bot is in the state it is in. */
export async function explainBot(actor: Actor, botId: string): Promise<z.infer<typeof whyView>> {
  const { nodeId, permissions } = await assertMay(actor, "bot:view", botId);
  const worker = workerOf(nodeId);
  const { live } = await worker.ask("bots.live", { botIds: [botId] });
  const now = live[botId];
  if (!now) throw new AppError("not_found", { what: "bot" });
  const { status, trouble } = now;
  const why = reasonOf(status);
  const query = { limit: LINES };
  const lines = permissions.includes("console:read")
    ? (await worker.ask("bots.log", { botId, query })).lines.map(({ text }) => text)
    : null;
  return {
    state: status.state,
    why: why ? sayReason(why) : null,
    fix: why ? reasonTable[why.code].fix : "none",
    exit: ("lastExit" in status && status.lastExit) || null,
    retryAt: status.state === "backoff" ? status.retryAt : null,
    trouble: trouble ? sayReason(trouble) : null,
    lines,
  };
}

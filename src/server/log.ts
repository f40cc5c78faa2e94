import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { log as operations } from "#contracts/api/console";
import type { LogCursor, LogHits, LogPage } from "#contracts/log";
import { database } from "#prisma/db";
import { assertMay } from "./access";
import { atOnce } from "./at-once";
import { auditAround } from "./audit";
import { workerOf } from "./worker";

type Query = z.output<NonNullable<(typeof operations.read)["~orpc"]["inputSchema"]>>;

/** A stretch of a bot's log. */
export async function readLog(actor: Actor, { botId, after, before, around, ...rest }: Query): Promise<LogPage> {
  const { nodeId } = await assertMay(actor, "console:read", botId);
  const query = { ...rest, after: cursorOf(after), before: cursorOf(before), around: cursorOf(around) };
  return workerOf(nodeId).ask("bots.log", { botId, query });
}

type Search = z.output<NonNullable<(typeof operations.search)["~orpc"]["inputSchema"]>>;

/** Searches of one person that may be under way: each takes its turn of half a second, and everybody's turns are in one row. */
const searches = atOnce(4);

/** Hits in a bot's whole log, newest first. */
export async function searchLog(actor: Actor, { botId, from, ...rest }: Search, gone?: AbortSignal): Promise<LogHits> {
  const { nodeId } = await assertMay(actor, "console:read", botId);
  const leave = searches.enter(actor);
  try {
    return await workerOf(nodeId).ask("bots.search", { botId, search: { ...rest, from: cursorOf(from) } }, gone);
  } finally {
    leave();
  }
}

/** Types a line into a bot. What was typed is remembered nowhere: it may be a password. */
export async function sendInput(actor: Actor, botId: string, text: string): Promise<void> {
  const { nodeId } = await assertMay(actor, "console:send", botId);
  await auditAround(database(), actor, { action: "bot.input", botId, detail: { characters: text.length } }, () =>
    workerOf(nodeId).ask("bots.send", { botId, text }),
  );
}

// The contract has checked its form: `<run>.<offset>`.
function cursorOf(text: string | undefined): LogCursor | undefined {
  if (text === undefined) return undefined;
  const [run, offset] = text.split(".").map(Number);
  return { run: run ?? 0, offset: offset ?? 0 };
}

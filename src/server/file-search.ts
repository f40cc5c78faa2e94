import type { z } from "zod";
import type { Actor } from "#contracts/access";
import type { fileSearches as operations } from "#contracts/api/file-search";
import type { FileHits, FileNames, TokenLines } from "#contracts/file-search";
import { assertMay } from "./access";
import { atOnce } from "./at-once";
import { hiddenHits, isModel } from "./tools/hide";
import { workerOf } from "./worker";

type Input<Name extends keyof typeof operations> = z.output<
  NonNullable<(typeof operations)[Name]["~orpc"]["inputSchema"]>
>;

/** Searches of one person that may be under way, as in log.ts. */
const searches = atOnce(4);

/** Lines of a bot's files, turn by turn. */
export async function searchFiles(
  actor: Actor,
  { botId, ...search }: Input<"search">,
  gone?: AbortSignal,
): Promise<FileHits> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", botId);
  const found = await inTurn(actor, () => workerOf(nodeId).ask("files.search", { hidden, botId, search }, gone));
  return isModel(actor) ? { ...found, files: await hiddenHits({ botId, nodeId }, found.files) } : found;
}

/** A bot's files by their names, turn by turn. */
export async function findFiles(
  actor: Actor,
  { botId, ...search }: Input<"find">,
  gone?: AbortSignal,
): Promise<FileNames> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:list", botId);
  return inTurn(actor, () => workerOf(nodeId).ask("files.find", { hidden, botId, search }, gone));
}

/** Where Discord tokens stand in a bot's files, turn by turn. */
export async function findTokens(
  actor: Actor,
  { botId, ...search }: Input<"tokens">,
  gone?: AbortSignal,
): Promise<TokenLines> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:read", botId);
  return inTurn(actor, () => workerOf(nodeId).ask("files.tokens", { hidden, botId, search }, gone));
}

async function inTurn<T>(actor: Actor, ask: () => Promise<T>): Promise<T> {
  const leave = searches.enter(actor);
  try {
    return await ask();
  } finally {
    leave();
  }
}

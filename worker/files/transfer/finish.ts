import { AppError } from "#contracts/errors";
import type { TransferStatus } from "#contracts/transfer";
import type { BotFiles } from "../bot";
import { told } from "../refusals";
import { place } from "./place";
import { keepRecord, type Record } from "./record";
import { clear, type Item } from "./shelf";

/** How the last part of every transfer goes, which all of them share. */

/** Short work is waited for, so that its answer need not be asked for again, ms. */
const PATIENCE_MS = 1_000;

/** Waits for work that is short, and not for more. */
export async function aWhile(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((go) => {
    timer = setTimeout(go, PATIENCE_MS);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}

/** Writes down that all is here, and gives everything its name. It must be nobody else's turn (`alone`). */
export async function placeKept(item: Item, kept: Record, bot: BotFiles): Promise<TransferStatus> {
  item.room ??= bot.quota.room();
  item.stop.signal.throwIfAborted();
  await keepRecord(item.dir, { ...kept, hidden: [...bot.hidden] });
  return { state: "done", ...(await place(bot, { ...kept, dir: item.dir }, item.room)) };
}

/** Ends an item with what its work came to; nothing of it stays on the disk. Never rejects. */
export async function end(item: Item, work: Promise<TransferStatus>, say: (line: string) => void): Promise<void> {
  const { signal } = item.stop;
  const status = await told(item.to, () => work).catch((error: unknown) =>
    failure(signal.aborted ? signal.reason : error, say),
  );
  await clear(item);
  item.record = undefined;
  item.status = status;
  item.touched = Date.now();
}

function failure(error: unknown, say: (line: string) => void): TransferStatus {
  if (!(error instanceof AppError)) say(`a transfer failed: ${error instanceof Error ? error.stack : String(error)}`);
  const known = error instanceof AppError ? error : new AppError("transfer_failed");
  return { state: "failed", code: known.code, values: known.values, message: known.message };
}

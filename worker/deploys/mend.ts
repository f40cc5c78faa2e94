import { appendFile, rm } from "node:fs/promises";
import { en } from "#contracts/words/en";
import { createJail, type Jail } from "../files/jail";
import type { BotFolders } from "../ports/index";
import { sweep } from "../supervisor/atomic";
import { undo } from "./place";
import { type DeployShelf, isWaiting, openDeployShelf, type Record } from "./record";

/**
 * Puts back what an earlier worker was placing when it died; true when it did, so that what runs of the bot is not of its files any more.
 * What that worker had come to the end of stays. Only the disk is asked: the bot is not awake yet.
 */
export async function mend(folders: Pick<BotFolders, "root" | "files">, say: (line: string) => void): Promise<boolean> {
  const shelf = openDeployShelf(folders.root);
  // A look alone makes no deploy, and may have left a key behind.
  await rm(shelf.scratch, { recursive: true, force: true });
  await sweep(shelf.base);
  const left = await leftOf(shelf);
  for (const { number } of left) await sweep(shelf.dirOf(number));
  return putBack(shelf, createJail(folders.files), left, say);
}

/** The deploys that are not at their end, or of which something is still to be put back; newest first. */
export async function leftOf(shelf: DeployShelf, under?: number): Promise<Record[]> {
  return (await shelf.list()).filter((record) => {
    const isUnder = record.number === under || isWaiting(record);
    return !isUnder && (record.status.state === "running" || record.journal !== undefined);
  });
}

/** Brings them to an end; true when files were put back, or should have been. What fails is said, and is left for the next time. */
export async function putBack(
  shelf: DeployShelf,
  jail: Jail,
  left: readonly Record[],
  say: (line: string) => void,
): Promise<boolean> {
  const done = (await shelf.current())?.number;
  let replaced = false;
  for (const { journal, ...record } of left) {
    const { number, status } = record;
    const isDone = number === done;
    if (!isDone && journal) {
      replaced = true;
      try {
        await undo(jail, shelf.dirOf(number), journal);
      } catch (error) {
        say(`${shelf.base}: deploy ${number} could not be taken back: ${String(error)}`);
        continue;
      }
    }
    if (!isDone && status.state === "running")
      await appendFile(shelf.logOf(number), `${en.deployLog.interrupted}\n`, { mode: 0o600 }).catch(() => {});
    const ended: Record["status"] = isDone
      ? { state: "done", bot: "started", files: journal?.steps.length ?? 0 }
      : { state: "interrupted" };
    await shelf.tidy(number);
    await shelf.put({
      ...record,
      endedAt: record.endedAt ?? Date.now(),
      status: status.state === "running" ? ended : status,
    });
  }
  return replaced;
}

/** What waits in the line of a bot, that an earlier worker did not come to, oldest first. */
export async function waitingIn(root: string): Promise<Record[]> {
  const shelf = openDeployShelf(root);
  // One is made and one waits: what waits is among the newest.
  const newest = await Promise.all((await shelf.numbers()).slice(0, 2).map((number) => shelf.read(number)));
  return newest
    .filter((record) => record !== undefined)
    .filter(isWaiting)
    .toReversed();
}

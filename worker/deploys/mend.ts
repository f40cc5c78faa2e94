import { appendFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { en } from "#contracts/words/en";
import { createJail } from "../files/jail";
import type { BotFolders } from "../ports";
import { undo } from "./place";
import { openDeployShelf } from "./record";

/**
 * Puts back what an earlier worker was placing when it died; true when it did, so that what runs of the bot is not of its files any more.
 * What that worker had come to the end of stays. Only the disk is asked: the bot is not awake yet.
 */
export async function mend(folders: Pick<BotFolders, "root" | "files">, say: (line: string) => void): Promise<boolean> {
  const shelf = openDeployShelf(folders.root);
  if ((await shelf.numbers()).length === 0) return false;
  await rm(shelf.scratch, { recursive: true, force: true });
  const names = await readdir(shelf.base);
  for (const name of names.filter((one) => /\.tmp-\d+-\d+$/.test(one)))
    await rm(`${shelf.base}/${name}`, { force: true });
  const done = (await shelf.current())?.number;
  let replaced = false;
  for (const record of await shelf.list()) {
    const { number, status, journal } = record;
    if (status.state !== "running" && !journal) continue;
    for (const name of (await readdir(shelf.dirOf(number))).filter((one) => /\.tmp-\d+-\d+$/.test(one)))
      await rm(`${shelf.dirOf(number)}/${name}`, { force: true });
    if (number !== done && journal) {
      try {
        await undo(createJail(folders.files), shelf.dirOf(number), journal);
        replaced = true;
      } catch (error) {
        say(`${folders.root}: deploy ${number} could not be taken back: ${String(error)}`);
        replaced = true;
        continue;
      }
    }
    const { journal: _done, ...rest } = record;
    const isDone = number === done;
    if (!isDone && status.state === "running") appendFileSync(shelf.logOf(number), `${en.deployLog.interrupted}\n`);
    await shelf.put({
      ...rest,
      endedAt: record.endedAt ?? Date.now(),
      status:
        status.state !== "running"
          ? status
          : isDone
            ? { state: "done", bot: "started", files: journal?.steps.length ?? 0 }
            : { state: "interrupted" },
    });
    await shelf.tidy(number);
  }
  return replaced;
}

import { statfs } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { showBytes } from "../../incoming/paths";
import type { BotFiles } from "../bot";

/** Between one look at the disk and the next, bytes. */
const STEP_BYTES = 64 * 1024 * 1024;

/** What is free for a bot's files, bytes. */
export type FreeFor = (bot: Pick<BotFiles, "jail">) => Promise<number>;

/** Where they wait, below `botsDir`, and where they go; the smaller of the two when those are two disks. */
export const freeBelow =
  (botsDir: string): FreeFor =>
  async ({ jail }) => {
    const disks = await Promise.all([statfs(botsDir), jail.folder([], (folder) => statfs(folder.path))]);
    return Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize));
  };

/**
 * Sees that what comes out of an archive leaves as much of the disk free as it takes, whatever else writes to it meanwhile: the other bots
 * live on it too. Answers what to call before each piece of it. AppError archive_no_room.
 */
export async function shareDisk(total: number, free: () => Promise<number>): Promise<(bytes: number) => Promise<void>> {
  let out = 0;
  let next = STEP_BYTES;
  async function look(): Promise<void> {
    const left = await free();
    if (total > (left + out) / 2)
      throw new AppError("archive_no_room", { size: showBytes(total), free: showBytes(left + out) });
  }
  await look();
  return async (bytes) => {
    if (out + bytes > next) {
      await look();
      next = out + bytes + STEP_BYTES;
    }
    out += bytes;
  };
}

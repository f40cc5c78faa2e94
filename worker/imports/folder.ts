import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { access, constants, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { botSource } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { isInside } from "./tree";

/** What is read of other bots' definitions: whose folder is whose. */
const owned = z.object({ name: z.string(), source: botSource });

/**
 * The real path of a folder on this server, if it lies in one that an admin listed. The list is asked first, so that
 * nobody learns what exists outside of it. AppError folder_not_listed, folder_missing.
 */
export async function listedFolder(path: string, folders: readonly string[]): Promise<string> {
  if (!isAbsolute(path) || path.includes("\0")) throw new AppError("folder_not_listed");
  const real = await realpath(path).catch(() => undefined);
  let listed = false;
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => undefined);
    if (root === undefined) continue;
    if (real === undefined)
      listed ||= !path.split("/").includes("..") && (isInside(folder, path) || isInside(root, path));
    else listed ||= isInside(root, real);
  }
  if (!listed) throw new AppError("folder_not_listed");
  const usable =
    real !== undefined &&
    (await stat(real)).isDirectory() &&
    (await access(real, constants.R_OK | constants.X_OK).then(
      () => true,
      () => false,
    ));
  if (!usable) throw new AppError("folder_missing", { path });
  return real;
}

/** Refuses a folder that another bot runs in: two bots would write over each other. AppError folder_in_use. */
export function assertUnused(path: string, botsDir: string): void {
  if (!existsSync(botsDir)) return;
  for (const id of readdirSync(botsDir, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    try {
      const bot = owned.parse(JSON.parse(readFileSync(join(botsDir, id.name, "definition.json"), "utf8")));
      if (bot.source.kind === "folder" && realpathSync(bot.source.path) === path)
        throw new AppError("folder_in_use", { name: bot.name });
    } catch (error) {
      // A definition that is missing or broken, or whose folder has gone, holds no folder.
      if (error instanceof AppError) throw error;
    }
  }
}

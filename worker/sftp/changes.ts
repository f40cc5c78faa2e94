import { closeSync, fstatSync, lstatSync, type Stats } from "node:fs";
import { chmod, rename, rmdir, unlink, utimes } from "node:fs/promises";
import type { BotPermission } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { BotFiles } from "../files/bot";
import { holdOwn } from "../files/mode";
import { codeOf, statNamed, statNamedNow } from "../files/open";
import { newPartsOf, partsOf, pathOf, showPath } from "../files/path";
import { assertSeenAs, assertWhole } from "../files/sight";
import type { Wanted } from "./attrs";
import type { Reached } from "./handles";
import { Flag, lengthOf, openFile, resize } from "./open-file";

/** Refuses what the person may not do now. AppError not_allowed. */
export type Allow = (permission: BotPermission) => void;

/** What stands at a path, a link as itself. */
export function look({ jail }: BotFiles, path: string): Promise<Stats> {
  const parts = partsOf(path);
  if (parts.length === 0) return jail.folder([], async ({ handle }) => fstatSync(handle.fd));
  return jail.above(parts, async (folder, name) => {
    const stat = lstatSync(folder.at(name), { throwIfNoEntry: false });
    if (!stat) throw missing(path);
    return stat;
  });
}

const missing = (path: string) => new AppError("file_missing", { path: showPath(path) });

/** Sets size, permission bits and times of a file or a folder, never of what a link leads to, nor of what has a name elsewhere too. */
export async function setAt(bot: Reached, path: string, { size, mode, times }: Wanted): Promise<void> {
  if (size !== undefined) {
    const opened = await openFile(bot, path, Flag.write, {}, () => {});
    await resize(opened, lengthOf(size)).finally(() => closeSync(opened.fd));
  }
  if (mode === undefined && !times) return;
  await holdOwn(bot.jail, path, async (way) => {
    if (mode !== undefined) await chmod(way, mode & 0o777);
    if (times) await utimes(way, times.accessed, times.changed);
  });
}

/** For good, as on every SFTP server: programs delete all the time what nobody would look for in the trash. */
export const removeAt = ({ jail, quota }: BotFiles, path: string): Promise<void> =>
  jail.above(partsOf(path), async (folder, name) => {
    const stat = statNamedNow(folder, name);
    if (!stat) throw missing(path);
    if (stat.isDirectory()) throw new AppError("file_is_folder", { path: showPath(path) });
    await unlink(folder.at(name));
    quota.give(stat.isFile() && stat.nlink === 1n ? Number(stat.size) : 0, 1);
  });

/** Removes an empty folder. */
export const removeFolderAt = ({ jail, quota }: BotFiles, path: string): Promise<void> =>
  jail.above(partsOf(path), async (folder, name) => {
    await rmdir(folder.at(name));
    quota.give(0, 1);
  });

/** Gives a thing another name by one rename. `replaces`: what has that name is gone afterwards, as rename(2) has it. */
export function renameAt(bot: BotFiles, from: string, to: string, replaces: boolean, allow: Allow): Promise<void> {
  const fromParts = partsOf(from);
  const toParts = newPartsOf(to);
  return bot.jail.above(fromParts, (folder, name) =>
    bot.jail.above(toParts, async (target, newName) => {
      if (!(await statNamed(folder, name))) throw missing(from);
      await assertWhole(folder, name);
      await assertSeenAs(folder, name, target.sight?.into(newName));
      const before = await statNamed(target, newName);
      if (before && !replaces) throw new AppError("file_exists", { path: showPath(to) });
      if (before) {
        allow("file:write");
        allow("file:delete");
      }
      await rename(folder.at(name), target.at(newName)).catch((error: unknown) => {
        throw codeOf(error) === "EINVAL" ? new AppError("file_into_itself", { path: showPath(from) }) : error;
      });
      if (before && from !== to) bot.quota.give(before.isFile() && before.nlink === 1n ? Number(before.size) : 0, 1);
      await bot.history.moved(pathOf(fromParts), pathOf(toParts));
    }),
  );
}

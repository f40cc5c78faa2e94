import { rename } from "node:fs/promises";
import type { BotFiles } from "./bot";
import { copyTree } from "./copy";
import { makeAbove } from "./folder";
import type { Moved } from "./move";
import { freeName } from "./names";
import { statNamed } from "./open";
import { ownerOf } from "./owner";
import { partsOf, pathOf } from "./path";
import { isNear } from "./staging";

/** Puts a thing away; what it took is free again. Answers what it is called in the trash. AppError file_missing, file_not_folder, path_unsafe, trash_too_large. */
export const removeOne = ({ jail, trash, quota }: BotFiles, path: string): Promise<Moved> =>
  jail.above(partsOf(path), async (folder, name) => {
    const { id, bytes, files } = await trash.put(folder, name, path);
    quota.give(bytes, files);
    return { path, outcome: "done", ...(id !== undefined && { trash: id }) };
  });

/**
 * Puts a thing back where it lay, beside it when that name is taken, and makes the folders above it anew when they are gone. Answers
 * where it is. AppError trash_gone, files_over_quota, file_not_folder.
 */
export function restoreOne(bot: BotFiles, id: string): Promise<string> {
  const { jail, staging, trash, quota } = bot;
  return trash.out(id, async (entry, home, item) => {
    const parts = partsOf(entry.path);
    await quota.take(entry.bytes, entry.files);
    try {
      await makeAbove(bot, parts);
      return await jail.above(parts, async (target, own) => {
        const name = (await statNamed(target, own)) ? await freeName(target, own) : own;
        if (await isNear(home, target)) await rename(home.at(item), target.at(name));
        else {
          const owner = await ownerOf(jail);
          await staging.place(target, parts.slice(0, -1), async (folder, whole) => {
            await copyTree({ folder: home, name: item }, { folder, name: whole }, { owner, take: async () => {} });
            await rename(folder.at(whole), target.at(name));
          });
        }
        return pathOf([...parts.slice(0, -1), name]);
      });
    } catch (error) {
      quota.give(entry.bytes, entry.files);
      throw error;
    }
  });
}

import { mkdir, rename } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { BotFiles } from "./bot";
import { type Folder, inside, statNamed } from "./open";
import { dress, NEW_FOLDER, ownerOf } from "./owner";
import { newPartsOf, type Parts, showPath } from "./path";

/** Makes an empty folder. AppError file_exists, file_missing, file_not_folder, files_over_quota, path_unsafe. */
export async function makeFolder(bot: BotFiles, path: string): Promise<void> {
  const parts = newPartsOf(path);
  await bot.jail.above(parts, async (folder, name) => {
    if (await statNamed(folder, name)) throw new AppError("file_exists", { path: showPath(path) });
    await makeIn(bot, folder, parts);
  });
}

/** Makes the folders that something lies in, as far as nothing of that name is there. As makeFolder. */
export async function makeAbove(bot: BotFiles, parts: Parts): Promise<void> {
  for (let depth = 1; depth < parts.length; depth++) {
    const above = parts.slice(0, depth);
    await bot.jail.above(above, async (folder, name) => {
      if (!(await statNamed(folder, name))) await makeIn(bot, folder, above);
    });
  }
}

/** Whole, with its bits and its owner, before it has a name: what is open under that name later may be another one. */
async function makeIn({ jail, staging, quota }: BotFiles, folder: Folder, parts: Parts): Promise<void> {
  const owner = await ownerOf(jail);
  const name = parts.at(-1) ?? "";
  await quota.during(0, 1, () =>
    staging.place(folder, parts.slice(0, -1), async (waiting, temporary) => {
      await mkdir(waiting.at(temporary), 0o700);
      await inside(waiting, temporary, ({ handle }) => dress(handle, owner, NEW_FOLDER));
      await rename(waiting.at(temporary), folder.at(name));
    }),
  );
}

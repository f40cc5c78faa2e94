import type { BigIntStats } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { FileContent, FileWrite } from "#contracts/files";
import { contentOf } from "./content";
import { etagOf } from "./entries";
import type { Folder, Jail } from "./jail";
import { newPartsOf, pathOf, partsOf, showPath } from "./path";
import type { Staging } from "./staging";

const NEW_FILE = 0o644;

/** What stands at a name; undefined when nothing does. A link is told as itself. */
export const statOf = (folder: Folder, name: string): Promise<BigIntStats | undefined> =>
  lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });

/**
 * Saves a text, whole or not at all, and answers what stands there now. What was there keeps its permission bits and its owner; a file
 * of several names, or a link, is not written through: this name gets a file of its own. `over` hears of what is written over, before.
 * AppError file_changed, file_exists, file_is_folder, file_missing, file_special, path_unsafe.
 */
export async function writeText(
  { jail, staging }: { jail: Jail; staging: Staging },
  { path, text, etag }: FileWrite,
  over: (folder: Folder, name: string) => Promise<void>,
): Promise<FileContent> {
  const shown = showPath(path);
  return jail.above(partsOf(path), async (folder, name) => {
    const before = await statOf(folder, name);
    if (!before) newPartsOf(path);
    refuse(before, etag, shown);
    if (before?.isFile()) await over(folder, name);
    return staging.place(async (waiting, temporary) => {
      const file = await open(waiting.at(temporary), constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
      try {
        await file.writeFile(text);
        await dress(file, before, folder);
        await file.datasync();
        // Somebody else may have been quicker meanwhile.
        if (before && etag !== undefined) refuse(await statOf(folder, name), etag, shown);
        await rename(waiting.at(temporary), folder.at(name));
        await folder.handle.sync();
        return await contentOf(path, file);
      } finally {
        await file.close();
      }
    });
  });
}

function refuse(now: BigIntStats | undefined, etag: FileWrite["etag"], path: string): void {
  if (now?.isDirectory()) throw new AppError("file_is_folder", { path });
  if (now && !now.isFile() && !now.isSymbolicLink()) throw new AppError("file_special", { path });
  if (etag === null && now) throw new AppError("file_exists", { path });
  if (typeof etag === "string" && (!now || etagOf(now) !== etag)) throw new AppError("file_changed", { path });
}

/** Gives a new file the bits and the owner of what it takes the place of, or those of its folder's owner. */
async function dress(file: FileHandle, before: BigIntStats | undefined, folder: Folder): Promise<void> {
  const owner = before ?? (await folder.handle.stat({ bigint: true }));
  // Only root gives files away; else all are ours anyway.
  if (process.getuid?.() === 0) await file.chown(Number(owner.uid), Number(owner.gid));
  await file.chmod(before?.isFile() ? Number(before.mode) & 0o777 : NEW_FILE);
}

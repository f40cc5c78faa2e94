import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { EDIT_BYTES, type FileContent, type FileWrite } from "#contracts/files";
import { blackedOut } from "./black-out";
import type { BotFiles } from "./bot";
import { contentOf, readAll, textOf } from "./content";
import { etagOf } from "./entries";
import { codeOf, statNamed } from "./open";
import { dress, like, ownerOf } from "./owner";
import { newPartsOf, partsOf, showPath } from "./path";

/**
 * Saves a text, whole or not at all, and answers what stands there now. What was there keeps its permission bits and its owner; a file
 * of several names, or a link, is not written through: this name gets a file of its own. A text that is written over goes into the
 * history, without what `redact` names, which goes from its earlier versions too. AppError file_changed, file_exists, file_is_folder, file_missing, file_special, file_not_text, files_over_quota, bad_input, path_unsafe.
 */
export async function writeText(
  bot: BotFiles,
  { path, text, etag }: FileWrite,
  author: string,
  redact: readonly string[] = [],
): Promise<FileContent> {
  const { jail, staging, quota } = bot;
  const shown = showPath(path);
  const bytes = Buffer.from(text);
  if (bytes.length > EDIT_BYTES) throw new AppError("file_not_text", { path: shown, limit: "4 MiB" });
  // Half a pair of surrogates is no text, and would be saved as something else.
  if (bytes.toString() !== text) throw new AppError("bad_input", { detail: "The text is no valid Unicode." });
  const parts = partsOf(path);
  const owner = await ownerOf(jail);
  return jail.above(parts, async (folder, name) => {
    const before = await statNamed(folder, name);
    if (!before) newPartsOf(path);
    refuse(before, etag, shown);
    if (before?.isFile()) await keepOld(bot, path, author, bytes, redact);
    if (redact.length > 0) await bot.history.redact(path, redact);
    const more = bytes.length - (before?.isFile() ? Number(before.size) : 0);
    return quota.during(more, before ? 0 : 1, () =>
      staging.place(folder, parts.slice(0, -1), async (waiting, temporary) => {
        const file = await open(waiting.at(temporary), "wx+", 0o600);
        try {
          await file.writeFile(bytes);
          await dress(file, ...like(before, owner));
          await file.sync();
          // The bot may have been quicker meanwhile.
          refuse(await statNamed(folder, name), etag, shown);
          await rename(waiting.at(temporary), folder.at(name));
          await syncFolder(folder.handle);
          return await contentOf(path, file);
        } finally {
          await file.close();
        }
      }),
    );
  });
}

/** Keeps what stands at a path, if it is a text and another one than what is to come. */
async function keepOld(
  { jail, history }: BotFiles,
  path: string,
  author: string,
  next: Buffer,
  redact: readonly string[],
): Promise<void> {
  const old = await jail.file(partsOf(path), constants.O_RDONLY, async (file) => {
    const { size } = await file.stat();
    return size > EDIT_BYTES ? undefined : readAll(file, size);
  });
  if (old && textOf(old) !== null && !old.equals(next)) await history.keep(path, author, blackedOut(old, redact));
}

function refuse(now: BigIntStats | undefined, etag: FileWrite["etag"], path: string): void {
  if (now?.isDirectory()) throw new AppError("file_is_folder", { path });
  if (now && !now.isFile() && !now.isSymbolicLink()) throw new AppError("file_special", { path });
  if (etag === null && now) throw new AppError("file_exists", { path });
  if (typeof etag === "string" && (!now || etagOf(now) !== etag)) throw new AppError("file_changed", { path });
}

/** Makes a rename outlive a power cut, where the file system can. */
export async function syncFolder(handle: FileHandle): Promise<void> {
  await handle.sync().catch((error: unknown) => {
    if (codeOf(error) !== "EINVAL") throw error;
  });
}

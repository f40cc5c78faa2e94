import { constants } from "node:fs";
import { readlink } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { type Jail, namesIn, textOf } from "../files/index";

/*
 * Reading what a package manager left behind. All of it is the bot's to write, and may be a link to anywhere by now, so that every step
 * goes through the jail. pnpm and workspaces are made of links: one is followed, to where it names within the same folder, and from
 * there by the jail again.
 */

/** A file of this size is no manifest, bytes. */
const FILE_BYTES = 4 * 1024 * 1024;

/** The text of a small file; undefined when it is not there. AppError file_special and the like for what is no plain file. */
export async function readSmall(jail: Jail, parts: readonly string[], bytes = FILE_BYTES): Promise<string | undefined> {
  try {
    return await jail.file(parts, constants.O_RDONLY, async (file) => {
      const buffer = Buffer.alloc(Math.min(bytes, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return textOf(buffer.subarray(0, bytesRead)) ?? undefined;
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in a folder, at most `limit`; none when there is no such folder. */
export async function namesOf(jail: Jail, parts: readonly string[], limit: number): Promise<string[]> {
  try {
    return await jail.folder(parts, async (folder) => {
      const names: string[] = [];
      for await (const { name } of namesIn(folder)) {
        if (typeof name === "string") names.push(name);
        if (names.length >= limit) break;
      }
      return names;
    });
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** The text of a file in a folder that may be a link to another one of the same jail. Undefined where there is none. */
export async function readBehind(jail: Jail, folder: readonly string[], name: string): Promise<string | undefined> {
  try {
    const text = await readSmall(jail, [...folder, name]).catch(async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "file_not_folder") throw error;
      const target = await jail.above(folder, (parent, last) => readlink(parent.at(last)));
      const behind = resolve(folder.slice(0, -1), target);
      return behind && readSmall(jail, [...behind, name]);
    });
    return text;
  } catch (error) {
    // A link that is none any more, or leads nowhere we go.
    if (error instanceof AppError || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}

/** Where a relative link leads from a folder; undefined for one out of the jail. */
function resolve(from: readonly string[], target: string): string[] | undefined {
  if (target.startsWith("/")) return undefined;
  const parts = [...from];
  for (const part of target.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts;
}

const isMissing = (error: unknown) =>
  error instanceof AppError && ["file_missing", "folder_missing"].includes(error.code);

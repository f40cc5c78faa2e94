import { posix } from "node:path";
import type { FileMove } from "#contracts/files";
import type { Client } from "../client";
import { Failure } from "../failure";

/** A path in a bot's folder as people type it: `.` and `/` are the folder itself, and a folder may end with a slash. */
export const pathOf = (word: string): string => (word === "." || word === "/" ? "" : word.replace(/\/$/, ""));

/** Where a move or copy goes: into `to` when that is a folder, else to that name, as mv and cp have it. */
export async function placeOf(
  client: Client,
  botId: string,
  from: readonly string[],
  word: string,
): Promise<Pick<FileMove, "to" | "name">> {
  const to = pathOf(word);
  if (to === "" || (await isFolder(client, botId, to))) return { to };
  if (from.length > 1 || word.endsWith("/"))
    throw Failure.of("file_not_folder", `There is no folder “${to}” to put anything into.`);
  const folder = posix.dirname(to);
  return { to: folder === "." ? "" : folder, name: posix.basename(to) };
}

/** Whether a path is of a folder. */
export async function isFolder(client: Client, botId: string, path: string): Promise<boolean> {
  try {
    await client.files.list({ botId, path, limit: 1 });
    return true;
  } catch (error) {
    if (isFailure(error, "file_missing", "file_not_folder")) return false;
    throw error;
  }
}

/** Whether an error is one of these expected failures. */
export const isFailure = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Failure && codes.includes(error.code);

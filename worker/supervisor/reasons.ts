import { statfs } from "node:fs/promises";
import type { BotDefinition } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Reason } from "#contracts/reason";

/** Why a start failed before there was a process. */
export function reasonOf(error: unknown, definition: BotDefinition): Reason {
  if (error instanceof AppError) {
    if (error.code === "manifest_unreadable") {
      return { code: "manifest_unreadable", values: { file: "manifest", detail: "", ...error.values } };
    }
    if (error.code === "runtime_unavailable") {
      return { code: "program_missing", values: { program: error.values.runtime ?? definition.runtime } };
    }
    if (error.code === "entry_missing") return { code: "entry_missing", values: { entry: definition.entry } };
    if (error.code === "isolation_missing" || error.code === "folder_untrusted")
      return { code: error.code, values: {} };
    if (error.code === "disk_unwritable") return { code: "disk", values: { detail: error.values.detail ?? "" } };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: isDisk(error) ? "disk" : "spawn_failed", values: { detail: detail.slice(0, 300) } };
}

/** Less than this left, bytes, and a launch fails in ways that do not name the disk: what writes its records is a shell. */
const FULL_BYTES = 64 * 1_024;

/** As reasonOf, for a launch: one that failed on a full disk says so, whoever it was that could not write. */
export async function launchReason(error: unknown, definition: BotDefinition, folder: string): Promise<Reason> {
  const reason = reasonOf(error, definition);
  if (reason.code !== "spawn_failed") return reason;
  const disk = await statfs(folder).catch(() => undefined);
  // A file system without a count of files says 0 of 0.
  const isFull = disk && (disk.bavail * disk.bsize < FULL_BYTES || (disk.files > 0 && disk.ffree === 0));
  return isFull ? { code: "disk", values: { detail: "no space left on device" } } : reason;
}

const diskCodes = new Set(["ENOSPC", "EROFS", "EDQUOT", "EACCES", "EPERM", "EIO"]);

/** Whether an error is the disk's: full, read-only, over quota or not ours. */
const isDisk = (error: unknown): boolean =>
  error instanceof Error && "code" in error && typeof error.code === "string" && diskCodes.has(error.code);

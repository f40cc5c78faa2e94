import type { PickedFile } from "#client/dropped";
import { FailureError, failureOf } from "#client/failure";

/*
 * A file's SHA-256 is told with its announcement, and so must be known before its first byte is sent. The browser computes it beside the
 * page, but only of bytes that are all in memory: so larger files go without, as do all of a page that is not reached by https or localhost.
 */

/** The largest file with a checksum, bytes. */
export const CHECKED_BYTES = 32 * 1024 * 1024;
/** All files with one together: what comes after them should not wait until gigabytes are read twice. */
export const CHECKED_TOTAL_BYTES = 256 * 1024 * 1024;

/** The SHA-256 of a file in hexadecimal. */
export async function sha256Of(file: Blob): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Which of these sizes are affordable, in their order. */
export function affordable(sizes: readonly number[], able = globalThis.crypto?.subtle !== undefined): boolean[] {
  let left = able ? CHECKED_TOTAL_BYTES : 0;
  return sizes.map((size) => {
    if (size === 0 || size > CHECKED_BYTES || size > left) return false;
    left -= size;
    return true;
  });
}

/** The checksums of those that can have one, by path; fewer when nobody wants them any more. */
export async function checksumsOf(files: readonly PickedFile[], gone: AbortSignal): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  const can = affordable(files.map(({ file }) => file.size));
  for (const [at, { path, file }] of files.entries()) {
    if (gone.aborted) return sums;
    if (!can[at]) continue;
    const sum = await sha256Of(file).catch(() => null);
    if (sum === null) throw new FailureError(failureOf("upload_unreadable", { path }));
    sums.set(path, sum);
  }
  return sums;
}

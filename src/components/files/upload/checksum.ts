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

import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { EDIT_BYTES, type FileContent } from "#contracts/files";
import { changedAt, etagOf, sizeOf } from "./entries";
import type { Jail } from "./jail";
import { partsOf } from "./path";

/** A text has no NUL in its first bytes; git looks at as many. */
export const LOOK_BYTES = 8_000;

/** A file for the editor. AppError file_missing, file_is_folder, file_special. */
export const readContent = (jail: Jail, path: string): Promise<FileContent> =>
  jail.file(partsOf(path), constants.O_RDONLY, (file) => contentOf(path, file));

/** The same of a file that is open. */
export async function contentOf(path: string, file: FileHandle): Promise<FileContent> {
  const stat = await file.stat({ bigint: true });
  const size = sizeOf(stat);
  const about = { path, size, changedAt: changedAt(stat), mode: Number(stat.mode) & 0o7777, etag: etagOf(stat) };
  if (size > EDIT_BYTES) return { ...about, text: null, why: "large" };
  const text = textOf(await readAll(file, size));
  return text === null ? { ...about, text, why: "binary" } : { ...about, text };
}

/** As many bytes as it had when it was looked at: one that grows meanwhile is not followed without end. */
export async function readAll(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await file.read(bytes, done, size - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of some bytes; null when they are none. What comes back when it is saved is byte for byte the same. */
export function textOf(bytes: Buffer): string | null {
  if (bytes.subarray(0, LOOK_BYTES).includes(0)) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

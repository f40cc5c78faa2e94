import type { FileHandle } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { ArchiveFormat } from "#contracts/transfer";
import type { Packing } from "../../incoming/packing";

export type TarFormat = Exclude<ArchiveFormat, "zip">;

/** How the bytes of a tar are made smaller, if they are. */
export const PACKING: Readonly<Record<TarFormat, Packing | undefined>> = {
  tar: undefined,
  "tar.gz": "gzip",
  "tar.zst": "zstd",
};

/** What an archive is by its first bytes. AppError archive_unreadable. */
export async function kindOf(file: FileHandle): Promise<ArchiveFormat> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.subarray(0, 2).toString("latin1") === "PK") return "zip";
  if (head[0] === 0x1f && head[1] === 0x8b) return "tar.gz";
  if (head.subarray(0, 4).toString("hex") === "28b52ffd") return "tar.zst";
  if (head.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  throw new AppError("archive_unreadable", { detail: "neither zip, tar, tar.gz nor tar.zst" });
}

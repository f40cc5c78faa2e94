import { statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { Jail } from "./jail";
import { partsOf, showPath } from "./path";

/**
 * Sets the permission bits of a file or a folder, 0 to 0o777: neither setuid nor sticky, and never those of what a link leads to, nor of a
 * file that has a name elsewhere too. AppError bad_input, file_missing, file_special, path_unsafe.
 */
export async function setMode(jail: Jail, path: string, mode: number): Promise<void> {
  if (mode < 0 || mode > 0o777) throw new AppError("bad_input", { detail: "Permission bits are 0 to 777." });
  await holdOwn(jail, path, (way) => chmod(way, mode));
}

/** As `hold`, but for a file of several names, whose others may be anywhere: AppError file_special. */
export const holdOwn = (jail: Jail, path: string, use: (way: string) => Promise<void>): Promise<void> =>
  jail.hold(partsOf(path), async (way, isFolder) => {
    if (!isFolder && statSync(way).nlink > 1) throw new AppError("file_special", { path: showPath(path) });
    await use(way);
  });

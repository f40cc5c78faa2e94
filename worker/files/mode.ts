import { chmod } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { Jail } from "./jail";
import { partsOf } from "./path";

/**
 * Sets the permission bits of a file or a folder, 0 to 0o777: neither setuid nor sticky, and never those of what a link leads to.
 * AppError bad_input, file_missing, file_special, path_unsafe.
 */
export async function setMode(jail: Jail, path: string, mode: number): Promise<void> {
  if (mode < 0 || mode > 0o777) throw new AppError("bad_input", { detail: "Permission bits are 0 to 777." });
  await jail.hold(partsOf(path), (way) => chmod(way, mode));
}

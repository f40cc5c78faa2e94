import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#contracts/errors";
import type { Incoming } from "../incoming/chunk";
import { assertPaths, showBytes, topFolder } from "../incoming/paths";

/** Checks an announcement before any byte comes. AppError path_unsafe, upload_over_quota. */
export function announce(files: readonly { path: string; size: number }[], limit: number): Incoming[] {
  assertPaths(files.map(({ path }) => path));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) throw new AppError("upload_over_quota", { size: showBytes(total), limit: showBytes(limit) });
  return files.map(({ path, size }) => ({ path, size, received: 0 }));
}

/** Creates the empty places that the chunks go to. */
export async function makeRoom(folder: string, files: readonly Incoming[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const index of files.keys()) await (await open(join(folder, String(index)), "wx", 0o644)).close();
}

/** Gives complete files their own names under `folder`, without the one folder they all lie in. */
export async function settle(incoming: string, files: readonly Incoming[], folder: string): Promise<void> {
  const top = topFolder(files.map(({ path }) => path));
  await mkdir(folder, { recursive: true });
  for (const [index, { path }] of files.entries()) {
    const target = join(folder, top === undefined ? path : path.slice(top.length + 1));
    await mkdir(dirname(target), { recursive: true });
    await rename(join(incoming, String(index)), target);
  }
}

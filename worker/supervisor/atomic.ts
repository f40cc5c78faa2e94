import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** How many generations of a file are kept: the newest, and two to fall back on. */
const GENERATIONS = 3;

let turn = 0;

/** Writes a file so that a reader, or a power cut, sees the old text or the new one and nothing between. Mode 0600. */
export async function writeAtomic(path: string, text: string): Promise<void> {
  await swap(path, text, async () => {});
}

/** As writeAtomic, and keeps the last generations beside it as `.1` and `.2`. */
export async function writeGenerations(path: string, text: string): Promise<void> {
  await swap(path, text, async () => {
    for (let generation = GENERATIONS - 1; generation >= 1; generation--) {
      const older = generation === 1 ? path : `${path}.${generation - 1}`;
      await rename(older, `${path}.${generation}`).catch(ignoreMissing);
    }
  });
}

/** Reads the newest generation that `parse` accepts; undefined when there is none at all. Throws when all are garbage. */
export async function readGenerations<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
  let failure: unknown;
  for (let generation = 0; generation < GENERATIONS; generation++) {
    try {
      return parse(await readFile(generation === 0 ? path : `${path}.${generation}`, "utf8"));
    } catch (error) {
      if (!isMissing(error)) failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

async function swap(path: string, text: string, before: () => Promise<void>): Promise<void> {
  turn += 1;
  const temporary = `${path}.tmp-${process.pid}-${turn}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await before();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The rename itself lies in the folder; some file systems cannot sync one, and then the file is all we can do. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  if (!folder) return;
  await folder.sync().catch(() => {});
  await folder.close();
}

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

function ignoreMissing(error: unknown) {
  if (!isMissing(error)) throw error;
}

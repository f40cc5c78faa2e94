import { link, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** How many generations of a file are kept: the newest, and two to fall back on. */
const GENERATIONS = 3;

let turn = 0;

/**
 * How sure a text must be. `power`: it outlives a power cut, which costs two waits for the disk. `worker`: it outlives the worker
 * and is never seen half, but the last seconds may be missing after a power cut, which ends every run anyway.
 */
export type Lasting = "power" | "worker";

/** Writes a file so that a reader sees the old text or the new one and nothing between. Mode 0600. */
export async function writeAtomic(path: string, text: string, lasting: Lasting = "power"): Promise<void> {
  await swap(path, text, lasting, async () => {});
}

/** As writeAtomic, and keeps the last generations beside it as `.1` and `.2`. */
export async function writeGenerations(path: string, text: string, lasting: Lasting = "power"): Promise<void> {
  await swap(path, text, lasting, async () => {
    for (let generation = GENERATIONS - 1; generation > 1; generation--) {
      await rename(`${path}.${generation - 1}`, `${path}.${generation}`).catch(ignoreMissing);
    }
    // By a second name, so that the file is there at every moment; where there are none (FAT), it is missing for one.
    const before = `${path}.1`;
    if (lasting === "power") await link(path, before).catch(() => rename(path, before).catch(ignoreMissing));
    else await rename(path, before).catch(ignoreMissing);
  });
}

/**
 * Writes over a file where it lies, for a disk that has no room for a second one. The text must be no longer than what is there was made
 * for (see padded), or it needs room as well. A reader may see it half, which is why it is the last resort.
 */
export async function overwrite(path: string, text: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(text, 0);
    await file.truncate(Buffer.byteLength(text));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A JSON text with spaces at its end, so that the next one takes no more room than this. */
export const padded = (json: string, bytes: number): string => `${json.trimEnd().padEnd(bytes - 1)}\n`;

/** Whether an error says that the disk is full, or what one may use of it. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

/** Told when a newer generation could not be used: its file, and what is wrong with it. */
export type Fallback = (path: string, failure: unknown) => void;

/**
 * Reads the newest generation that `parse` accepts; undefined when there is none at all. Throws when all are garbage.
 * `fallback` hears of each that had to be passed over for an older one.
 */
export async function readGenerations<T>(
  path: string,
  parse: (text: string) => T,
  fallback: Fallback = () => {},
): Promise<T | undefined> {
  const [newest, failures] = await readEach(path, parse);
  if (newest !== undefined) {
    for (const { path: bad, failure } of failures) fallback(bad, failure);
    return newest;
  }
  if (failures[0]) throw failures[0].failure;
  return undefined;
}

type Failures = { path: string; failure: unknown }[];

async function readEach<T>(path: string, parse: (text: string) => T): Promise<[T | undefined, Failures]> {
  const failures: Failures = [];
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const file = generation === 0 ? path : `${path}.${generation}`;
    try {
      return [parse(await readFile(file, "utf8")), failures];
    } catch (failure) {
      if (!isMissing(failure)) failures.push({ path: file, failure });
    }
  }
  return [undefined, failures];
}

async function swap(path: string, text: string, lasting: Lasting, before: () => Promise<void>): Promise<void> {
  turn += 1;
  const temporary = `${path}.tmp-${process.pid}-${turn}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      if (lasting === "power") await file.sync();
    } finally {
      await file.close();
    }
    await before();
    await rename(temporary, path);
  } catch (error) {
    // What cannot be written can often not be removed either (a disk that is read-only now); the first failure tells more.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  if (lasting === "power") await syncFolder(dirname(path));
}

/** Removes from a folder what a dead worker was writing, of one file or of all: the next with its number would stumble over that. */
export async function sweep(folder: string, file = ""): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(file) && /\.tmp-\d+-\d+$/.test(name));
  await Promise.all(left.map((name) => rm(`${folder}/${name}`, { force: true }).catch(() => {})));
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

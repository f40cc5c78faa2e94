import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { filePath, onConflict } from "#contracts/files";
import { at } from "#contracts/process";
import { announcedFile, transferId, transferKind } from "#contracts/transfer";

/*
 * What outlives the worker of a transfer: bots/<id>/uploads/<transfer>/record.json, and beside it the files under their numbers. How much
 * of a file is here is its size. Once `placing` is true everything is here and compared, and whoever comes next gives it its names.
 */

const record = z.object({
  id: transferId,
  kind: transferKind,
  owner: z.string(),
  to: filePath,
  conflict: onConflict,
  createdAt: at,
  folders: z.array(filePath),
  files: z.array(announcedFile.extend({ runs: z.boolean().optional(), conflict: onConflict.optional() })),
  placing: z.boolean(),
  /** Patterns of paths that do not exist for whose it is, once it is placed. */
  hidden: z.array(z.string()).default([]),
});
export type Record = z.infer<typeof record>;

const NAME = "record.json";

/** Writes it so that there is always a whole one. The folder is made when it is not there. */
export async function keepRecord(dir: string, kept: Record): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = await open(`${dir}/${NAME}.new`, "w", 0o600);
  try {
    await file.writeFile(JSON.stringify(kept));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${dir}/${NAME}.new`, `${dir}/${NAME}`);
}

/** A record as it was found, how much of each file is here, and when something of it was last written. */
export type Found = { record: Record; dir: string; received: number[]; touched: number };

/** The transfers that a bot's folder of them holds; what has no record was never begun and is removed. */
export async function readRecords(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const dir = `${folder}/${name}`;
    const read = record.safeParse(await readJson(`${dir}/${NAME}`));
    if (read.success) found.push({ record: read.data, dir, ...(await receivedOf(dir, read.data)) });
    else await rm(dir, { recursive: true, force: true });
  }
  return found;
}

async function receivedOf(dir: string, { files }: Record): Promise<Pick<Found, "received" | "touched">> {
  let touched = (await stat(`${dir}/${NAME}`)).mtimeMs;
  const received: number[] = [];
  for (const [number, { size }] of files.entries()) {
    const here = await stat(`${dir}/${number}`).catch(() => undefined);
    touched = Math.max(touched, here?.mtimeMs ?? 0);
    received.push(Math.min(size, here?.size ?? 0));
  }
  return { received, touched };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { type FileVersion, fileVersion, HISTORY_LENGTH } from "#contracts/files";
import { blackedOut } from "./black-out";
import { randomName } from "./names";
import { codeOf } from "./open";

/*
 * Texts that were written over through Botyard: bots/<id>/history/<hash of the path>/<id>, out of the bot's sight. The first line says
 * who wrote over it, the rest is the text; the id begins with when that was, so that names in order are versions in order.
 */

export interface History {
  /** Keeps what is about to be written over, unless it is kept already. */
  keep(path: string, author: string, text: Buffer): Promise<void>;
  /** Newest first. */
  list(path: string): Promise<FileVersion[]>;
  /** AppError version_gone. */
  version(path: string, id: string): Promise<string>;
  /** Blacks some texts out in every version of a file. */
  redact(path: string, texts: readonly string[]): Promise<void>;
  /** The file has another path now; it keeps its history, unless there is one of that path. */
  moved(from: string, to: string): Promise<void>;
}

/** All history of a bot, bytes: the oldest goes first, until there is some room again. */
const HISTORY_BYTES = 50 * 1024 * 1024;
const LESS_BYTES = 45 * 1024 * 1024;
/** A small text takes as much of the disk. */
const BLOCK_BYTES = 4_096;
/** Names of people are shorter. */
const AUTHOR_LENGTH = 200;
/** What a first line takes at most: six bytes for each of them, were they all escaped. */
const FIRST_LINE_BYTES = 2_048;

const ids = fileVersion.shape.id;
const firstLine = z.object({ author: z.string() });
const timeOf = (id: string) => Number.parseInt(id.slice(0, 9), 36);

/** The history in the panel's folder `dir`, of which nothing else writes. */
export function createHistory(dir: string): History {
  /** What all of it takes, once it was looked through. */
  let known: number | undefined;
  const folderOf = (path: string) => `${dir}/${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;

  /** Oldest first. What is no version was left half by a worker that died. */
  async function idsIn(folder: string): Promise<string[]> {
    const names = await readdir(folder).catch(noneMissing);
    return names.filter((name) => ids.safeParse(name).success).sort();
  }

  async function all(): Promise<{ id: string; file: string; bytes: number }[]> {
    const found: { id: string; file: string; bytes: number }[] = [];
    for (const folder of await readdir(dir).catch(noneMissing)) {
      for (const id of await idsIn(`${dir}/${folder}`)) {
        const file = `${dir}/${folder}/${id}`;
        found.push({ id, file, bytes: counted((await stat(file)).size) });
      }
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async function forgetOldest(): Promise<void> {
    const versions = await all();
    known = versions.reduce((sum, { bytes }) => sum + bytes, 0);
    if (known <= HISTORY_BYTES) return;
    for (const { file, bytes } of versions) {
      if (known <= LESS_BYTES) return;
      await rm(file, { force: true });
      known -= bytes;
    }
  }

  async function textOf(file: string): Promise<Buffer> {
    const whole = await readFile(file).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") throw new AppError("version_gone");
      throw error;
    });
    return whole.subarray(whole.indexOf("\n") + 1);
  }

  return {
    async keep(path, author, text) {
      const folder = folderOf(path);
      const before = await idsIn(folder);
      const newest = before.at(-1);
      if (newest !== undefined && (await textOf(`${folder}/${newest}`)).equals(text)) return;
      const line = Buffer.from(`${JSON.stringify({ author: author.slice(0, AUTHOR_LENGTH) })}\n`);
      const id = Date.now().toString(36).padStart(9, "0") + randomName().slice(9);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${folder}/half`, Buffer.concat([line, text]), { mode: 0o600 });
      await rename(`${folder}/half`, `${folder}/${id}`);
      for (const old of before.slice(0, Math.max(0, before.length + 1 - HISTORY_LENGTH))) {
        const size = (await stat(`${folder}/${old}`)).size;
        await rm(`${folder}/${old}`);
        if (known !== undefined) known -= counted(size);
      }
      if (known !== undefined) known += counted(line.length + text.length);
      if (known === undefined || known > HISTORY_BYTES) await forgetOldest();
    },
    async list(path) {
      const folder = folderOf(path);
      const versions: FileVersion[] = [];
      for (const id of (await idsIn(folder)).toReversed()) {
        const head = await headOf(`${folder}/${id}`);
        if (head) versions.push({ id, path, at: timeOf(id), ...head });
      }
      return versions;
    },
    async version(path, id) {
      if (!ids.safeParse(id).success) throw new AppError("version_gone");
      return (await textOf(`${folderOf(path)}/${id}`)).toString();
    },
    async redact(path, texts) {
      const folder = folderOf(path);
      for (const id of await idsIn(folder)) {
        const whole = await readFile(`${folder}/${id}`);
        const less = blackedOut(whole, texts);
        if (less === whole) continue;
        await writeFile(`${folder}/half`, less, { mode: 0o600 });
        await rename(`${folder}/half`, `${folder}/${id}`);
        known = undefined;
      }
    },
    async moved(from, to) {
      await rename(folderOf(from), folderOf(to)).catch((error: unknown) => {
        if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(codeOf(error))) throw error;
      });
    },
  };
}

const counted = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

/** Undefined for one that went away meanwhile. */
async function headOf(path: string): Promise<{ author: string; bytes: number } | undefined> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    const end = buffer.subarray(0, bytesRead).indexOf("\n");
    const { author } = firstLine.parse(JSON.parse(buffer.toString("utf8", 0, end)));
    return { author, bytes: (await file.stat()).size - end - 1 };
  } finally {
    await file.close();
  }
}

function noneMissing(error: unknown): never[] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}

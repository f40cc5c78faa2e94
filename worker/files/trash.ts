import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { TRASH_DAYS, trashEntry } from "#contracts/files";
import { isFull } from "../supervisor/atomic";
import { copyTree } from "./copy";
import { kindOf } from "./entries";
import { randomName } from "./names";
import { codeOf, type Folder, ifThere, inside, namesIn, statNamed, withFolder, withOwnFolder } from "./open";
import type { Owner } from "./owner";
import { partsOf, showPath } from "./path";
import { assertWhole } from "./sight";
import { isNear, type Staging } from "./staging";
import { type Amount, measure, removeTree } from "./tree";

/*
 * What was deleted, for a while: bots/<id>/trash/<id>/{entry.json,item}, out of the bot's sight. A thing comes and goes by one rename, and
 * its entry is written before; an entry without an item is of a worker that died in between, and is removed.
 */

const entryShape = trashEntry.extend({ files: z.number().int().nonnegative() });
export type Trashed = z.infer<typeof entryShape>;

export interface Trash {
  /**
   * Puts a thing away that lay at `path`; answers what it took there, and what it is called here. On a disk with no room even for its
   * entry it is removed for good, and has no `id`. AppError file_missing, trash_too_large.
   */
  put(folder: Folder, name: string, path: string): Promise<Amount & { id?: string }>;
  /** Newest first. */
  list(): Promise<Trashed[]>;
  /** Takes an entry out while `use` puts its item where it belongs; it stays when that fails. AppError trash_gone. */
  out<T>(id: string, use: (entry: Trashed, home: Folder, item: string) => Promise<T>): Promise<T>;
  /** Removes all for good, but for what `spares`. */
  empty(spares?: (entry: Trashed, home: Folder, item: string) => Promise<boolean>): Promise<void>;
  /** Removes what is too old for good, and the oldest beyond `maxBytes`. */
  prune(maxBytes?: number): Promise<void>;
}

/** All trash of a bot without a limit, bytes; what has just been deleted is kept even if it is larger. */
const TRASH_BYTES = 5 * 1024 ** 3;
/** What is copied into the trash when it lies on another file system, bytes. */
const FAR_BYTES = 1024 ** 3;
const DAY_MS = 86_400_000;
const ITEM = "item";

/** The trash in the panel's folder `dir`, which is made when it is needed. */
export async function openTrash(dir: string, staging: Staging, owner: () => Promise<Owner>): Promise<Trash> {
  const entries = new Map<string, Trashed>();
  await ifThere(dir, async (all) => {
    for await (const { name } of namesIn(all)) {
      const entry = await inside(all, name, readEntry);
      if (entry && entry.id === name) entries.set(entry.id, entry);
      else await removeTree(all, name);
    }
  });

  const byAge = () => [...entries.values()].sort((a, b) => b.deletedAt - a.deletedAt);
  const discard = (id: string) => {
    entries.delete(id);
    return withFolder(dir, (all) => staging.discard(all, [], id));
  };

  async function prune(maxBytes: number, spared?: string): Promise<void> {
    let bytes = 0;
    for (const { id, deletedAt, bytes: more } of byAge()) {
      bytes += more;
      const isOver = bytes > maxBytes || Date.now() - deletedAt > TRASH_DAYS * DAY_MS;
      if (isOver && id !== spared && entries.has(id)) await discard(id);
    }
  }

  async function empty(spares?: Parameters<Trash["empty"]>[0]): Promise<void> {
    for (const [id, entry] of [...entries]) {
      if (spares && (await withFolder(`${dir}/${id}`, (home) => spares(entry, home, ITEM)))) continue;
      if (entries.has(id)) await discard(id);
    }
  }

  async function put(all: Folder, folder: Folder, name: string, path: string): Promise<Trashed> {
    await assertWhole(folder, name);
    const stat = await statNamed(folder, name);
    if (!stat) throw new AppError("file_missing", { path: showPath(path) });
    const amount = await measure(folder, name);
    const near = await isNear(all, folder);
    if (!near && amount.bytes > FAR_BYTES) {
      throw new AppError("trash_too_large", { path: showPath(path), limit: "1 GB" });
    }
    const entry = { id: randomName(), path, kind: kindOf(stat), deletedAt: Date.now(), ...amount };
    await mkdir(all.at(entry.id), 0o700);
    try {
      await inside(all, entry.id, async (home) => {
        await writeFile(home.at("entry.json"), JSON.stringify(entry), { mode: 0o600 });
        if (near) await rename(folder.at(name), home.at(ITEM));
        else await copyIn(folder, name, home, await owner());
      });
    } catch (error) {
      await removeTree(all, entry.id);
      throw error;
    }
    entries.set(entry.id, entry);
    if (!near) await staging.discard(folder, partsOf(path).slice(0, -1), name);
    return entry;
  }

  async function remove(folder: Folder, name: string, path: string): Promise<Amount & { id?: string }> {
    const amount = await measure(folder, name);
    await staging.discard(folder, partsOf(path).slice(0, -1), name);
    return amount;
  }

  return {
    put: (folder, name, path) =>
      withOwnFolder(dir, async (all) => {
        const entry = await put(all, folder, name, path).catch(async (error: unknown) => {
          if (!isFull(error)) throw error;
          // Somebody makes room on a disk that is full: what was deleted before goes first.
          await empty();
          return put(all, folder, name, path).catch((again: unknown) => {
            if (!isFull(again)) throw again;
            return remove(folder, name, path);
          });
        });
        await prune(TRASH_BYTES, entry.id);
        return entry;
      }),
    list: async () => byAge(),
    async out(id, use) {
      const entry = entries.get(id);
      if (!entry) throw new AppError("trash_gone");
      // Nobody else takes it, nor empties the trash of it, meanwhile.
      entries.delete(id);
      const done = await withFolder(`${dir}/${id}`, (home) => use(entry, home, ITEM)).catch((error: unknown) => {
        entries.set(id, entry);
        throw error;
      });
      await discard(id);
      return done;
    },
    empty,
    prune: (maxBytes = TRASH_BYTES) => prune(maxBytes),
  };
}

/** Under its own name only when all of it is there. */
async function copyIn(folder: Folder, name: string, home: Folder, owner: Owner): Promise<void> {
  await copyTree({ folder, name }, { folder: home, name: "half" }, { owner, take: async () => {} });
  await rename(home.at("half"), home.at(ITEM));
}

async function readEntry(home: Folder): Promise<Trashed | undefined> {
  try {
    const entry = entryShape.parse(JSON.parse(await readFile(home.at("entry.json"), "utf8")));
    return (await statNamed(home, ITEM)) && entry;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

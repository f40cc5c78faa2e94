import { readFile, rename, unlink, writeFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import type { Jail } from "./jail";
import { randomName } from "./names";
import { bareOf, type Folder, ifThere, namesIn, withOwnFolder } from "./open";
import type { Parts } from "./path";
import { removeTree } from "./tree";

/*
 * Where a thing lies until it is whole. Whatever a person is to see under its name gets it by one rename, so that a death at any moment
 * leaves the old thing or the new one, and never half of one.
 *
 *   bots/<id>/staging/<random>             the panel's, out of the bot's sight
 *   <where it is to be>/.botyard-<random>  when that lies on another file system, which a rename does not cross; a note of it lies in
 *                                          staging, for the sweep
 */

export interface Staging {
  /**
   * Makes a place from which a rename leads into `target`, the open folder at `parts`; `use` gets the folder of the place and a name in
   * it that is free. What is left there afterwards is removed.
   */
  place<T>(target: Folder, parts: Parts, use: (waiting: Folder, name: string) => Promise<T>): Promise<T>;
  /** Removes a thing for good: out of the way by one rename, so that a death leaves no half of it. `parts`: as for place. */
  discard(folder: Folder, parts: Parts, name: string): Promise<void>;
  /** Removes what a dead worker left. Nothing may be under way. */
  sweep(): Promise<void>;
}

const note = z.array(z.string());
const NOTE = ".json";

/** The staging of a bot, in the panel's folder `dir`, which is made when it is needed. */
export function createStaging(dir: string, jail: Jail): Staging {
  async function inTarget<T>(
    own: Folder,
    target: Folder,
    parts: Parts,
    name: string,
    use: () => Promise<T>,
  ): Promise<T> {
    await writeFile(own.at(`${name}${NOTE}`), JSON.stringify(parts), { mode: 0o600 });
    try {
      return await use();
    } finally {
      await removeTree(target, name);
      await unlink(own.at(`${name}${NOTE}`));
    }
  }

  /** Removes what a note tells of, unless its folder is gone. */
  async function sweepNoted(own: Folder, name: string): Promise<void> {
    const parts = note.safeParse(readJson(await readFile(own.at(name), "utf8")));
    if (!parts.success) return;
    await jail
      .folder(parts.data, (target) => removeTree(target, name.slice(0, -NOTE.length)))
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      });
  }

  function place<T>(goal: Folder, parts: Parts, use: (waiting: Folder, name: string) => Promise<T>): Promise<T> {
    return withOwnFolder(dir, async (own) => {
      // The name of what waits is ours.
      const target = bareOf(goal);
      const name = `.botyard-${randomName()}`;
      if (!(await isNear(own, target))) return inTarget(own, target, parts, name, () => use(target, name));
      return use(own, name).finally(() => removeTree(own, name));
    });
  }

  return {
    place,
    discard: (folder, parts, name) =>
      place(folder, parts, (waiting, gone) => rename(folder.at(name), waiting.at(gone))),
    sweep: () =>
      ifThere(dir, async (own) => {
        for await (const { name } of namesIn(own)) {
          if (typeof name === "string" && name.endsWith(NOTE)) await sweepNoted(own, name);
          await removeTree(own, name);
        }
      }),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes what a dead worker left in the panel's folder `dir`, if it is there; notes stay for whoever opens the bot's files. */
export const sweepOwn = (dir: string): Promise<void> =>
  ifThere(dir, async (own) => {
    for await (const { name } of namesIn(own)) {
      if (typeof name !== "string" || !name.endsWith(NOTE)) await removeTree(own, name);
    }
  });

/** Whether a rename leads from one folder into the other: the same file system, mounted at the same place. */
export async function isNear(one: Folder, other: Folder): Promise<boolean> {
  const [a, b] = await Promise.all([mountOf(one), mountOf(other)]);
  return a === b;
}

async function mountOf({ handle }: Folder): Promise<string> {
  const [{ dev }, info] = await Promise.all([handle.stat(), readFile(`/proc/self/fdinfo/${handle.fd}`, "utf8")]);
  return `${dev} ${/^mnt_id:\s*(\d+)$/m.exec(info)?.[1] ?? ""}`;
}

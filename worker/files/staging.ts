import { randomInt } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import type { Folder, Jail } from "./jail";

/*
 * Where a thing lies until it is whole. Whatever a person is to see under its name gets it by one rename, so that a death at any moment
 * leaves the old thing or the new one, and never half of one.
 *
 *   bots/<id>/staging/<random>   the panel's, out of the bot's sight
 *   files/.botyard/<random>      where the bot's folder is on another file system, which a rename does not cross
 */

export interface Staging {
  /** Makes a place for one thing; `use` gets the open folder and a name in it that is free. What is left there afterwards is removed. */
  place<T>(use: (folder: Folder, name: string) => Promise<T>): Promise<T>;
  /** Removes what a dead worker left. */
  sweep(): Promise<void>;
}

const HIDDEN = ".botyard";

/** The staging of a bot: `own` is the panel's folder for it, `jail` the bot's, which lies at `files`. */
export async function openStaging(own: string, files: string, jail: Jail): Promise<Staging> {
  await mkdir(own, { recursive: true, mode: 0o700 });
  const isNear = (await stat(own)).dev === (await stat(files)).dev;

  async function inOwn<T>(use: (folder: Folder) => Promise<T>): Promise<T> {
    const handle = await open(own, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const path = `/proc/self/fd/${handle.fd}`;
    return use({ path, handle, at: (name) => `${path}/${name}` }).finally(() => handle.close());
  }

  async function inHidden<T>(use: (folder: Folder) => Promise<T>): Promise<T> {
    await jail.folder([], (root) => mkdir(root.at(HIDDEN), { mode: 0o700 }).catch(ifThere));
    return jail.folder([HIDDEN], use);
  }

  return {
    place: (use) =>
      (isNear ? inOwn : inHidden)(async (folder) => {
        const name = Array.from({ length: 16 }, () => randomInt(36).toString(36)).join("");
        try {
          return await use(folder, name);
        } finally {
          await removeTree(folder, name);
        }
      }),
    async sweep() {
      await rm(own, { recursive: true, force: true });
      await mkdir(own, { recursive: true, mode: 0o700 });
      if (!isNear) await jail.folder([], (root) => removeTree(root, HIDDEN));
    },
  };
}

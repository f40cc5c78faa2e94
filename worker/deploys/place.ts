import { constants } from "node:fs";
import { chmod, lchown, mkdir, open, rename, rmdir, stat, unlink } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { Jail } from "../files/jail";
import { codeOf, type Folder, inside, statNamed, withFolder } from "../files/open";
import { dress, isRoot, NEW_FILE, NEW_FOLDER, type Owner, ownerOf } from "../files/owner";
import { type Parts, partsOf, pathOf, showPath } from "../files/path";
import { syncFolder } from "../files/write";
import { look } from "./disk";

/*
 * Gives a bot the files of another commit, and takes them back. The new ones lie ready in <dir>/new under their numbers; what they take the
 * place of goes to <dir>/old under the same number. Each step is one rename, and what was done is seen by what lies where: so it can be
 * undone after a death at any moment, and undoing can be repeated.
 *
 *        files/<path> ──rename──▶ old/<n>        new/<n> ──rename──▶ files/<path>
 */

/** One step, as it is written down before the first is taken. */
export type Step = { path: string; had: boolean; put: "file" | "link" | null; runs: boolean };

/** All steps, and the folders that are made for them, those above first. */
export type Journal = { steps: readonly Step[]; folders: readonly string[] };

/** The folders that are not there yet. */
export async function missingFolders(jail: Jail, steps: readonly Step[]): Promise<string[]> {
  const known = new Map<string, boolean>();
  for (const { path, put } of steps) {
    if (put === null) continue;
    const parts = partsOf(path);
    for (let depth = 1; depth < parts.length; depth++) {
      const above = pathOf(parts.slice(0, depth));
      if (!known.has(above)) known.set(above, (await look(jail, above)).kind === "folder");
    }
  }
  return [...known].filter(([, there]) => !there).map(([path]) => path);
}

/** Takes all steps. What fails in the middle is left for `undo`. */
export async function place(jail: Jail, dir: string, { steps }: Journal): Promise<void> {
  const owner = await ownerOf(jail);
  await withFolder(`${dir}/new`, (fresh) =>
    withFolder(`${dir}/old`, async (old) => {
      for (const [number, step] of steps.entries()) await placeOne({ jail, owner, fresh, old }, step, String(number));
      // Before anything says that they are placed.
      await syncFolder(old.handle);
      await syncFolder(fresh.handle);
    }),
  );
}

type Places = { jail: Jail; owner: Owner; fresh: Folder; old: Folder };

async function placeOne({ jail, owner, fresh, old }: Places, step: Step, number: string): Promise<void> {
  const { path, had, put, runs } = step;
  const parts = partsOf(path);
  if (put !== null) await makeFolders(jail, parts, owner);
  await jail.above(parts, async (folder, name) => {
    const before = await statNamed(folder, name);
    if (had) {
      await rename(folder.at(name), old.at(number));
      const moved = await statNamed(old, number);
      // The bot was quicker, and put a folder of its own there.
      if (moved?.isDirectory()) {
        await rename(old.at(number), folder.at(name));
        throw inTheWay(path);
      }
    } else if (put !== null && before) {
      // Of a folder only what lay in it was git's, and that has gone by now.
      if (before.isDirectory()) await rmdir(folder.at(name)).catch(() => Promise.reject(inTheWay(path)));
      else throw inTheWay(path);
    }
    if (put === null) return;
    if (put === "file") {
      const file = await open(fresh.at(number), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        const base = before?.isFile() ? Number(before.mode) & 0o777 : NEW_FILE;
        await dress(file, owner, runs ? base | ((base & 0o444) >> 2) : base & ~0o111);
        await file.sync();
      } finally {
        await file.close();
      }
    } else if (isRoot) await lchown(fresh.at(number), owner.uid, owner.gid);
    await rename(fresh.at(number), folder.at(name));
    await syncFolder(folder.handle);
  });
  if (put === null) await removeEmptied(jail, parts);
}

const inTheWay = (path: string) => new AppError("deploy_conflict", { count: 1, paths: showPath(path) });

/** Makes the folders that something lies in. */
async function makeFolders(jail: Jail, parts: Parts, owner: Owner): Promise<void> {
  for (let depth = 1; depth < parts.length; depth++) {
    await jail.above(parts.slice(0, depth), async (above, name) => {
      if (await statNamed(above, name)) return;
      await mkdir(above.at(name), 0o700);
      await inside(above, name, ({ handle }) => dress(handle, owner, NEW_FOLDER));
    });
  }
}

/** Removes the folders above a thing that is gone, as far as nothing else lies in them: as git does. */
async function removeEmptied(jail: Jail, parts: Parts): Promise<void> {
  for (let depth = parts.length - 1; depth > 0; depth--) {
    if (!(await removeFolder(jail, parts.slice(0, depth)))) return;
  }
}

/** False: it is not empty, or not there. */
async function removeFolder(jail: Jail, parts: Parts): Promise<boolean> {
  try {
    await jail.above(parts, (above, name) => rmdir(above.at(name)));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof AppError || ["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(String(code))) return false;
    throw error;
  }
}

/**
 * Puts everything back to what it was, as far as steps were taken. May be repeated. That it is done is known by old/ being gone, which can
 * be made so on a disk that takes no word. AppError deploy_not_undone.
 */
export async function undo(jail: Jail, dir: string, { steps, folders }: Journal): Promise<void> {
  if (!(await isThere(`${dir}/old`))) return;
  const owner = await ownerOf(jail);
  const failures: string[] = [];
  await withFolder(`${dir}/new`, (fresh) =>
    withFolder(`${dir}/old`, async (old) => {
      for (const [number, step] of [...steps.entries()].toReversed()) {
        await undoOne({ jail, owner, fresh, old }, step, String(number), folders).catch((error: unknown) => {
          failures.push(`${showPath(step.path)}: ${error instanceof Error ? error.message : String(error)}`);
        });
      }
    }),
  );
  for (const path of folders.toReversed()) await removeFolder(jail, partsOf(path));
  if (failures[0] !== undefined) throw new AppError("deploy_not_undone", { detail: failures[0].slice(0, 300) });
  await rmdir(`${dir}/old`);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );

async function undoOne(
  { jail, owner, fresh, old }: Places,
  step: Step,
  number: string,
  made: readonly string[],
): Promise<void> {
  const { path, had, put } = step;
  const parts = partsOf(path);
  const kept = had ? await statNamed(old, number) : undefined;
  if (had && !kept) return;
  if (!had && (put === null || (await statNamed(fresh, number)))) return;
  if (had) await makeFolders(jail, parts, owner);
  await jail
    .above(parts, async (folder, name) => {
      if (had) await rename(old.at(number), folder.at(name));
      else {
        await unlink(folder.at(name)).catch((error: unknown) => {
          if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EISDIR") throw error;
        });
      }
      await syncFolder(folder.handle);
    })
    .catch((error: unknown) => {
      // The bot took the folder away, and what was new in it.
      if (had || !(error instanceof AppError)) throw error;
    });
  // What stood there before may have been no folder.
  for (let depth = parts.length - 1; !had && depth > 0 && made.includes(pathOf(parts.slice(0, depth))); depth--) {
    if (!(await removeFolder(jail, parts.slice(0, depth)))) break;
  }
}

/** Makes the folders that new and old things lie in. */
export async function makeRoom(dir: string): Promise<void> {
  for (const name of ["new", "old"]) {
    await mkdir(`${dir}/${name}`, { recursive: true, mode: 0o700 });
    await chmod(`${dir}/${name}`, 0o700);
  }
}

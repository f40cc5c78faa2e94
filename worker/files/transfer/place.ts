import { constants } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, rename, unlink } from "node:fs/promises";
import { AppError, type Values } from "#contracts/errors";
import type { OnConflict } from "#contracts/files";
import type { TakenPlace } from "#contracts/transfer";
import type { BotFiles } from "../bot";
import { entryOf } from "../entries";
import { numbered } from "../names";
import { codeOf, type Folder, inside, statNamed } from "../open";
import { dress, like, NEW_FOLDER, type Owner, ownerOf } from "../owner";
import { newPartsOf, partsOf, pathOf, showPath } from "../path";
import type { Room } from "../quota";
import { told } from "../refusals";
import { syncFolder } from "../write";

/** Files that are whole and lie in a folder of the panel's under their numbers, and the names that they are to get. */
export type Parcel = {
  /** Where they lie. */
  dir: string;
  /** The folder of the bot's that they go to. Whatever is missing of it is made. */
  to: string;
  conflict: OnConflict;
  /** Folders that are made even when nothing lies in them; paths are from `to` on. */
  folders: readonly string[];
  /** `conflict`: for this one instead of `conflict` for all. */
  files: readonly { path: string; runs?: boolean; conflict?: OnConflict }[];
};

export type Placed = { placed: number; skipped: number; failed: { path: string; code: string; values: Values }[] };

const FAILURES_TOLD = 100;
const RUNS = 0o755;

/** Refuses a folder that nothing can go to, because something else is in the way of it. AppError file_not_folder, path_unsafe. */
export async function assertTarget({ jail }: Pick<BotFiles, "jail">, to: string): Promise<void> {
  const parts = partsOf(to);
  for (const depth of parts.keys()) {
    const here = parts.slice(0, depth + 1);
    const there = await told(pathOf(here), () => jail.above(here, statNamed));
    if (there && !there.isDirectory()) throw new AppError("file_not_folder", { path: showPath(pathOf(here)) });
    if (there) continue;
    // The rest of it is made.
    for (let end = depth + 1; end <= parts.length; end++) newPartsOf(pathOf(parts.slice(0, end)));
    return;
  }
}

/** Refuses a parcel for one file that would be hidden from who sends it: it could be placed no more than seen. AppError file_missing. */
export function assertSeen({ jail }: Pick<BotFiles, "jail">, { to, files }: Pick<Parcel, "to" | "files">): void {
  for (const { path } of files) jail.assertSeen(partsOf(joined(to, path)));
}

/** What lies where files of a parcel would go; of no more than `most` of them. */
export async function takenBy(
  bot: BotFiles,
  { to, files }: { to: string; files: readonly { path: string }[] },
  most = Number.POSITIVE_INFINITY,
): Promise<TakenPlace[]> {
  const found: TakenPlace[] = [];
  for (const [folder, numbers] of byFolder(files)) {
    if (found.length >= most) break;
    await bot.jail
      .folder(partsOf(joined(to, folder)), async (target) => {
        for (const number of numbers) {
          const { path } = files[number] ?? { path: "" };
          const entry = found.length < most ? entryOf(target, nameOf(path)) : undefined;
          if (entry) found.push({ path, kind: entry.kind, size: entry.size, changedAt: entry.changedAt });
        }
      })
      .catch((error: unknown) => {
        // Where no folder is yet, nothing is in the way; what is in the way of the folder is told when it is made.
        if (!(error instanceof AppError)) throw error;
      });
  }
  return found;
}

/** The first file of a parcel that would take the place of something, if one would. */
export async function firstTaken(bot: BotFiles, parcel: Pick<Parcel, "to" | "files">): Promise<string | undefined> {
  return (await takenBy(bot, parcel, 1))[0]?.path;
}

/**
 * Gives each file its name by one rename, each for itself. May be repeated after a death in the middle: what got its name before lies
 * here no more. `room` is what was taken for all of them.
 */
export async function place(bot: BotFiles, parcel: Parcel, room: Room): Promise<Placed> {
  const result: Placed = { placed: 0, skipped: 0, failed: [] };
  const owner = await ownerOf(bot.jail);
  const made = new Set<string>();
  const fail = (path: string, error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    if (result.failed.length < FAILURES_TOLD) result.failed.push({ path, code: error.code, values: error.values });
  };
  for (const folder of parcel.folders) {
    await makeFolders(bot, joined(parcel.to, folder), { owner, made, room }).catch((error) => fail(folder, error));
  }
  for (const [folder, numbers] of byFolder(parcel.files)) {
    const path = joined(parcel.to, folder);
    try {
      await makeFolders(bot, path, { owner, made, room });
      await bot.jail.folder(partsOf(path), async (target) => {
        for (const number of numbers) {
          const file: Parcel["files"][number] = parcel.files[number] ?? { path: "" };
          const asked = {
            target,
            path: joined(parcel.to, file.path),
            source: `${parcel.dir}/${number}`,
            runs: file.runs,
            conflict: file.conflict ?? parcel.conflict,
          };
          await told(asked.path, () => placeOne(bot, { ...asked, owner }, room)).then(
            (outcome) => result[outcome]++,
            (error) => fail(file.path, error),
          );
        }
        await syncFolder(target.handle);
      });
    } catch (error) {
      for (const number of numbers) fail(parcel.files[number]?.path ?? "", error);
    }
  }
  return result;
}

type One = {
  target: Folder;
  path: string;
  source: string;
  owner: Owner;
  conflict: OnConflict;
  runs: boolean | undefined;
};

async function placeOne(bot: BotFiles, one: One, room: Room): Promise<"placed" | "skipped"> {
  const { target, path, source, owner, conflict, runs } = one;
  const name = nameOf(path);
  const file = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  // Placed by a worker that died in the middle of all of them.
  if (!file) return "placed";
  try {
    const { size } = await file.stat();
    const before = await statNamed(target, name);
    if (before && conflict === "skip") return "skipped";
    if (before && conflict === "overwrite") {
      if (before.isDirectory()) throw new AppError("file_is_folder", { path: showPath(path) });
      if (!before.isFile() && !before.isSymbolicLink()) throw new AppError("file_special", { path: showPath(path) });
    }
    const [as, mode] = like(conflict === "overwrite" ? before : undefined, owner);
    const bits = runs && !before ? RUNS : mode;
    await dress(file, as, bits);
    await file.sync();
    const give = (as_: string, replace: boolean) => giveName(bot, one, as_, { replace, file, owner: as, mode: bits });
    if (conflict === "overwrite") {
      await give(name, true);
      room.use(size - (before?.isFile() ? Number(before.size) : 0), before ? 0 : 1);
      return "placed";
    }
    for (let again = 1; ; again++) {
      const free = again === 1 ? name : numbered(name, again);
      if (await give(free, false)) break;
      if (conflict === "skip") return "skipped";
      if (conflict === "refuse") throw new AppError("file_exists", { path: showPath(path) });
    }
    room.use(size, 1);
    return "placed";
  } finally {
    await file.close();
  }
}

type Given = { replace: boolean; file: FileHandle; owner: Owner; mode: number };

/** Gives a waiting file a name, in one step. False: the name is taken, and it is not to be replaced. */
async function giveName(bot: BotFiles, { target, path, source }: One, name: string, given: Given): Promise<boolean> {
  // A link fails where a name is taken; a rename would replace what has come there in this very moment.
  const give = async (from: string | Buffer) => {
    if (given.replace) return rename(from, target.at(name));
    await link(from, target.at(name));
    await unlink(from);
  };
  try {
    await give(source);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return isSame(target, name, given.file, source);
    if (codeOf(error) !== "EXDEV") throw error;
  }
  return bot.staging
    .place(target, partsOf(path).slice(0, -1), async (waiting, temporary) => {
      await copyFile(source, waiting.at(temporary), constants.COPYFILE_EXCL);
      const copy = await open(waiting.at(temporary), "r+");
      try {
        await dress(copy, given.owner, given.mode);
        await copy.sync();
      } finally {
        await copy.close();
      }
      await give(waiting.at(temporary));
      await unlink(source).catch(() => {});
      return true;
    })
    .catch((error: unknown) => {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    });
}

/** Whether the file that has the name is the waiting one, by a worker that died before it took the old name away. */
async function isSame(target: Folder, name: string, file: FileHandle, source: string): Promise<boolean> {
  const [there, mine] = await Promise.all([statNamed(target, name), file.stat({ bigint: true })]);
  if (there?.ino !== mine.ino || there.dev !== mine.dev) return false;
  await unlink(source);
  return true;
}

/** Makes the folders of a path that are not there. */
async function makeFolders(
  { jail }: BotFiles,
  path: string,
  { owner, made, room }: { owner: Owner; made: Set<string>; room: Room },
): Promise<void> {
  const parts = partsOf(path);
  for (const depth of parts.keys()) {
    const here = parts.slice(0, depth + 1);
    if (made.has(pathOf(here))) continue;
    await told(pathOf(here), () =>
      jail.above(here, async (above, name) => {
        if (await statNamed(above, name)) return;
        newPartsOf(pathOf(here));
        await mkdir(above.at(name), NEW_FOLDER);
        await inside(above, name, ({ handle }) => dress(handle, owner, NEW_FOLDER));
        room.use(0, 1);
      }),
    );
    made.add(pathOf(here));
  }
}

/** Numbers of files by the folder that they lie in. */
function byFolder(files: readonly { path: string }[]): Map<string, number[]> {
  const folders = new Map<string, number[]>();
  for (const [number, { path }] of files.entries()) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const numbers = folders.get(folder);
    if (numbers) numbers.push(number);
    else folders.set(folder, [number]);
  }
  return folders;
}

/** A path below another. */
export const joined = (above: string, path: string): string =>
  above === "" || path === "" ? above + path : `${above}/${path}`;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

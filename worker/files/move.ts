import type { BigIntStats } from "node:fs";
import { rename } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import type { FileMove, FileResult, OnConflict } from "#contracts/files";
import type { BotFiles } from "./bot";
import { copyTree, type Place } from "./copy";
import { kindOf } from "./entries";
import { freeName } from "./names";
import { codeOf, type Folder, statNamed } from "./open";
import { ownerOf } from "./owner";
import { newPartsOf, type Parts, partsOf, pathOf, showPath, unsafe } from "./path";
import { told } from "./refusals";
import { assertSeenAs, assertWhole } from "./sight";
import { isNear } from "./staging";
import type { Amount } from "./tree";

/** Where a thing is now, or that it was passed over; what it is called in the trash, when it went there. */
export type Moved = { path: string; outcome: "done" | "skipped"; trash?: string };

/**
 * Moves or copies one thing. What it takes the place of goes into the trash. AppError file_missing, file_not_folder, file_exists,
 * file_into_itself, file_special, file_holds_hidden, files_over_quota, path_unsafe.
 */
export async function moveOne(bot: BotFiles, from: string, { to, name, copy, conflict }: FileMove): Promise<Moved> {
  const fromParts = partsOf(from);
  const own = fromParts.at(-1);
  if (own === undefined) throw unsafe(".", "root");
  const toParts = partsOf(to);
  const newName = name ?? own;
  const target = [...toParts, newName];
  // A thing that is only moved keeps a name that it could not be given; a new name is one part, whatever it holds.
  if (copy || name !== undefined) newPartsOf(pathOf(target));
  if (partsOf(newName).length !== 1) throw unsafe(newName, "absolute");
  if (partsOf(pathOf(target)).length !== target.length) throw unsafe(newName, "deep");
  if (isWithin(toParts, fromParts)) throw intoItself(from);

  const isItself = pathOf(target) === from;
  if (isItself && !copy) return { path: from, outcome: "done" };
  // What is written over would be the source, or hold it.
  if (conflict === "overwrite" && isWithin(fromParts, target)) throw intoItself(from);
  const way = { from: fromParts, to: toParts, name: newName, conflict };
  return copy ? copyOne(bot, way) : bot.alone(() => renameOne(bot, way));
}

type Way = { from: Parts; to: Parts; name: string; conflict: OnConflict };

/** Whether a path leads to a folder or into it. */
const isWithin = (path: Parts, folder: Parts): boolean => folder.every((part, depth) => path[depth] === part);

const intoItself = (path: string) => new AppError("file_into_itself", { path: showPath(path) });

const exists = (path: Parts) => new AppError("file_exists", { path: showPath(pathOf(path)) });

function renameOne(bot: BotFiles, way: Way): Promise<Moved> {
  return bot.jail.above(way.from, (folder, name) =>
    bot.jail.folder(way.to, async (target) => {
      await needed(folder, name, way.from);
      await assertWhole(folder, name);
      await assertSeenAs(folder, name, target.sight?.into(way.name));
      const near = async (free: string) => {
        await rename(folder.at(name), target.at(free)).catch((error: unknown) => {
          throw codeOf(error) === "EINVAL" ? intoItself(pathOf(way.from)) : error;
        });
      };
      const isFar = !(await isNear(folder, target));
      const moved = isFar
        ? await moveFar(bot, { folder, name }, target, way)
        : await settle(bot, target, way, near).catch((error: unknown) => {
            // An overlay says so of a folder that lies in a lower layer.
            if (codeOf(error) !== "EXDEV") throw error;
            return moveFar(bot, { folder, name }, target, way);
          });
      if (moved.outcome === "done") await bot.history.moved(pathOf(way.from), moved.path);
      return moved;
    }),
  );
}

/** Another file system is mounted inside the bot's folder: what is in the way stays until all is copied, and the disk may be full before. */
async function moveFar(bot: BotFiles, from: Place & { name: string }, target: Folder, way: Way): Promise<Moved> {
  const before = await refused(target, way);
  if (before) return before;
  const { done, taken } = await copied(bot, from, target, way.to, (waiting, whole) =>
    settle(bot, target, way, (free) => rename(waiting.at(whole), target.at(free))),
  );
  if (done.outcome === "done") await bot.staging.discard(from.folder, way.from.slice(0, -1), from.name);
  // Of the two there is one now.
  bot.quota.give(taken.bytes, taken.files);
  return done;
}

/** What comes of it before any of it is copied: it is passed over, or refused, because its name is taken. */
async function refused(target: Folder, { to, name, conflict }: Way): Promise<Moved | undefined> {
  if (conflict === "overwrite" || conflict === "keepBoth" || !(await statNamed(target, name))) return undefined;
  if (conflict === "refuse") throw exists([...to, name]);
  return { path: pathOf([...to, name]), outcome: "skipped" };
}

/** Only the last step waits for its turn, so that a long copy holds up nobody. */
function copyOne(bot: BotFiles, way: Way): Promise<Moved> {
  return bot.jail.above(way.from, (folder, name) =>
    bot.jail.folder(way.to, async (target) => {
      if (kindOf(await needed(folder, name, way.from)) === "other") {
        throw new AppError("file_special", { path: showPath(pathOf(way.from)) });
      }
      await assertSeenAs(folder, name, target.sight?.into(way.name));
      const before = await refused(target, way);
      if (before) return before;
      const { done, taken } = await copied(bot, { folder, name }, target, way.to, (waiting, whole) =>
        // Its folder may lie in the trash by now: it is looked for anew.
        bot.alone(() =>
          bot.jail.folder(way.to, (now) => settle(bot, now, way, (free) => rename(waiting.at(whole), now.at(free)))),
        ),
      );
      if (done.outcome === "skipped") bot.quota.give(taken.bytes, taken.files);
      return done;
    }),
  );
}

/** Copies a thing to where a rename leads into `target`; `use` gives it its name. `taken` is what it takes of the quota. */
async function copied<T>(
  { jail, staging, quota }: BotFiles,
  from: Place,
  target: Folder,
  to: Parts,
  use: (waiting: Folder, whole: string) => Promise<T>,
): Promise<{ done: T; taken: Amount }> {
  const owner = await ownerOf(jail);
  const taken: Amount = { bytes: 0, files: 0 };
  const take = async (bytes: number, files: number) => {
    await quota.take(bytes, files);
    taken.bytes += bytes;
    taken.files += files;
  };
  try {
    const done = await staging.place(target, to, async (folder, name) => {
      await copyTree(from, { folder, name }, { owner, take });
      return use(folder, name);
    });
    return { done, taken };
  } catch (error) {
    quota.give(taken.bytes, taken.files);
    throw error;
  }
}

async function needed(folder: Folder, name: string, parts: Parts): Promise<BigIntStats> {
  const stat = await statNamed(folder, name);
  if (!stat) throw new AppError("file_missing", { path: showPath(pathOf(parts)) });
  return stat;
}

/** Gives a thing its name, or another one, as was asked for when that name is taken. Only the bot itself can come in between. */
async function settle(
  { trash, quota }: BotFiles,
  target: Folder,
  { to, name, conflict }: Way,
  put: (name: string) => Promise<void>,
): Promise<Moved> {
  const path = [...to, name];
  if (!(await statNamed(target, name))) {
    await put(name);
    return { path: pathOf(path), outcome: "done" };
  }
  if (conflict === "refuse") throw exists(path);
  if (conflict === "skip") return { path: pathOf(path), outcome: "skipped" };
  if (conflict === "overwrite") {
    const { bytes, files } = await trash.put(target, name, pathOf(path));
    quota.give(bytes, files);
  }
  const free = conflict === "keepBoth" ? await freeName(target, name) : name;
  await put(free);
  return { path: pathOf([...to, free]), outcome: "done" };
}

/** How each of many went, each for itself. A failure that nobody expects ends all. */
export async function eachResult(
  paths: readonly string[],
  work: (path: string) => Promise<Moved>,
): Promise<FileResult[]> {
  const results: FileResult[] = [];
  for (const from of paths) {
    try {
      results.push({ from, ...(await told(from, () => work(from))) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      results.push({ from, outcome: "failed", code: error.code, values: { ...error.values } });
    }
  }
  return results;
}

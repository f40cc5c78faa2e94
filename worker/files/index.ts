import { readdir } from "node:fs/promises";
import { type BotId, type BotLimits, botId as botIdShape } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { BotFolders, Files } from "../ports";
import { type BotFiles, openBotFiles } from "./bot";
import { readContent } from "./content";
import { makeFolder } from "./folder";
import { createListing } from "./listing";
import { setMode } from "./mode";
import { eachResult, moveOne } from "./move";
import { partsOf, pathOf } from "./path";
import { told } from "./refusals";
import { removeOne, restoreOne } from "./restore";
import { sweepOwn } from "./staging";
import { writeText } from "./write";

export type { BotFiles } from "./bot";
export { textOf } from "./content";
export { createJail, type Jail } from "./jail";
export { codeOf, namesIn } from "./open";

/** The files of all bots, and what each is reached by, for the parts of this folder that stream bytes. */
export interface AllFiles extends Files {
  /** AppError not_found. */
  bot(botId: BotId): Promise<BotFiles>;
}

type Options = {
  /** homePaths().bots */
  botsDir: string;
  /** Where a bot's files lie, and what they may take; undefined when there is no such bot. */
  of: (botId: BotId) => { folders: BotFolders; limits: BotLimits } | undefined;
  /** Hears of what went wrong beside the work. */
  say: (line: string) => void;
};

/** A path that could be of a file. AppError path_unsafe. */
const checked = (path: string): string => pathOf(partsOf(path));

/** How often trash is looked through for what is too old, ms. */
const PRUNE_MS = 3_600_000;

/** The bots that have a folder. */
const botsOn = async (botsDir: string): Promise<BotId[]> =>
  (await readdir(botsDir).catch(() => [])).filter((name) => botIdShape.safeParse(name).success);

/**
 * The files of bots. Changes to one bot's files are made one after another, so that of two people who save one file the second is told;
 * reading waits for nobody. What a dead worker left half is removed first.
 */
export function openFiles({ botsDir, of, say }: Options): AllFiles {
  const list = createListing();
  const opened = new Map<BotId, { path: string; bot: Promise<BotFiles> }>();
  const swept = sweepAll();

  async function sweepAll(): Promise<void> {
    for (const botId of await botsOn(botsDir)) {
      await sweepOwn(`${botsDir}/${botId}/staging`).catch((error: unknown) =>
        say(`bot ${botId}: what was left half could not be removed: ${String(error)}`),
      );
    }
  }

  async function open(botId: BotId, folders: BotFolders, before: Promise<BotFiles> | undefined): Promise<BotFiles> {
    await swept;
    await before?.then((bot) => bot.idle()).catch(() => {});
    return told(folders.root, () => openBotFiles(folders, () => of(botId)?.limits ?? { diskMb: 0 }, say));
  }

  async function bot(botId: BotId): Promise<BotFiles> {
    const now = of(botId);
    const known = opened.get(botId);
    if (!now) {
      opened.delete(botId);
      throw new AppError("not_found", { what: "bot" });
    }
    const path = now.folders.files;
    if (known?.path === path) return known.bot;
    const opening = open(botId, now.folders, known?.bot);
    opened.set(botId, { path, bot: opening });
    opening.catch(() => {
      if (opened.get(botId)?.bot === opening) opened.delete(botId);
    });
    return opening;
  }

  /** What is too old goes also from the trash of a bot whose files nobody looks at. */
  async function pruneAll(): Promise<void> {
    for (const botId of await botsOn(botsDir)) {
      await bot(botId)
        .then(({ trash }) => trash.prune())
        .catch((error: unknown) => {
          // One that was deleted meanwhile, or is not awake.
          if (!(error instanceof AppError))
            say(`bot ${botId}: its trash could not be looked through: ${String(error)}`);
        });
    }
  }
  const pruning = setInterval(() => void pruneAll(), PRUNE_MS).unref();

  /** Looks at what lies at a path. */
  const look = <T>(botId: BotId, path: string, work: (bot: BotFiles) => Promise<T>) =>
    told(path, async () => work(await bot(botId)));
  /** Changes what lies at a path, when it is our turn. */
  const change = <T>(botId: BotId, path: string, work: (bot: BotFiles) => Promise<T>) =>
    look(botId, path, (files) => files.alone(() => work(files)));

  return {
    bot,
    list: (botId, query) => look(botId, query.path, ({ jail }) => list(jail, query)),
    read: (botId, path) => look(botId, path, ({ jail }) => readContent(jail, path)),
    write: (botId, write, author, redact = []) =>
      change(botId, write.path, (files) => writeText(files, write, author, redact)),
    makeFolder: (botId, path) => change(botId, path, (files) => makeFolder(files, path)),
    move: async (botId, move) => {
      if (move.name !== undefined && move.from.length > 1)
        throw new AppError("bad_input", { detail: "One name is for one thing." });
      const files = await bot(botId);
      return eachResult(move.from, (from) => moveOne(files, from, move));
    },
    remove: async (botId, paths) => {
      const files = await bot(botId);
      return eachResult(paths, (path) => files.alone(() => removeOne(files, path)));
    },
    trash: async (botId) => (await bot(botId)).trash.list(),
    restore: (botId, id) => change(botId, "", (files) => restoreOne(files, id)),
    purge: (botId) => look(botId, "", ({ trash }) => trash.empty()),
    setMode: (botId, path, mode) => change(botId, path, ({ jail }) => setMode(jail, path, mode)),
    history: (botId, path) => look(botId, path, ({ history }) => history.list(checked(path))),
    version: (botId, path, id) => look(botId, path, ({ history }) => history.version(checked(path), id)),
    usage: (botId) => look(botId, "", ({ quota }) => quota.usage()),
    async close() {
      clearInterval(pruning);
      const all = await Promise.allSettled([...opened.values()].map(({ bot }) => bot));
      await Promise.all(all.map((one) => one.status === "fulfilled" && one.value.idle()));
    },
  };
}

import { readdir } from "node:fs/promises";
import { type BotId, type BotLimits, botId as botIdShape } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { BotFolders, Files } from "../ports/index";
import { actionsOf } from "./actions";
import { type BotFiles, openBotFiles } from "./bot";
import { createListing } from "./listing";
import { told } from "./refusals";
import { sweepOwn } from "./staging";

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

  const hiding: Files["hiding"] = (hidden) =>
    actionsOf(async (botId) => {
      const whole = await bot(botId);
      return hidden.length === 0 ? whole : whole.seenBy(hidden);
    }, list);

  return {
    bot,
    hiding,
    ...hiding([]),
    async close() {
      clearInterval(pruning);
      const all = await Promise.allSettled([...opened.values()].map(({ bot }) => bot));
      await Promise.all(all.map((one) => one.status === "fulfilled" && one.value.idle()));
    },
  };
}

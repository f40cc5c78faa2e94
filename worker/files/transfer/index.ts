import { readdir } from "node:fs/promises";
import { type BotId, botId as botIdShape } from "#contracts/bot";
import { type ArchiveFormat, archiveFormat } from "#contracts/transfer";
import { hasZstd } from "../../incoming/packing";
import type { TransferActions, Transfers } from "../../ports/index";
import type { AskWeb } from "../../questions";
import type { AllFiles } from "../index";
import { watchAccess } from "./access";
import { createWorks } from "./begin";
import { type FreeFor, freeBelow } from "./disk-share";
import { createArchives } from "./extract";
import { packInto } from "./pack";
import { createPulls, type PullOptions } from "./pull";
import { sendFile } from "./send";
import { createShelf, viewOf } from "./shelf";
import { createUploads } from "./upload";

type Options = {
  /** homePaths().bots */
  botsDir: string;
  files: Pick<AllFiles, "bot">;
  pulls: PullOptions;
  /** Says who still may. */
  ask: AskWeb;
  /** Hears of what went wrong beside the work. */
  say: (line: string) => void;
  now?: () => number;
  free?: FreeFor;
  previewMs?: number;
};

const TYPES: Readonly<Record<ArchiveFormat, string>> = {
  zip: "application/zip",
  "tar.gz": "application/gzip",
  "tar.zst": "application/zstd",
  tar: "application/x-tar",
};

const SWEEP_MS = 10 * 60_000;

/** Opens the transfers. What an earlier worker was placing is placed by `boot`, once the bots are known. */
export function openTransfers({
  botsDir,
  files,
  pulls,
  ask,
  say,
  now = Date.now,
  free = freeBelow(botsDir),
  previewMs,
}: Options): Transfers {
  const { bot } = files;
  const shelf = createShelf({ botsDir, now });
  const bounds = { free, previews: new Map<BotId, number>(), previewMs };
  const { goOn } = createUploads({ shelf, bot, say });
  const access = watchAccess(shelf, ask, say);
  const sweep = setInterval(() => void shelf.sweep().catch((error) => say(`transfers: ${String(error)}`)), SWEEP_MS);
  sweep.unref();

  const hiding: Transfers["hiding"] = (hidden) =>
    actionsOf(async (botId) => {
      const whole = await bot(botId);
      return hidden.length === 0 ? whole : whole.seenBy(hidden);
    });

  function actionsOf(bot: AllFiles["bot"]): TransferActions {
    const uploads = createUploads({ shelf, bot, say });
    const works = createWorks({ shelf, bot, say });
    const archives = createArchives(bot, works, bounds);
    const { pull } = createPulls(works, pulls);
    return {
      async file(botId, path, wanted, begin) {
        await sendFile((await bot(botId)).jail, path, wanted, begin);
      },
      async archive(botId, selection, format, begin) {
        await packInto((await bot(botId)).jail, selection, format, () => begin(200, { "content-type": TYPES[format] }));
      },
      upload: uploads.announce,
      uploads: uploads.list,
      uploadState: uploads.state,
      chunk: uploads.chunk,
      finish: uploads.finish,
      taken: uploads.taken,
      preview: archives.preview,
      extract: archives.extract,
      formats: () => archiveFormat.options.filter((format) => format !== "tar.zst" || hasZstd()),
      pack: archives.pack,
      pull,
      state: async (botId, owner, id) => viewOf(await shelf.find(botId, owner, id)),
      cancel: async (botId, owner, id) => shelf.drop(await shelf.find(botId, owner, id)),
    };
  }

  return {
    async boot() {
      for (const name of await readdir(botsDir).catch(() => [])) {
        const id = botIdShape.safeParse(name);
        if (id.success) await goOn(id.data).catch((error) => say(`bot ${name}: uploads: ${String(error)}`));
      }
    },
    hiding,
    ...hiding([]),
    check: access.check,
    forget: shelf.forget,
    async close() {
      clearInterval(sweep);
      access.close();
      await shelf.close();
    },
  };
}

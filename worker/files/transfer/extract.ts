import { PassThrough } from "node:stream";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { OnConflict } from "#contracts/files";
import type { ArchivePreview, ExtractRequest, PackRequest, TransferStatus, TransferView } from "#contracts/transfer";
import type { BegunBy } from "../../ports/index";
import type { BotFiles } from "../bot";
import { newPartsOf, partsOf, showPath } from "../path";
import { type Archive, openArchive } from "./archive";
import type { Works } from "./begin";
import { type FreeFor, shareDisk } from "./disk-share";
import { placeKept } from "./finish";
import { packInto } from "./pack";
import { assertSeen, assertTarget, firstTaken, joined } from "./place";
import type { Item } from "./shelf";
import type { Means } from "./upload";

/** Of a preview. */
const ENTRIES_TOLD = 1_000;
/** Previews of one bot at once, and how long each may take, ms: the web waits for no more than a minute. */
const PREVIEWS = 2;
const PREVIEW_MS = 50_000;

/** What all who ask for archives share. `previews`: how many of a bot are under way. */
export type Bounds = { free: FreeFor; previews: Map<BotId, number>; previewMs?: number | undefined };

/**
 * Archives that lie in the files of bots. Extracting looks through all of one first, and then writes every file under a number into the
 * panel's own folder; only when the last of them has come out and none was refused does any get its name, and a death before that leaves
 * nothing.
 */
export function createArchives(
  bot: Means["bot"],
  { begin, write, recordOf }: Works,
  { free, previews, previewMs = PREVIEW_MS }: Bounds,
) {
  async function lookInto(
    files: BotFiles,
    { path, to }: Pick<ExtractRequest, "path" | "to">,
    signal: AbortSignal,
  ): Promise<ArchivePreview> {
    await assertTarget(files, to);
    return openArchive(files, path, signal, async (archive) => {
      await archive.check();
      await assertTargets(files, { ...archive, to });
      await shareDisk(archive.bytes, () => free(files));
      return {
        entries: archive.files.slice(0, ENTRIES_TOLD).map(({ path: name, size }) => ({ path: name, size })),
        files: archive.files.length,
        folders: archive.folders.length,
        bytes: archive.bytes,
        taken: (await firstTaken(files, { ...archive, to })) ?? null,
      };
    });
  }

  /** Gives what an archive holds its names, all of it or nothing. */
  async function takeOut(item: Item, files: BotFiles, archive: Archive, conflict: OnConflict): Promise<TransferStatus> {
    const { bytes } = archive;
    await assertFits(files, { ...archive, to: item.to }, conflict);
    const took = await shareDisk(bytes, () => free(files));
    await item.room?.take(bytes, archive.files.length + archive.folders.length);
    item.status = { state: "working", done: 0, total: bytes };
    const kept = recordOf(item, conflict, { folders: [], files: [] });
    await archive.read({
      async file({ path, size, runs }, pieces) {
        await took(size);
        await write(item, kept.files.length, pieces, size);
        kept.files.push({ path, size: 0, runs });
      },
      folder: (path) => void kept.folders.push(path),
    });
    return files.alone(async () => {
      await assertFits(files, kept, conflict);
      return placeKept(item, kept, files);
    });
  }

  return {
    /**
     * What would be written, and what of it is there already. What refuses an archive is refused of its preview too, but for the quota.
     * AppError transfer_busy, archive_slow.
     */
    async preview(
      botId: BotId,
      request: Pick<ExtractRequest, "path" | "to">,
      gone?: AbortSignal,
    ): Promise<ArchivePreview> {
      const under = previews.get(botId) ?? 0;
      if (under >= PREVIEWS) throw new AppError("transfer_busy");
      previews.set(botId, under + 1);
      const late = new AbortController();
      const slow = new AppError("archive_slow", { seconds: previewMs / 1_000 });
      const clock = setTimeout(() => late.abort(slow), previewMs);
      gone?.addEventListener("abort", () => late.abort(new AppError("cancelled")), { once: true });
      try {
        return await lookInto(await bot(botId), request, late.signal);
      } finally {
        clearTimeout(clock);
        const left = (previews.get(botId) ?? 1) - 1;
        if (left > 0) previews.set(botId, left);
        else previews.delete(botId);
      }
    },

    extract(botId: BotId, by: BegunBy, { path, to, conflict }: ExtractRequest): Promise<TransferView> {
      partsOf(to);
      return begin(botId, by, { kind: "extract", to, conflict }, async (item, files) => {
        await assertTarget(files, to);
        return openArchive(files, path, item.stop.signal, (archive) => takeOut(item, files, archive, conflict));
      });
    },

    /** Packs things of a folder into a file. */
    pack(botId: BotId, by: BegunBy, { selection, format, path, conflict }: PackRequest): Promise<TransferView> {
      const parts = newPartsOf(path);
      const [to, name] = [parts.slice(0, -1).join("/"), parts.at(-1) ?? ""];
      return begin(botId, by, { kind: "pack", to, conflict }, async (item, files) => {
        const kept = recordOf(item, conflict, { folders: [], files: [{ path: name, size: 0 }] });
        await assertTarget(files, to);
        assertSeen(files, kept);
        await item.room?.take(0, 1);
        const out = new PassThrough();
        const written = write(item, 0, out);
        const packed = packInto(files.jail, selection, format, () => out).catch((error) => {
          out.destroy(error);
          throw error;
        });
        for (const one of await Promise.allSettled([written, packed])) if (one.status === "rejected") throw one.reason;
        return files.alone(() => placeKept(item, kept, files));
      });
    },
  };
}

/** What comes out of an archive, and where to. */
type Contents = { to: string; files: readonly { path: string }[]; folders: readonly string[] };

/** Refuses the whole of it for one thing that is in the way. AppError file_exists, and what assertTarget says. */
async function assertFits(bot: BotFiles, contents: Contents, conflict: OnConflict): Promise<void> {
  await assertTargets(bot, contents);
  const taken = conflict === "refuse" ? await firstTaken(bot, contents) : undefined;
  if (taken !== undefined) throw new AppError("file_exists", { path: showPath(joined(contents.to, taken)) });
}

/** As assertTarget, for every folder that things of an archive go to. */
async function assertTargets(bot: BotFiles, { to, files, folders }: Contents): Promise<void> {
  const above = files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  for (const folder of new Set([...folders, ...above])) await assertTarget(bot, joined(to, folder));
  assertSeen(bot, { to, files });
}

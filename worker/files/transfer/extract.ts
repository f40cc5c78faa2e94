import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { PassThrough } from "node:stream";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { ArchivePreview, ExtractRequest, PackRequest, TransferView } from "#contracts/transfer";
import type { Member } from "../../incoming/archive";
import { showBytes } from "../../incoming/paths";
import { readTar } from "../../incoming/tar";
import { openZip } from "../../incoming/zip";
import type { BotFiles } from "../bot";
import { wayTo } from "../open";
import { newPartsOf, partsOf, showPath } from "../path";
import { told } from "../refusals";
import type { Works } from "./begin";
import { placeKept } from "./finish";
import { packInto } from "./pack";
import { piecesOf } from "./pieces";
import { assertTarget, firstTaken, joined } from "./place";
import type { Record } from "./record";
import type { Means } from "./upload";

/** Entries of one archive at most. */
const ENTRY_LIMIT = 100_000;
/** What comes out of an archive is at most so much, bytes, or so many times what went in: more than deflate can do is a trick. */
const OUT_BYTES = 1024 ** 3;
const OUT_TIMES = 1_100;
/** Of a preview. */
const ENTRIES_TOLD = 1_000;

/** Takes what comes out of an archive. */
type Sink = { file(member: Member, bytes: AsyncIterable<Buffer>): Promise<void>; folder(path: string): void };

/**
 * Archives that lie in the files of bots. Extracting writes every file under a number into the panel's own folder first; only when the
 * last of them has come out and none was refused does any get its name, and a death before that leaves nothing.
 */
export function createArchives(bot: Means["bot"], { begin, write, recordOf }: Works) {
  return {
    /** What would be written, and what of it is there already. Every refusal of extracting is one of this too. */
    async preview(botId: BotId, { path, to }: Pick<ExtractRequest, "path" | "to">): Promise<ArchivePreview> {
      const files = await bot(botId);
      await assertTarget(files, to);
      const preview: ArchivePreview = { entries: [], files: 0, folders: 0, bytes: 0, taken: null };
      const names: { path: string }[] = [];
      const folders: string[] = [];
      await readArchive(files, path, {
        async file({ path: name, size }, bytes) {
          for await (const piece of bytes) preview.bytes += piece.length;
          preview.files++;
          names.push({ path: name });
          if (preview.entries.length < ENTRIES_TOLD) preview.entries.push({ path: name, size });
        },
        folder: (name) => {
          preview.folders++;
          folders.push(name);
        },
      });
      await assertTargets(files, { to, files: names, folders });
      return { ...preview, taken: (await firstTaken(files, { to, files: names })) ?? null };
    },

    extract(botId: BotId, owner: string, { path, to, conflict }: ExtractRequest): Promise<TransferView> {
      partsOf(to);
      return begin(botId, owner, { kind: "extract", to }, async (item, files) => {
        await assertTarget(files, to);
        const kept = recordOf(item, conflict, { folders: [], files: [] });
        await readArchive(files, path, {
          async file({ path: name, runs }, bytes) {
            await item.room?.take(0, 1);
            await write(item, kept.files.length, bytes);
            kept.files.push({ path: name, size: 0, runs });
          },
          folder: (name) => void kept.folders.push(name),
        });
        return files.alone(async () => {
          await assertTargets(files, kept);
          const taken = conflict === "refuse" ? await firstTaken(files, kept) : undefined;
          if (taken !== undefined) throw new AppError("file_exists", { path: showPath(joined(to, taken)) });
          await item.room?.take(0, kept.folders.length);
          return placeKept(item, kept, files);
        });
      });
    },

    /** Packs things of a folder into a file. */
    pack(botId: BotId, owner: string, { selection, format, path, conflict }: PackRequest): Promise<TransferView> {
      const parts = newPartsOf(path);
      const [to, name] = [parts.slice(0, -1).join("/"), parts.at(-1) ?? ""];
      return begin(botId, owner, { kind: "pack", to }, async (item, files) => {
        const kept = recordOf(item, conflict, { folders: [], files: [{ path: name, size: 0 }] });
        await assertTarget(files, to);
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

/** As assertTarget, for every folder that things of an archive go to: it is refused whole. */
async function assertTargets(
  bot: BotFiles,
  { to, files, folders }: Pick<Record, "to" | "folders"> & { files: readonly { path: string }[] },
) {
  const above = files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  for (const folder of new Set([...folders, ...above])) await assertTarget(bot, joined(to, folder));
}

/** Gives a sink all that an archive holds, by what it is and not by what it is called. */
async function readArchive({ jail }: BotFiles, path: string, sink: Sink): Promise<void> {
  await told(path, () =>
    jail.file(partsOf(path), constants.O_RDONLY, async (file) => {
      const { size } = await file.stat();
      const limit = Math.max(OUT_BYTES, OUT_TIMES * size);
      let total = 0;
      const tooBig = () => new AppError("archive_too_big", { limit: showBytes(limit) });
      const bounded = {
        ...sink,
        file: (member: Member, bytes: AsyncIterable<Buffer>) => sink.file(member, within(bytes)),
      };
      async function* within(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const piece of bytes) {
          total += piece.length;
          if (total > limit) throw tooBig();
          yield piece;
        }
      }
      const kind = await kindOf(file);
      if (kind === "zip") return readZip(file, bounded, limit, tooBig);
      const source = piecesOf(file, 0, size);
      for await (const entry of readTar(source, { gzip: kind === "tar.gz", entryLimit: ENTRY_LIMIT })) {
        if ("folder" in entry) bounded.folder(entry.folder);
        else await bounded.file(entry.file, entry.bytes);
      }
    }),
  );
}

async function readZip(file: FileHandle, sink: Sink, limit: number, tooBig: () => AppError): Promise<void> {
  const zip = await openZip(wayTo(file), ENTRY_LIMIT);
  try {
    // An honest header saves the work; a lying one is caught as it comes out.
    if (zip.files.reduce((sum, { size }) => sum + size, 0) > limit) throw tooBig();
    zip.folders.forEach(sink.folder);
    for (const one of zip.files) await sink.file(one, zip.read(one));
  } finally {
    zip.close();
  }
}

/** By its first bytes. AppError archive_unreadable. */
async function kindOf(file: FileHandle): Promise<"zip" | "tar" | "tar.gz"> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.subarray(0, 2).toString("latin1") === "PK") return "zip";
  if (head[0] === 0x1f && head[1] === 0x8b) return "tar.gz";
  if (head.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  throw new AppError("archive_unreadable", { detail: "neither zip, tar nor tar.gz" });
}

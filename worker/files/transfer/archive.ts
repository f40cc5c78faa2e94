import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { asUnreadable, type Member } from "../../incoming/archive";
import { showBytes } from "../../incoming/paths";
import { readTar } from "../../incoming/tar";
import { openZip } from "../../incoming/zip";
import type { BotFiles } from "../bot";
import { wayTo } from "../open";
import { partsOf } from "../path";
import { told } from "../refusals";
import { kindOf, PACKING } from "./archive-kind";
import { piecesOf } from "./pieces";

/** Names of one archive at most, the folders that its paths tell of among them. */
const ENTRY_LIMIT = 100_000;
/**
 * What comes out of an archive is at most so much, bytes, or so many times what went in. Texts and databases come to some tens of times;
 * what comes to hundreds and is large besides was made to fill a disk.
 */
const OUT_BYTES = 1024 ** 3;
const OUT_TIMES = 100;

/** Takes what comes out of an archive. */
export type Sink = { file(member: Member, bytes: AsyncIterable<Buffer>): Promise<void>; folder(path: string): void };

/** An archive of which every name, kind and size was looked at. */
export type Archive = {
  files: readonly Member[];
  folders: readonly string[];
  /** Of all its files. */
  bytes: number;
  /** Sees that all of it comes out. AppError archive_unreadable. */
  check(): Promise<void>;
  /** Gives a sink all that is in it, and never more than was seen. AppError archive_unreadable. */
  read(sink: Sink): Promise<void>;
};

/**
 * Looks through an archive that lies in a bot's files, by what it is and not by what it is called, and refuses the whole of it before
 * `use` has any: nothing was written yet, and of an archive of a million names only the first are read. AppError archive_unsafe,
 * archive_unreadable, archive_too_big, archive_needs_node.
 */
export function openArchive<T>(
  { jail }: BotFiles,
  path: string,
  signal: AbortSignal | undefined,
  use: (archive: Archive) => Promise<T>,
): Promise<T> {
  return told(path, () =>
    jail.file(partsOf(path), constants.O_RDONLY, async (file) => {
      const { size } = await file.stat();
      const limit = Math.max(OUT_BYTES, OUT_TIMES * size);
      const kind = await kindOf(file);
      if (kind === "zip") return withZip(file, limit, signal, use);
      const read = () => readTar(piecesOf(file, 0, size), { packing: PACKING[kind], entryLimit: ENTRY_LIMIT });
      const seen = await lookThrough(read(), limit, signal);
      return use({
        ...seen,
        // It has, to be looked through.
        check: async () => {},
        read: (sink) =>
          noMoreThan(seen, sink, async (bounded) => {
            for await (const entry of read()) {
              if ("folder" in entry) bounded.folder(entry.folder);
              else await bounded.file(entry.file, entry.bytes);
            }
          }),
      });
    }),
  );
}

type Seen = Omit<Archive, "check" | "read">;

/** Only its headers tell what a tar holds, so that all of it has to come out once. */
async function lookThrough(
  entries: ReturnType<typeof readTar>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const files: Member[] = [];
  const folders: string[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    signal?.throwIfAborted();
    if ("folder" in entry) {
      folders.push(entry.folder);
      continue;
    }
    files.push(entry.file);
    bytes += entry.file.size;
    if (bytes > limit) throw tooBig(limit);
    if (entry.file.size > 0) await drain(entry.bytes, signal);
  }
  return { files, folders, bytes };
}

async function withZip<T>(
  file: FileHandle,
  limit: number,
  signal: AbortSignal | undefined,
  use: (archive: Archive) => Promise<T>,
): Promise<T> {
  const zip = await openZip(wayTo(file), ENTRY_LIMIT);
  try {
    const { files, folders } = zip;
    // A header that lies is caught when its file comes out.
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > limit) throw tooBig(limit);
    const read = async (sink: Sink) => {
      folders.forEach(sink.folder);
      for (const one of files) await sink.file(one, zip.read(one));
    };
    const seen = { files, folders, bytes };
    const bounded = (sink: Sink) => noMoreThan(seen, sink, read);
    return await use({
      ...seen,
      check: () => bounded({ file: (_one, pieces) => drain(pieces, signal), folder() {} }),
      read: bounded,
    });
  } finally {
    zip.close();
  }
}

const tooBig = (limit: number) => new AppError("archive_too_big", { limit: showBytes(limit) });

async function drain(pieces: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void> {
  for await (const _piece of pieces) signal?.throwIfAborted();
}

/** The bot may write into the archive after we looked. */
async function noMoreThan({ files, bytes }: Seen, sink: Sink, read: (sink: Sink) => Promise<void>): Promise<void> {
  let [filesLeft, bytesLeft] = [files.length, bytes];
  const count = (more: number) => {
    bytesLeft -= more;
    if (filesLeft < 0 || bytesLeft < 0) asUnreadable(new Error("it changed meanwhile"));
  };
  async function* counted(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      count(piece.length);
      yield piece;
    }
  }
  await read({
    ...sink,
    file: (member, pieces) => {
      filesLeft--;
      count(0);
      return sink.file(member, counted(pieces));
    },
  });
}

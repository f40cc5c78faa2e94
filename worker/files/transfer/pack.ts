import type { Stats } from "node:fs";
import { type PassThrough, Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack as tarPack } from "tar-stream";
import { ZipFile } from "yazl";
import { AppError } from "#contracts/errors";
import type { ArchiveFormat, Selection } from "#contracts/transfer";
import { en } from "#contracts/words/en";
import { LEVEL, packer } from "../../incoming/packing";
import type { Jail } from "../jail";
import { type Folder, statNamed } from "../open";
import { partsOf, showPath } from "../path";
import { PACKING, type TarFormat } from "./archive-kind";
import { piecesOf } from "./pieces";
import { type Visitor, visit, visitAll } from "./visit";

/** Something that things are packed into, one at a time. `sent` settles when all of it is where it goes; `stop` breaks it off. */
type Packer = Visitor & { end(): void; stop(error: Error): void; sent: Promise<void> };

/**
 * Packs things of a folder into `out` as fast as that takes it; paths are from that folder on. What it holds in memory is the names, and
 * not the bytes. `begin` is called once it is sure that there is a folder and that every name is in it. AppError file_missing,
 * file_not_folder, path_unsafe, archive_needs_node.
 */
export function packInto(
  jail: Jail,
  { folder: path, names }: Selection,
  format: ArchiveFormat,
  begin: () => Writable,
): Promise<void> {
  return jail.folder(partsOf(path), async (folder) => {
    for (const name of names) {
      if (partsOf(name).length !== 1)
        throw new AppError("path_unsafe", { path: showPath(name), why: en.detect.unsafe.empty });
      if (!(await statNamed(folder, name))) throw new AppError("file_missing", { path: showPath(name) });
    }
    const into = format === "zip" ? zipInto : tarInto(format);
    const packer = into(begin());
    const packing = packAll(folder, names, packer).catch((error) => {
      packer.stop(error);
      throw error;
    });
    // Both have to be over before the folder is closed: its number may mean another one a moment later.
    for (const end of await Promise.allSettled([packing, packer.sent])) if (end.status === "rejected") throw end.reason;
  });
}

async function packAll(folder: Folder, names: readonly string[], packer: Packer): Promise<void> {
  for (const name of new Set(names)) await visit(folder, name, name, packer);
  if (names.length === 0) await visitAll(folder, "", packer);
  packer.end();
}

function zipInto(out: Writable): Packer {
  const zip = new ZipFile();
  // yazl's own output, which its types know too little of.
  const bytes = zip.outputStream as PassThrough;
  const stop = (error: Error) => void bytes.destroy(error);
  zip.on("error", stop);
  const sent = pipeline(bytes, out);
  const orBroken = brokenBy(sent);
  const about = ({ mtime, mode }: Stats) => ({ mtime, mode });
  return {
    sent,
    stop,
    async folder(path, stat) {
      zip.addEmptyDirectory(path, about(stat));
    },
    async file(path, stat, file) {
      const source = Readable.from(piecesOf(file, 0, stat.size), { objectMode: false });
      source.once("error", stop);
      try {
        await orBroken((done) => {
          source.once("close", done);
          zip.addReadStreamLazy(path, { ...about(stat), compressionLevel: LEVEL }, (take) => take(null, source));
        });
      } finally {
        source.destroy();
      }
    },
    end: () => zip.end(),
  };
}

function tarInto(format: TarFormat): (out: Writable) => Packer {
  const packing = PACKING[format];
  const smaller = packing && packer(packing);
  return (out) => tarOver(smaller ? (tar) => pipeline(tar, smaller, out) : (tar) => pipeline(tar, out));
}

function tarOver(send: (tar: Readable) => Promise<void>): Packer {
  const tar = tarPack();
  const sent = send(Readable.from(tar));
  const orBroken = brokenBy(sent);
  const about = ({ mtime, mode }: Stats) => ({ mtime, mode: mode & 0o777 });
  return {
    sent,
    stop: (error) => tar.destroy(error),
    folder: (path, stat) => orBroken((done) => void tar.entry({ name: path, type: "directory", ...about(stat) }, done)),
    file: (path, stat, file) =>
      orBroken((done) => {
        const entry = tar.entry({ name: path, size: stat.size, ...about(stat) }, done);
        pipeline(filled(piecesOf(file, 0, stat.size), stat.size), entry).catch(done);
      }),
    end: () => tar.finalize(),
  };
}

/** Waits for one step at a time, or for the way out to break. Racing each step with the way out would keep all of them in memory. */
function brokenBy(sent: Promise<void>) {
  let broken: unknown;
  let fail = (_error: unknown) => {};
  sent.catch((error) => {
    broken = error;
    fail(error);
  });
  return (step: (done: (error?: unknown) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      fail = reject;
      step((error) => (error ? reject(error) : resolve()));
    });
}

/** Exactly `size` bytes, as a tar says before it has them: like GNU tar, what a file lost while it was read is filled with zeros. */
async function* filled(pieces: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for await (const piece of pieces) {
    left -= piece.length;
    yield piece;
  }
  for (; left > 0; left -= Math.min(left, ZEROS.length)) yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
}
const ZEROS = Buffer.alloc(64 * 1024);

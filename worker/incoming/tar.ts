import { Readable } from "node:stream";
import { extract, type Headers } from "tar-stream";
import { AppError } from "#contracts/errors";
import { asUnreadable, type Member, takeMode } from "./archive";
import { type Packing, unpacker } from "./packing";
import { createNames, refuse, unsafePath } from "./paths";

/** Between one entry and the next there are headers; more of them than this is somebody's way to fill our memory, bytes. */
const HEADER_BYTES = 1024 * 1024;

/** What a tar holds: a file with its bytes, which are read before the next is asked for, or a folder. */
export type TarEntry = { file: Member; bytes: AsyncIterable<Buffer> } | { folder: string };

/**
 * The entries of a tar as they come, each looked at before it is handed out; whoever takes them has to throw all away when the end is a
 * refusal. AppError archive_unsafe, archive_unreadable.
 */
export async function* readTar(
  source: AsyncIterable<Buffer>,
  { packing, entryLimit }: { packing: Packing | undefined; entryLimit: number },
): AsyncGenerator<TarEntry> {
  const tar = extract();
  const progress = { at: 0 };
  const plain = packing ? unpacked(source, packing) : source;
  const feeding = feed(plain, tar, progress).catch((error) => tar.destroy(error));
  const names = createNames(entryLimit);
  let isEmpty = true;
  try {
    for await (const entry of tar) {
      progress.at = 0;
      const { path, isFolder, size, mode } = look(entry.header);
      // A folder that everything lies in may say so of itself: ".".
      const why = path === "" ? undefined : names.take(path, isFolder);
      if (why) throw refuse("archive_unsafe", path, why, entryLimit);
      if (path !== "") isEmpty = false;
      if (!isFolder) {
        yield { file: { path, size, runs: takeMode(mode) }, bytes: told(entry, progress) };
        continue;
      }
      if (path !== "") yield { folder: path };
      entry.resume();
    }
  } catch (error) {
    asUnreadable(error);
  } finally {
    tar.destroy();
    await feeding;
  }
  if (isEmpty) asUnreadable(new Error("no entries"));
}

function look(header: Headers) {
  const { name, type, size = 0, mode = 0 } = header;
  if (name.includes("\ufffd")) throw refuse("archive_unsafe", name, "encoding");
  if (type === "symlink" || type === "link") throw refuse("archive_unsafe", name, "link");
  if (type !== "file" && type !== "directory" && type !== "contiguous-file")
    throw refuse("archive_unsafe", name, "special");
  const isFolder = type === "directory";
  // As tar itself writes them: "./a", "a/".
  const inner = name === "." ? "./" : name;
  const path = (inner.startsWith("./") ? inner.slice(2) : inner).replace(isFolder ? /\/$/ : /$^/, "");
  const why = path === "" && isFolder ? undefined : unsafePath(path);
  if (why) throw refuse("archive_unsafe", name, why);
  if (!Number.isSafeInteger(size) || size < 0) asUnreadable(new Error("a size that is none"));
  return { path, isFolder, size, mode };
}

/** The bytes of an entry; while they come, its headers are behind us. */
async function* told(entry: AsyncIterable<Buffer>, progress: { at: number }): AsyncGenerator<Buffer> {
  try {
    for await (const piece of entry) {
      progress.at = 0;
      yield piece;
    }
  } catch (error) {
    asUnreadable(error);
  }
}

/** Gives the tar its bytes, a piece when it has done with the one before. */
async function feed(source: AsyncIterable<Buffer>, tar: ReturnType<typeof extract>, progress: { at: number }) {
  for await (const piece of source) {
    for (let at = 0; at < piece.length; at += 65_536) {
      const part = piece.subarray(at, at + 65_536);
      progress.at += part.length;
      if (progress.at > HEADER_BYTES + 65_536)
        throw new AppError("archive_unreadable", { detail: "headers without end" });
      if (tar.destroyed) return;
      if (!tar.write(part)) await drained(tar);
    }
  }
  tar.end();
}

/** Settles when it takes more, or nothing any more. */
function drained(tar: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      tar.removeListener("drain", over);
      tar.removeListener("close", over);
      resolve();
    };
    tar.once("drain", over);
    tar.once("close", over);
  });
}

async function* unpacked(source: AsyncIterable<Buffer>, packing: Packing): AsyncGenerator<Buffer> {
  const unpacking = unpacker(packing);
  const from = Readable.from(source, { objectMode: false });
  from.once("error", (error) => unpacking.destroy(error));
  try {
    yield* from.pipe(unpacking);
  } finally {
    from.destroy();
    unpacking.destroy();
  }
}

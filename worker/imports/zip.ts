import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { AppError } from "#contracts/errors";
import { clash, refuse, showBytes, topFolder, unsafePath } from "../incoming/paths";

/** Entries of one zip at most. */
export const ENTRY_LIMIT = 20_000;

const UTF8_NAME = 0x800;
const FILE_TYPE = 0o170000;
const FOLDER = 0o040000;
const REGULAR = 0o100000;
const EXECUTABLE = 0o111;

type Member = { entry: Entry; path: string; mode: number };

/**
 * Unpacks a zip into `folder`, which must not exist: whole, or not at all. First every name and kind is looked at,
 * then bytes are written beside it and counted as they come out, whatever the headers claim; last comes one rename.
 */
export async function unpack(
  zip: string,
  folder: string,
  limits: { bytes: number; signal: AbortSignal },
): Promise<void> {
  const partial = `${folder}.partial`;
  const file = await openPromise(zip, { autoClose: false, decodeStrings: false }).catch(unreadable);
  try {
    const { members, folders } = await look(file);
    await mkdir(partial, { recursive: true });
    for (const inner of folders) await mkdir(join(partial, inner), { recursive: true });
    await write(file, members, partial, limits);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    file.close();
  }
}

/** Reads the directory of the zip and refuses the whole of it for one bad entry. */
async function look(file: ZipFile): Promise<{ members: Member[]; folders: string[] }> {
  if (file.entryCount > ENTRY_LIMIT) throw refuse("archive_unsafe", "the zip", "many", ENTRY_LIMIT);
  const members: Member[] = [];
  const folders: string[] = [];
  for await (const entry of readable(file)) {
    const raw = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    const name = raw.endsWith("/") ? raw.slice(0, -1) : raw;
    if (entry.generalPurposeBitFlag & UTF8_NAME && raw.includes("\ufffd"))
      throw refuse("archive_unsafe", raw, "encoding");
    const why = unsafePath(name);
    if (why) throw refuse("archive_unsafe", raw, why);
    const mode = entry.externalFileAttributes >>> 16;
    const type = mode & FILE_TYPE;
    if (type === 0o120000) throw refuse("archive_unsafe", raw, "link");
    if (type !== 0 && type !== REGULAR && type !== FOLDER) throw refuse("archive_unsafe", raw, "special");
    if (entry.isEncrypted()) throw refuse("archive_unsafe", raw, "encrypted");
    // What macOS packs beside the files is no part of a bot.
    if (name === "__MACOSX" || name.startsWith("__MACOSX/")) continue;
    if (raw.endsWith("/") || type === FOLDER) folders.push(name);
    // setuid and everything else but "may be run" ends here.
    else members.push({ entry, path: name, mode: mode & EXECUTABLE ? 0o755 : 0o644 });
  }
  const paths = members.map(({ path }) => path);
  const twice = clash(paths, folders);
  if (twice) throw refuse("archive_unsafe", ...twice);
  const top = topFolder(paths);
  if (top === undefined || folders.some((folder) => folder !== top && !folder.startsWith(`${top}/`)))
    return { members, folders };
  const lift = (path: string) => path.slice(top.length + 1);
  return { members: members.map((one) => ({ ...one, path: lift(one.path) })), folders: folders.map(lift) };
}

async function* readable(file: ZipFile): AsyncIterable<Entry> {
  try {
    yield* file.eachEntry();
  } catch (error) {
    unreadable(error);
  }
}

async function write(
  file: ZipFile,
  members: readonly Member[],
  folder: string,
  { bytes, signal }: { bytes: number; signal: AbortSignal },
) {
  let total = 0;
  const tooBig = () => new AppError("archive_too_big", { limit: showBytes(bytes) });
  // An honest header saves the work; a lying one is caught below.
  if (members.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0) > bytes) throw tooBig();
  const made = new Set<string>();
  for (const { entry, path, mode } of members) {
    const target = join(folder, path);
    const parent = dirname(target);
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    let sum = 0;
    const count = new Transform({
      transform(piece: Buffer, _encoding, done) {
        total += piece.length;
        sum = crc32(piece, sum);
        done(total > bytes ? tooBig() : null, piece);
      },
      flush(done) {
        done(sum === entry.crc32 ? null : new AppError("archive_unreadable", { detail: `${path}: CRC` }));
      },
    });
    const source = await file.openReadStreamPromise(entry).catch(unreadable);
    await pipeline(source, count, createWriteStream(target, { flags: "wx", mode }), { signal }).catch((error) => {
      // The file system's errors have a code in capitals; what is left is the zip's own.
      if (error instanceof AppError || signal.aborted || (error instanceof Error && "syscall" in error)) throw error;
      return unreadable(error);
    });
  }
}

function unreadable(error: unknown): never {
  if (error instanceof AppError) throw error;
  throw new AppError("archive_unreadable", { detail: error instanceof Error ? error.message.slice(0, 200) : "?" });
}

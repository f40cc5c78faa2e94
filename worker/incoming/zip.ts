import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { asUnreadable, type Member, takeMode } from "./archive";
import { createNames, refuse, unsafePath } from "./paths";

const UTF8_NAME = 0x800;
const FILE_TYPE = 0o170000;
const FOLDER = 0o040000;
const LINK = 0o120000;
const REGULAR = 0o100000;

/** A file in a zip. */
export type ZipMember = Member & { entry: Entry };

/** A zip whose every name and kind was looked at. */
export type Zip = {
  files: ZipMember[];
  folders: string[];
  /** The bytes of a file as they come out, whatever its header claims. AppError archive_unreadable, also for a wrong checksum. */
  read(file: ZipMember): AsyncGenerator<Buffer>;
  close(): void;
};

/** Opens a zip and refuses the whole of it for one bad entry. AppError archive_unsafe, archive_unreadable. */
export async function openZip(path: string, entryLimit: number): Promise<Zip> {
  const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch(asUnreadable);
  try {
    const { files, folders } = await look(zip, entryLimit);
    return { files, folders, read: (file) => bytesOf(zip, file), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function look(zip: ZipFile, entryLimit: number): Promise<Pick<Zip, "files" | "folders">> {
  if (zip.entryCount > entryLimit) throw refuse("archive_unsafe", "the zip", "many", entryLimit);
  const files: ZipMember[] = [];
  const folders: string[] = [];
  const names = createNames(entryLimit);
  for await (const entry of readable(zip)) {
    const raw = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    const name = raw.endsWith("/") ? raw.slice(0, -1) : raw;
    if (entry.generalPurposeBitFlag & UTF8_NAME && raw.includes("\ufffd"))
      throw refuse("archive_unsafe", raw, "encoding");
    const why = unsafePath(name);
    if (why) throw refuse("archive_unsafe", raw, why);
    const mode = entry.externalFileAttributes >>> 16;
    const type = mode & FILE_TYPE;
    if (type === LINK) throw refuse("archive_unsafe", raw, "link");
    if (type !== 0 && type !== REGULAR && type !== FOLDER) throw refuse("archive_unsafe", raw, "special");
    if (entry.isEncrypted()) throw refuse("archive_unsafe", raw, "encrypted");
    // What macOS packs beside the files is no part of a bot.
    if (name === "__MACOSX" || name.startsWith("__MACOSX/")) continue;
    const isFolder = raw.endsWith("/") || type === FOLDER;
    const clash = names.take(name, isFolder);
    if (clash) throw refuse("archive_unsafe", name, clash, entryLimit);
    if (isFolder) folders.push(name);
    else files.push({ entry, path: name, size: entry.uncompressedSize, runs: takeMode(mode) });
  }
  return { files, folders };
}

async function* readable(zip: ZipFile): AsyncIterable<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    asUnreadable(error);
  }
}

async function* bytesOf(zip: ZipFile, { entry, path }: ZipMember): AsyncGenerator<Buffer> {
  const source = await zip.openReadStreamPromise(entry).catch(asUnreadable);
  let sum = 0;
  try {
    for await (const piece of source) {
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    asUnreadable(error);
  }
  if (sum !== entry.crc32) asUnreadable(new Error(`${path}: CRC`));
}

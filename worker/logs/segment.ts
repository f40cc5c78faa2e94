import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

/*
 * A packed piece of a log: gzip members, each of MEMBER bytes of log (the last of what was left), each unpacked by itself, and one
 * empty member at the end whose extra field says how long they are. `zcat` reads the whole as it reads any gzip file.
 *
 *   member │ member │ … │ header, extra field "BY": length of each member (u32 …), their number (u32), MAGIC │ nothing
 */

/** Bytes of log in one member: what a look at any place unpacks. */
export const MEMBER = 256 * 1024;
/**
 * Found by measuring: higher levels take twice the time for a tenth of the space, and the usual window and pieces of output a quarter
 * more for none.
 */
const HOW = { level: 1, windowBits: 14, chunkSize: MEMBER / 2 } as const;

const MAGIC = 0x594f4231;
/** An empty deflate block, and the check sum and length of nothing. */
const NOTHING = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const HEADER = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff]);
const TAIL = 8 + NOTHING.length;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Fills `buffer` from a place on; fewer bytes only at the end. */
export type Fill = (buffer: Buffer, position: number) => Promise<number>;

/**
 * Packs [from, to) into a new file, which is there whole and synced or not at all; answers its size. Two members are packed at a
 * time, off the thread.
 */
export async function writeSegment(
  path: string,
  { from, to, fill }: { from: number; to: number; fill: Fill },
): Promise<number> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    const lengths: number[] = [];
    const packed = async (at: number) => {
      const bytes = Buffer.allocUnsafe(Math.min(MEMBER, to - at));
      const filled = await fill(bytes, at);
      if (filled !== bytes.length) throw new Error(`${path}: the log ends at ${at + filled}, not at ${to}`);
      return pack(bytes, HOW);
    };
    for (let at = from; at < to; at += 2 * MEMBER) {
      const both = await Promise.all([at, at + MEMBER].filter((one) => one < to).map(packed));
      for (const bytes of both) {
        lengths.push(bytes.length);
        await writeAll(file, bytes);
      }
    }
    const index = indexOf(lengths);
    await writeAll(file, index);
    await file.sync();
    await file.close();
    await rename(temporary, path);
    return lengths.reduce((sum, length) => sum + length, index.length);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

function indexOf(lengths: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + lengths.length * 4 + 8);
  field.write("BY", 0, "latin1");
  field.writeUInt16LE(field.length - 4, 2);
  for (const [index, length] of lengths.entries()) field.writeUInt32LE(length, 4 + index * 4);
  field.writeUInt32LE(lengths.length, field.length - 8);
  field.writeUInt32LE(MAGIC, field.length - 4);
  const size = Buffer.alloc(2);
  size.writeUInt16LE(field.length);
  return Buffer.concat([HEADER, size, field, NOTHING]);
}

/** Where each member begins in the file, and where the last ends. Throws when the file is not one of ours, whole, for so many bytes. */
export async function readIndex(file: FileHandle, bytes: number): Promise<number[]> {
  const { size } = await file.stat();
  const count = Math.ceil(bytes / MEMBER);
  const table = count * 4 + TAIL;
  if (table > size) throw new Error("too short");
  const end = Buffer.alloc(table);
  await file.read(end, 0, table, size - table);
  if (end.readUInt32LE(table - TAIL) !== count || end.readUInt32LE(table - TAIL + 4) !== MAGIC) {
    throw new Error("no index");
  }
  const places = [0];
  for (let index = 0; index < count; index++) places.push((places.at(-1) ?? 0) + end.readUInt32LE(index * 4));
  if ((places.at(-1) ?? 0) + HEADER.length + 2 + 4 + table !== size) throw new Error("the index does not fit the file");
  return places;
}

/** Unpacks one member. Throws when it is damaged, or is not of the length that it has to be. */
export async function readMember(file: FileHandle, from: number, to: number, length: number): Promise<Buffer> {
  const packed = Buffer.allocUnsafe(to - from);
  const { bytesRead } = await file.read(packed, 0, packed.length, from);
  const bytes = await unpack(packed.subarray(0, bytesRead), { maxOutputLength: MEMBER });
  if (bytes.length !== length) throw new Error("a member of another length");
  return bytes;
}

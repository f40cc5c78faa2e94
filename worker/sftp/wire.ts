/*
 * SFTP version 3 as it travels (draft-ietf-secsh-filexfer-02): packets of a length, a type, a request's number and fields. ssh2 brings an
 * SFTP server of its own; it can neither say which extensions it knows nor wait for a slow side, so we read and write packets ourselves.
 */

/** Packet types. */
export const Type = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const;

export const Status = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/** The longest packet either side sends, bytes, as OpenSSH has it; and what of it may be a file's. */
export const PACKET_BYTES = 256 * 1024;
export const DATA_BYTES = PACKET_BYTES - 1024;

/** A packet that is none: the connection ends. */
export class Malformed extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the fields of a packet one after another. Malformed when they go beyond its end. */
export class Fields {
  #at: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new Malformed("a packet ends before its fields do");
    this.#at = at + length;
    return at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** A number that a file's size or place can be; larger ones become Infinity, which nothing takes. */
  uint64(): number {
    const at = this.#take(8);
    const value = this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
  }

  bytes(): Buffer {
    const length = this.uint32();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** undefined for what is no UTF-8: nothing of ours is called so. */
  text(): string | undefined {
    try {
      return utf8.decode(this.bytes());
    } catch (error) {
      if (error instanceof Malformed) throw error;
      return undefined;
    }
  }
}

/** A packet of fields: numbers of 4 bytes, texts and bytes with their length, and what is already written. */
export function packet(type: number, id: number, ...fields: readonly (number | string | Buffer | Raw)[]): Buffer {
  let length = 5;
  for (const field of fields) {
    if (typeof field === "number") length += 4;
    else if (field instanceof Raw) length += field.bytes.length;
    else length += 4 + Buffer.byteLength(field);
  }
  const made = Buffer.allocUnsafe(4 + length);
  made.writeUInt32BE(length, 0);
  made.writeUInt8(type, 4);
  made.writeUInt32BE(id, 5);
  let at = 9;
  for (const field of fields) {
    if (typeof field === "number") at = made.writeUInt32BE(field >>> 0, at);
    else if (field instanceof Raw) at += field.bytes.copy(made, at);
    else {
      const bytes = typeof field === "string" ? Buffer.from(field) : field;
      at = made.writeUInt32BE(bytes.length, at);
      at += bytes.copy(made, at);
    }
  }
  return made;
}

/** Bytes that stand in a packet as they are. */
export class Raw {
  constructor(readonly bytes: Buffer) {}
}

/** Numbers of 8 bytes. */
export function uint64s(...values: readonly number[]): Raw {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries())
    bytes.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(value))), index * 8);
  return new Raw(bytes);
}

/** What stands before a file's bytes in an answer, bytes. */
export const DATA_HEAD = 13;

/** Fills the head of a data packet whose bytes stand behind it already, and cuts it to them. */
export function dataPacket(room: Buffer, id: number, length: number): Buffer {
  room.writeUInt32BE(length + DATA_HEAD - 4, 0);
  room.writeUInt8(Type.data, 4);
  room.writeUInt32BE(id, 5);
  room.writeUInt32BE(length, 9);
  return room.subarray(0, DATA_HEAD + length);
}

/** Cuts what comes in into packets, each without its length. Malformed for one that is empty or too long. */
export function createCutter(take: (packet: Buffer) => void): (bytes: Buffer) => void {
  /** What is here of a packet whose end is not. */
  let begun: Buffer = Buffer.alloc(0);
  let whole: Buffer | undefined;
  let filled = 0;

  return (bytes) => {
    let at = 0;
    if (!whole && begun.length > 0) {
      bytes = Buffer.concat([begun, bytes]);
      begun = Buffer.alloc(0);
    }
    while (at < bytes.length) {
      if (whole) {
        const copied = bytes.copy(whole, filled, at);
        filled += copied;
        at += copied;
        if (filled < whole.length) return;
        const done = whole;
        whole = undefined;
        take(done);
        continue;
      }
      if (bytes.length - at < 4) {
        begun = Buffer.from(bytes.subarray(at));
        return;
      }
      const length = bytes.readUInt32BE(at);
      if (length === 0 || length > PACKET_BYTES) throw new Malformed(`a packet of ${length} bytes`);
      at += 4;
      if (bytes.length - at >= length) {
        take(bytes.subarray(at, at + length));
        at += length;
      } else {
        whole = Buffer.allocUnsafe(length);
        filled = 0;
      }
    }
  };
}

import { crc32, deflateRawSync } from "node:zlib";

/** An entry written byte by byte, so that it can lie. */
export type RawEntry = {
  name: string | Buffer;
  data?: string | Buffer;
  /** Unix mode with its type, for the upper half of the external attributes. */
  mode?: number;
  /** General purpose bits; 0x800 says that the name is UTF-8. */
  flags?: number;
  /** 8 deflates, 0 stores, anything else is only claimed. */
  method?: number;
  /** The uncompressed size that the header claims. */
  size?: number;
  crc?: number;
};

/** A zip of any entries, the impossible ones included, which no honest library writes. */
export function rawZip(entries: readonly RawEntry[], claims: { count?: number } = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data = "", mode = 0o100644, flags = 0x800, method = 0, size, crc } of entries) {
    const nameBytes = Buffer.from(name);
    const plain = Buffer.from(data);
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc ?? crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? plain.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, nameBytes, packed]);
    const head = Buffer.alloc(46);
    head.write("PK\x01\x02", 0, "latin1");
    head.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(head, 6);
    head.writeUInt32LE(mode * 0x10000, 38);
    head.writeUInt32LE(offset, 42);
    central.push(head, nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(claims.count ?? entries.length, 8);
  end.writeUInt16LE(claims.count ?? entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

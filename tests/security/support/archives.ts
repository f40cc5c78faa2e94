import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { tarHeader } from "../../../worker/files/transfer/testing/raw-tar";

/** A gzip that comes out `times` times what is given: gzips one after another are one. */
export const repeatedGzip = (bytes: Buffer, times: number): Buffer => {
  const one = gzipSync(bytes);
  return Buffer.concat(Array.from({ length: times }, () => one));
};

/** A tar.gz of 10^6 empty files. The first 100,001 have names of their own, and the rest is those again. */
export function millionEntries(): Buffer {
  const names = Array.from({ length: 100_001 }, (_, n) => tarHeader(Buffer.from(`${n}`)));
  return repeatedGzip(Buffer.concat(names), 10);
}

/** A zip of 42 kB whose entries are all the same bytes, and come out as gigabytes: each points to the one deflated piece. */
export function overlappingZip(entries: number, bytes: number): Buffer {
  const plain = Buffer.alloc(bytes);
  const packed = deflateRawSync(plain, { level: 9 });
  const head = (signature: string, length: number, at: number) => {
    const block = Buffer.alloc(length);
    block.write(signature, 0, "latin1");
    block.writeUInt16LE(20, at);
    block.writeUInt16LE(8, at + 4);
    block.writeUInt32LE(crc32(plain), at + 10);
    block.writeUInt32LE(packed.length, at + 14);
    block.writeUInt32LE(bytes, at + 18);
    block.writeUInt16LE(4, at + 22);
    return block;
  };
  const local = Buffer.concat([head("PK\x03\x04", 30, 4), Buffer.from("0000"), packed]);
  const central = Array.from({ length: entries }, (_, n) =>
    Buffer.concat([head("PK\x01\x02", 46, 6), Buffer.from(`${n}`.padStart(4, "0"))]),
  );
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

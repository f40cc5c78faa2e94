import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { AppError } from "#contracts/errors";

/** How the bytes of a tar are made smaller. */
export type Packing = "gzip" | "zstd";

/** Fast, and not much larger than the best. */
export const LEVEL = 3;
/** What comes out at once, bytes: each piece is a way to another thread and back. */
const PIECE_BYTES = 64 * 1024;
/** What a zstd may have us keep in memory, as a power of two: 8 MiB, which is what its levels up to 19 ask for. */
const WINDOW_LOG = 23;

/** Whether this Node has zstd. */
export const hasZstd = (): boolean => zstdMaker("createZstdDecompress") !== undefined;

/** Makes bytes smaller. AppError archive_needs_node. */
export function packer(packing: Packing): Transform {
  if (packing === "gzip") return zlib.createGzip({ level: LEVEL });
  return neededZstd("createZstdCompress")({ params: { [zstdConstant("ZSTD_c_compressionLevel")]: LEVEL } });
}

/** Makes them what they were. AppError archive_needs_node. */
export function unpacker(packing: Packing): Transform {
  const chunkSize = PIECE_BYTES;
  if (packing === "gzip") return zlib.createGunzip({ chunkSize });
  return neededZstd("createZstdDecompress")({
    chunkSize,
    params: { [zstdConstant("ZSTD_d_windowLogMax")]: WINDOW_LOG },
  });
}

type Maker = (options: object) => Transform;

// Node has it from 22.15 on, and the types that we go by are those of the oldest Node that we run on.
function zstdMaker(name: "createZstdCompress" | "createZstdDecompress"): Maker | undefined {
  const made: unknown = Reflect.get(zlib, name);
  return typeof made === "function" ? (options) => made(options) : undefined;
}

const zstdConstant = (name: string): number => Number(Reflect.get(zlib.constants, name));

function neededZstd(name: "createZstdCompress" | "createZstdDecompress"): Maker {
  const maker = zstdMaker(name);
  if (!maker) throw new AppError("archive_needs_node", { version: process.version });
  return maker;
}

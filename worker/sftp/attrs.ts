import { constants, type Stats } from "node:fs";
import { type Fields, Raw } from "./wire";

/** What a client says of a file, as far as it is ours to set. Whose it is, is not. */
export type Wanted = { size?: number; mode?: number; times?: { accessed: number; changed: number } };

const HAS = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x80000000 } as const;

/** Reads attributes. Malformed. */
export function readAttrs(fields: Fields): Wanted {
  const flags = fields.uint32();
  const wanted: Wanted = {};
  if (flags & HAS.size) wanted.size = fields.uint64();
  if (flags & HAS.owner) {
    fields.uint32();
    fields.uint32();
  }
  if (flags & HAS.mode) wanted.mode = fields.uint32();
  if (flags & HAS.times) wanted.times = { accessed: fields.uint32(), changed: fields.uint32() };
  if (flags & HAS.extended) {
    for (let count = fields.uint32(); count > 0; count--) {
      fields.bytes();
      fields.bytes();
    }
  }
  return wanted;
}

type Seen = Pick<Stats, "size" | "uid" | "gid" | "mode" | "atimeMs" | "mtimeMs">;

/** Attributes as they stand in an answer. */
export function attrsOf({ size, uid, gid, mode, atimeMs, mtimeMs }: Seen): Raw {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(HAS.size | HAS.owner | HAS.mode | HAS.times, 0);
  bytes.writeBigUInt64BE(BigInt(size), 4);
  for (const [index, value] of [uid, gid, mode, seconds(atimeMs), seconds(mtimeMs)].entries())
    bytes.writeUInt32BE(value >>> 0, 12 + index * 4);
  return new Raw(bytes);
}

/** No attributes at all. */
export const noAttrs = new Raw(Buffer.alloc(4));

const seconds = (ms: number): number => Math.min(Math.max(0, Math.floor(ms / 1_000)), 2 ** 32 - 1);

const KINDS: Readonly<Record<number, string>> = {
  [constants.S_IFDIR]: "d",
  [constants.S_IFLNK]: "l",
  [constants.S_IFIFO]: "p",
  [constants.S_IFSOCK]: "s",
  [constants.S_IFBLK]: "b",
  [constants.S_IFCHR]: "c",
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** One line as `ls -l` writes it, which some clients show as it is. */
export function longName(name: string, stat: Seen & { nlink: number }): string {
  const bits = [0o400, 0o200, 0o100, 0o040, 0o020, 0o010, 0o004, 0o002, 0o001]
    .map((bit, index) => (stat.mode & bit ? "rwx"[index % 3] : "-"))
    .join("");
  const kind = KINDS[stat.mode & constants.S_IFMT] ?? "-";
  const changed = new Date(stat.mtimeMs);
  const isOld = Date.now() - stat.mtimeMs > 180 * 86_400_000;
  const two = (value: number) => String(value).padStart(2, "0");
  const when = isOld ? ` ${changed.getUTCFullYear()}` : `${two(changed.getUTCHours())}:${two(changed.getUTCMinutes())}`;
  const day = `${MONTHS[changed.getUTCMonth()]} ${String(changed.getUTCDate()).padStart(2)} ${when}`;
  const columns = [String(stat.nlink).padStart(3), pad(stat.uid), pad(stat.gid), String(stat.size).padStart(8)];
  return `${kind}${bits} ${columns.join(" ")} ${day} ${name}`;
}

const pad = (id: number): string => String(id).padEnd(8);

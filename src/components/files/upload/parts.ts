import { UPLOAD_FILES } from "#contracts/transfer";

/** The API takes no more than 1 MiB of JSON; what one announcement may have, with room to spare, bytes. */
const ANNOUNCE_BYTES = 800_000;
/** What stands around a path in an announcement: its size, its checksum, the names of all that. */
const AROUND = 150;

const encoder = new TextEncoder();

/** Divides what is too much for one announcement, in its order. Nothing is one part as well. */
export function inParts<T extends { path: string }>(files: readonly T[]): T[][] {
  const parts: T[][] = [[]];
  let room = ANNOUNCE_BYTES;
  for (const file of files) {
    const takes = encoder.encode(JSON.stringify(file.path)).length + AROUND;
    let part = parts.at(-1) ?? [];
    if (part.length >= UPLOAD_FILES || takes > room) {
      part = [];
      parts.push(part);
      room = ANNOUNCE_BYTES;
    }
    part.push(file);
    room -= takes;
  }
  return parts;
}

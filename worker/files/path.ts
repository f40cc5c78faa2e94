import { AppError, fill } from "#contracts/errors";
import { showPath } from "#contracts/files";
import { en } from "#contracts/words/en";

/*
 * Paths as clients name them: relative to the bot's folder, parts between single slashes, "" the folder itself. A path is taken as it is
 * or refused, never mended: what is stripped once can be written so that the rest is what was meant to be kept out.
 */

/** The parts of a path, from the bot's folder down. */
export type Parts = readonly string[];

/** Parts of a path: deeper than anybody's folders. */
export const DEEPEST = 64;
/** What Linux takes as one name, bytes. */
export const NAME_BYTES = 255;

/** The parts of a client's path to something that may be there, however oddly it is named. AppError path_unsafe. */
export function partsOf(path: string): Parts {
  if (path === "") return [];
  const parts = path.split("/");
  if (parts.length > DEEPEST) throw unsafe(path, "deep");
  for (const part of parts) {
    if (part === "" || part === ".") throw unsafe(path, path.startsWith("/") ? "absolute" : "empty");
    if (part === "..") throw unsafe(path, "up");
    if (part.includes("\0")) throw unsafe(path, "control");
    // Half a pair of surrogates would become another name on the disk.
    if (/\p{Cs}/u.test(part)) throw unsafe(path, "encoding");
    if (Buffer.byteLength(part) > NAME_BYTES) throw unsafe(path, "long");
  }
  return parts;
}

/**
 * The parts of a path at which something is to be made: its own name must be one that every system and person can handle. Folders above
 * it may be there already, under whatever name. AppError path_unsafe.
 */
export function newPartsOf(path: string): Parts {
  const parts = partsOf(path);
  const name = parts.at(-1);
  if (name === undefined) throw unsafe(path, "empty");
  if (/[\u0000-\u001f\u007f]/.test(name)) throw unsafe(path, "control");
  if (name.includes("\\")) throw unsafe(path, "backslash");
  if (name.includes("\ufffd")) throw unsafe(path, "encoding");
  if (name.endsWith(" ")) throw unsafe(path, "space");
  return parts;
}

/** The path that parts make. */
export const pathOf = (parts: Parts): string => parts.join("/");

export { showPath };

/** The refusal of a path. */
export const unsafe = (path: string, why: keyof typeof en.detect.unsafe): AppError =>
  new AppError("path_unsafe", { path: showPath(path), why: fill(en.detect.unsafe[why]) });

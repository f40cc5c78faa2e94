import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { EDIT_BYTES } from "#contracts/files";
import { LOOK_BYTES } from "../content";
import { codeOf } from "../open";

/*
 * The steps of the jail as calls that wait, for the searching thread, which has nothing else to do: a file takes a tenth of the time,
 * and none of the few threads that all other work on files goes through. The rules are the same: from an open folder by one name,
 * never through a link, and a file is looked at before it is opened.
 */

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
/** Opens without any effect. Not among Node's constants; the same wherever Node is built for Linux (asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/** Why a file is passed over. */
export type PassedOver = "large" | "binary" | "unreadable";

const wayTo = (fd: number) => `/proc/self/fd/${fd}`;
const isGone = (error: unknown) => ["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error));
const isRefused = (error: unknown) => ["EACCES", "EPERM", "EIO"].includes(codeOf(error));

/** What lies in an open folder; nothing in one that was removed meanwhile. */
export function namesIn(folder: number): Dirent[] {
  try {
    return readdirSync(wayTo(folder), { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Opens a folder in an open folder; who calls closes it. Undefined when there is none of that name (any more) that we may read. */
export function openFolderIn(folder: number, name: string): number | undefined {
  try {
    return openSync(`${wayTo(folder)}/${name}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isGone(error) || isRefused(error)) return undefined;
    throw error;
  }
}

/** Files are read into this one after the other: what is wanted of one is taken out before the next. */
let shared: Buffer | undefined;

/** The bytes of a text in an open folder, good until the next call; undefined when there is no file of that name (any more). */
export function readTextIn(folder: number, name: string): Buffer | PassedOver | undefined {
  let named: number | undefined;
  let file: number | undefined;
  try {
    named = openSync(`${wayTo(folder)}/${name}`, O_PATH | O_NOFOLLOW);
    const stat = fstatSync(named);
    if (!stat.isFile()) return undefined;
    if (stat.size > EDIT_BYTES) return "large";
    file = openSync(wayTo(named), O_RDONLY);
    shared ??= Buffer.allocUnsafeSlow(EDIT_BYTES);
    let done = 0;
    let read = -1;
    // As many bytes as it had when it was looked at: one that grows meanwhile is not followed without end.
    while (done < stat.size && read !== 0) {
      // The first bytes say whether more of them are wanted.
      read = readSync(file, shared, done, Math.min(stat.size, done === 0 ? LOOK_BYTES : stat.size) - done, done);
      if (done === 0 && shared.subarray(0, read).includes(0)) return "binary";
      done += read;
    }
    return shared.subarray(0, done);
  } catch (error) {
    if (isGone(error)) return undefined;
    if (isRefused(error)) return "unreadable";
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
    if (named !== undefined) closeSync(named);
  }
}

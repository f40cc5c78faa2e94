import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { writeAtomic } from "../supervisor/atomic";

/*
 * Giving a bot's files to its user. What the panel writes into a bot's folder is root's, and has to become the bot's before its next
 * start; a folder may hold 50,000 files, and hardly ever has a new one. A new file changes the time of the folder that it came into:
 * so a note keeps the time of each folder as it was when all in it was the bot's, and only folders with another time are read.
 *
 * Of a tree of few folders the note stays in memory, since reading them again is as cheap as reading a note; of a large one it lies on
 * the disk only, since hundreds of bots may have thousands of folders each.
 *
 * Nothing is reached by its whole path: each folder is opened from the one above it, and never through a link, so that what the bot
 * left there leads nowhere else.
 */

/** Paths of folders below the root ("" is the root itself) with their time of change, ns. */
const noteShape = z.object({ owner: z.number(), root: z.string(), folders: z.record(z.string(), z.string()) });
type Note = z.infer<typeof noteShape>;

/** A folder that changed this shortly ago may have changed again within the same tick of the clock: it is read again. */
const TICK_NS = 50_000_000n;
/** A note of so many folders is worth writing down. */
const MANY = 32;
/** Notes of small trees, by where they would lie. */
const small = new Map<string, Note>();
/** The event loop gets its turn after so many folders. */
const AT_ONCE = 200;

/**
 * Makes everything in a folder the user's, as fast as little has changed. `note` is where it is remembered. A file with several names
 * stays whose it is: the other names may lie anywhere. AppError disk_unwritable where a file cannot be given away.
 */
export async function give(root: string, owner: number, note: string): Promise<void> {
  try {
    await giveAll(root, owner, note);
  } catch (error) {
    throw new AppError("disk_unwritable", { detail: error instanceof Error ? error.message : "", path: root });
  }
}

async function giveAll(root: string, owner: number, note: string): Promise<void> {
  let touched = 0;
  if (isUntouched(root, owner, small.get(note))) return;
  const before = small.get(note) ?? readNote(note);
  const rootFd = openFolder(root);
  try {
    const stat = fstatSync(rootFd, { bigint: true });
    const id = `${stat.dev}:${stat.ino}`;
    const known = before && before.owner === owner && before.root === id ? before.folders : {};
    const now = BigInt(Date.now()) * 1_000_000n;
    const after: Note = { owner, root: id, folders: {} };
    if (Number(stat.uid) !== owner) fchownSync(rootFd, owner, owner);

    // A folder in the note is looked at by its own; a new one is found by reading the one above.
    const waiting = [...new Set(["", ...Object.keys(known)])];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (after.folders[path] !== undefined) continue;
      if (++touched % AT_ONCE === 0) await new Promise((go) => setImmediate(go));
      // Only a time is looked at by the path, which may lead through a link by now; then it is another time.
      const noted = known[path];
      if (
        noted !== undefined &&
        noted === (path === "" ? String(stat.mtimeNs) : timeOf(`/proc/self/fd/${rootFd}/${path}`))
      ) {
        after.folders[path] = noted;
        continue;
      }
      const fd = openBelow(rootFd, path);
      if (fd === undefined) continue;
      try {
        const { mtimeNs } = fstatSync(fd, { bigint: true });
        after.folders[path] = now - mtimeNs < TICK_NS ? "0" : String(mtimeNs);
        for (const name of readdirSync(`/proc/self/fd/${fd}`)) {
          const below = path === "" ? name : `${path}/${name}`;
          if (giveEntry(`/proc/self/fd/${fd}/${name}`, owner) && known[below] === undefined) waiting.push(below);
        }
      } finally {
        closeSync(fd);
      }
    }
    await keep(note, after, before);
  } finally {
    closeSync(rootFd);
  }
}

/** One look by the path is enough for a folder without folders: it is the very one that was given, and nothing came into it since. */
function isUntouched(root: string, owner: number, known: Note | undefined): boolean {
  if (!known || known.owner !== owner || Object.keys(known.folders).length !== 1) return false;
  const now = lstatSync(root, { bigint: true, throwIfNoEntry: false });
  if (!now?.isDirectory() || Number(now.uid) !== owner) return false;
  return known.root === `${now.dev}:${now.ino}` && known.folders[""] === String(now.mtimeNs);
}

async function keep(note: string, after: Note, before: Note | undefined): Promise<void> {
  if (Object.keys(after.folders).length < MANY) {
    small.set(note, after);
    return;
  }
  small.delete(note);
  const text = JSON.stringify(after);
  if (text === JSON.stringify(before)) return;
  mkdirSync(dirname(note), { recursive: true, mode: 0o700 });
  await writeAtomic(note, text, "worker");
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const openFolder = (path: string) => openSync(path, FOLDER);

/** Opens a folder step by step from the root; undefined when it is gone, or a link now. */
function openBelow(rootFd: number, path: string): number | undefined {
  let fd = openFolder(`/proc/self/fd/${rootFd}/.`);
  for (const name of path === "" ? [] : path.split("/")) {
    const above = fd;
    try {
      fd = openFolder(`/proc/self/fd/${above}/${name}`);
    } catch {
      return undefined;
    } finally {
      closeSync(above);
    }
  }
  return fd;
}

/** Gives one file, link or folder away; true for a folder. What is gone by now is nobody's. */
function giveEntry(path: string, owner: number): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  const isFolder = stat.isDirectory();
  if (stat.uid !== owner && (isFolder || stat.nlink === 1)) lchownSync(path, owner, owner);
  return isFolder;
}

const timeOf = (path: string) => String(lstatSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs);

function readNote(path: string): Note | undefined {
  try {
    return noteShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

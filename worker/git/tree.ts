import { AppError } from "#contracts/errors";
import { unsafe } from "../files/path";
import { type Bounds, git } from "./call";

/** Entries of one tree, and bytes of telling them. */
const ENTRIES = 200_000;
const LISTING_BYTES = 64 * 1024 * 1024;

/** One file, link or submodule of a tree. */
export type TreeEntry = { path: string; mode: string; oid: string; size: number };

const tooMany = () => new AppError("git_too_big", { limit: `${ENTRIES} files` });

/**
 * All that a commit holds. `at`: options that say in which repository. Ended as soon as it is more than a bot may have: ten trees that name
 * each other ten times are as many files as anybody likes. AppError deploy_unsafe, git_too_big, git_commit_missing.
 */
export async function listTree(
  at: readonly string[],
  id: string,
  bounds: Bounds & { scratch: string },
): Promise<TreeEntry[]> {
  const pieces: Buffer[] = [];
  let [bytes, entries] = [0, 0];
  const result = await git([...at, "ls-tree", "-r", "-z", "-l", "--full-tree", id], {
    ...bounds,
    onOutput(piece) {
      bytes += piece.length;
      for (let at = piece.indexOf(0); at >= 0; at = piece.indexOf(0, at + 1)) entries += 1;
      if (bytes > LISTING_BYTES || entries > ENTRIES) throw tooMany();
      pieces.push(piece);
    },
  });
  if (result.code !== 0) throw new AppError("git_commit_missing", { commit: id.slice(0, 10) });
  return entriesOf(Buffer.concat(pieces));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function entriesOf(listing: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let from = 0; from < listing.length; ) {
    const end = listing.indexOf(0, from);
    const record = listing.subarray(from, end);
    const tab = record.indexOf(9);
    const [mode = "", , oid = "", size = ""] = record.subarray(0, tab).toString("latin1").split(/ +/);
    const name = record.subarray(tab + 1);
    let path: string;
    try {
      path = utf8.decode(name);
    } catch {
      throw notSafe(name.toString("latin1"), "encoding");
    }
    entries.push({ path, mode, oid, size: Number(size) || 0 });
    from = end + 1;
  }
  return entries;
}

/** The refusal of a path in a commit. */
export function notSafe(path: string, why: Parameters<typeof unsafe>[1]): AppError {
  return new AppError("deploy_unsafe", unsafe(path, why).values);
}

import { type BigIntStats, fstatSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Jail } from "./jail";

/** Whose a file is. */
export type Owner = { uid: number; gid: number };

/** Only root gives files away; else all are ours anyway. */
export const isRoot = process.getuid?.() === 0;

/** What new files and folders may, unless they take the place of others. */
export const NEW_FILE = 0o644;
export const NEW_FOLDER = 0o755;

/** Whose the bot's files are: whoever its folder belongs to. */
export const ownerOf = (jail: Jail): Promise<Owner> =>
  jail.folder([], async ({ handle }) => {
    const { uid, gid } = fstatSync(handle.fd);
    return { uid, gid };
  });

/** Makes what is open somebody's, with these permission bits and no others. */
export async function dress(made: FileHandle, owner: Owner, mode: number): Promise<void> {
  // Before the bits: giving away may take some of them.
  if (isRoot) await made.chown(owner.uid, owner.gid);
  await made.chmod(mode & 0o777);
}

/** Whose a file is that takes the place of another, and what it may. A link, or a file of several names, stays as it is: this is a new one. */
export function like(before: BigIntStats | undefined, owner: Owner): [Owner, number] {
  if (!before?.isFile()) return [owner, NEW_FILE];
  const mode = Number(before.mode);
  return [before.nlink > 1n ? owner : { uid: Number(before.uid), gid: Number(before.gid) }, mode];
}

import { lchown, mkdir, open, readlink, symlink } from "node:fs/promises";
import { codeOf, type Folder, folderOf, holdNamed, type Name, namesIn, openFolder, type Sight, wayTo } from "./open";
import { dress, isRoot, type Owner } from "./owner";
import { DEEPEST, unsafe } from "./path";

/** Of a file, read and written at once, bytes. */
const PIECE_BYTES = 1024 * 1024;

/** Something in an open folder. */
export type Place = { folder: Folder; name: Name };

export type CopyHow = {
  /** Whose the copy is; the permission bits stay as they are. */
  owner: Owner;
  /** Hears of each thing before it is made; what it refuses is refused. */
  take: (bytes: number, files: number) => Promise<void>;
};

/**
 * Copies a thing and all in it to a name that is free. Each folder is opened from the one above it, and a link is copied and never
 * followed. What is hidden from who asks, or neither file, folder nor link, is left out, and so is what goes away meanwhile. AppError path_unsafe where it is
 * too deep for a path. Fails with ENOENT when it is not there at all.
 */
export async function copyTree(from: Place, to: Place, how: CopyHow, depth = 1): Promise<void> {
  const held = await holdNamed(from.folder, from.name);
  try {
    const found = await held.stat();
    if (found.isFile()) await copyFile(wayTo(held), found, to, how);
    else if (found.isSymbolicLink()) await copyLink(from, to, how);
    else if (found.isDirectory()) {
      if (depth > DEEPEST) throw unsafe(from.name.toString(), "deep");
      const sight = from.folder.sight?.into(from.name);
      await copyFolder({ way: wayTo(held), mode: found.mode, sight }, to, how, depth);
    }
  } finally {
    await held.close();
  }
}

async function copyFile(
  way: string,
  { size, mode }: { size: number; mode: number },
  to: Place,
  { owner, take }: CopyHow,
): Promise<void> {
  await take(size, 1);
  const source = await open(way, "r");
  try {
    const copy = await open(to.folder.at(to.name), "wx", 0o600);
    try {
      const piece = Buffer.alloc(Math.min(size, PIECE_BYTES));
      // As much as was taken: one that grows meanwhile is not followed without end.
      for (let done = 0; done < size; ) {
        const { bytesRead } = await source.read(piece, 0, Math.min(piece.length, size - done), done);
        if (bytesRead === 0) break;
        await copy.writeFile(piece.subarray(0, bytesRead));
        done += bytesRead;
      }
      await dress(copy, owner, mode);
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

async function copyLink(from: Place, to: Place, { owner, take }: CopyHow): Promise<void> {
  const target = await readlink(from.folder.at(from.name), { encoding: "buffer" }).catch(ifGone);
  if (!target) return;
  await take(0, 1);
  await symlink(target, to.folder.at(to.name));
  if (isRoot) await lchown(to.folder.at(to.name), owner.uid, owner.gid);
}

type Source = { way: string; mode: number; sight: Sight | undefined };

async function copyFolder({ way, mode, sight }: Source, to: Place, how: CopyHow, depth: number): Promise<void> {
  await how.take(0, 1);
  await mkdir(to.folder.at(to.name), 0o700);
  const source = folderOf(await openFolder(`${way}/.`), sight);
  try {
    const copy = folderOf(await openFolder(to.folder.at(to.name)));
    try {
      for await (const { name } of namesIn(source)) {
        await copyTree({ folder: source, name }, { folder: copy, name }, how, depth + 1).catch(ifGone);
      }
      await dress(copy.handle, how.owner, mode);
    } finally {
      await copy.handle.close();
    }
  } finally {
    await source.handle.close();
  }
}

/** Of a link that is another thing by now the kernel says EINVAL. */
function ifGone(error: unknown): undefined {
  if (!["ENOENT", "EINVAL"].includes(codeOf(error))) throw error;
}

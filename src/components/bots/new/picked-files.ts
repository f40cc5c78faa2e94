/** A file to upload, and where it goes in the bot's folder. */
export type PickedFile = { path: string; file: File };

/** What a person picked, without what Botyard makes anew or never needs. */
export type Picked = { files: PickedFile[]; leftOut: number };

const needless = new Set(["node_modules", ".git", ".venv", "venv", "__pycache__", ".DS_Store", "Thumbs.db"]);

/** Files chosen with a button; those of a chosen folder come with their path in it. */
export const fromInput = (list: Iterable<File>): Picked =>
  tidy([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));

/**
 * Files and folders dropped on the page. Must be called while the drop is handled: the browser forgets the items after
 * that, so every entry is taken before the first wait.
 */
export async function fromDrop(transfer: DataTransfer): Promise<Picked> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  // A browser without entries still hands over plain files.
  if (entries.length === 0) return fromInput(transfer.files);
  const found: PickedFile[] = [];
  let leftOut = 0;
  for (const entry of entries) leftOut += await walk(entry, found);
  const picked = tidy(found);
  return { files: picked.files, leftOut: picked.leftOut + leftOut };
}

async function walk(entry: FileSystemEntry, into: PickedFile[]): Promise<number> {
  if (isFile(entry)) {
    into.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry) });
    return 0;
  }
  if (!isFolder(entry)) return 0;
  // Not even opened: node_modules alone may hold 50,000 files.
  if (needless.has(entry.name)) return 1;
  let leftOut = 0;
  const reader = entry.createReader();
  for (;;) {
    // A reader hands out a hundred at a time and nothing at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return leftOut;
    for (const inner of some) leftOut += await walk(inner, into);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((done, failed) => entry.file(done, failed));

/** Drops what is needless, and the folder that holds everything: `my-bot/index.js` alone becomes `index.js`. */
export function tidy(all: readonly PickedFile[]): Picked {
  const kept = all.filter(({ path }) => !path.split("/").some((part) => needless.has(part)));
  const top = kept[0]?.path.split("/")[0];
  const wrapped = kept.length > 0 && kept.every(({ path }) => path.startsWith(`${top}/`));
  const files = wrapped ? kept.map(({ path, file }) => ({ path: path.slice(`${top}/`.length), file })) : kept;
  return { files, leftOut: all.length - kept.length };
}

/** Bytes of all of them. */
export const sizeOf = (files: readonly PickedFile[]) => files.reduce((sum, { file }) => sum + file.size, 0);

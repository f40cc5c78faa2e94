/** A file to send, and its path from the folder that it goes to. */
export type PickedFile = { path: string; file: File };

/** What a person picked. `folders`: those that nothing lies in. */
export type Picked = { files: PickedFile[]; folders: string[] };

/** Files chosen with a button; those of a chosen folder come with their path in it. A browser tells of no empty folders there. */
export const fromInput = (list: Iterable<File>): Picked => ({
  files: [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
  folders: [],
});

/**
 * Files and folders dropped on the page, all of them. Must be called while the drop is handled: the browser forgets the items after that,
 * so every entry is taken before the first wait. What `leave` names is not even opened: node_modules alone may hold 50,000 files.
 */
export async function fromDrop(
  transfer: Pick<DataTransfer, "items" | "files">,
  leave: (name: string) => boolean = () => false,
): Promise<Picked & { leftOut: number }> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  // A browser without entries still hands over plain files.
  if (entries.length === 0) return { ...fromInput(transfer.files), leftOut: 0 };
  const found = { files: [], folders: [], leftOut: 0 };
  for (const entry of entries) await walk(entry, found, leave);
  return found;
}

async function walk(
  entry: FileSystemEntry,
  found: Picked & { leftOut: number },
  leave: (name: string) => boolean,
): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry)) {
    const file = await new Promise<File>((done, failed) => entry.file(done, failed));
    found.files.push({ path, file });
    return;
  }
  if (!isFolder(entry)) return;
  if (leave(entry.name)) {
    found.leftOut += 1;
    return;
  }
  const reader = entry.createReader();
  for (let empty = true; ; empty = false) {
    // A reader hands out a hundred at a time and nothing at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) {
      if (empty) found.folders.push(path);
      return;
    }
    for (const inner of some) await walk(inner, found, leave);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** What the system calls the things that are dropped, before they are read. */
export const namesDropped = ({ items }: Pick<DataTransfer, "items">): string[] =>
  [...items].flatMap((item) =>
    item.kind === "file" ? (item.webkitGetAsEntry()?.name ?? item.getAsFile()?.name ?? []) : [],
  );

/** Lets a person choose files, or a whole folder; with nothing in it when they choose none. */
export function chooseFiles(what: "files" | "folder"): Promise<Picked> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  // The types do not know this attribute, every browser does.
  if (what === "folder") input.setAttribute("webkitdirectory", "");
  return new Promise((done) => {
    input.addEventListener("change", () => done(fromInput(input.files ?? [])));
    input.addEventListener("cancel", () => done({ files: [], folders: [] }));
    input.click();
  });
}

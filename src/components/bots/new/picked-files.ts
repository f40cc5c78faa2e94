import * as dropped from "#client/dropped";

/** A file to upload, and where it goes in the bot's folder. */
export type PickedFile = dropped.PickedFile;

/** What a person picked, without what Botyard makes anew or never needs. */
export type Picked = { files: PickedFile[]; leftOut: number };

const needless = new Set(["node_modules", ".git", ".venv", "venv", "__pycache__", ".DS_Store", "Thumbs.db"]);

/** Files chosen with a button. */
export const fromInput = (list: Iterable<File>): Picked => tidy(dropped.fromInput(list).files);

/** Files and folders dropped on the page. Must be called while the drop is handled. */
export async function fromDrop(transfer: DataTransfer): Promise<Picked> {
  const { files, leftOut } = await dropped.fromDrop(transfer, (name) => needless.has(name));
  const picked = tidy(files);
  return { files: picked.files, leftOut: picked.leftOut + leftOut };
}

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

import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { unsafePath } from "../../incoming/paths";
import { codeOf, type Folder, holdNamed, inside, namesIn, wayTo } from "../open";

/** Takes one thing after another; a file is open for as long as the visit of it lasts. */
export type Visitor = {
  folder(path: string, stat: Stats): Promise<void>;
  file(path: string, stat: Stats, file: FileHandle): Promise<void>;
};

/**
 * Goes through a thing of a folder and all that lies in it, folders before what they hold. Left out are links, FIFOs, devices, what goes
 * away meanwhile, and names that we would refuse in an archive.
 */
export async function visit(folder: Folder, name: string, path: string, visitor: Visitor): Promise<void> {
  if (unsafePath(path) !== undefined) return;
  const held = await holdNamed(folder, name).catch(ifGone);
  if (!held) return;
  let stat: Stats;
  try {
    stat = await held.stat();
    if (stat.isFile()) {
      const file = await open(wayTo(held), constants.O_RDONLY);
      return await visitor.file(path, stat, file).finally(() => file.close());
    }
  } finally {
    await held.close();
  }
  if (!stat.isDirectory()) return;
  await inside(folder, name, async (inner) => {
    await visitor.folder(path, stat);
    await visitAll(inner, `${path}/`, visitor);
  });
}

/** The same for all that lies in a folder; `above` goes before each path. */
export async function visitAll(folder: Folder, above: string, visitor: Visitor): Promise<void> {
  for await (const { name } of namesIn(folder)) {
    if (typeof name === "string") await visit(folder, name, above + name, visitor);
  }
}

function ifGone(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

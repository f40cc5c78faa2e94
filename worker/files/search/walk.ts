import { closeSync } from "node:fs";
import { LEFT_OUT } from "#contracts/file-search";
import { DEEPEST, type Parts, pathOf } from "../path";
import { namesIn, openFolderIn } from "./open";

/** A file or folder that the walk came by. `folder` is the one it lies in, open until the next step. */
export type Met = { path: string; name: string; kind: "file" | "folder"; folder: number };

/** Characters of a path that a client may name, see filePath. */
const LONGEST = 4_096;
const leftOut = new Set(LEFT_OUT);

type Walk = {
  /** The path of the folder to walk in. */
  above: Parts;
  /** The path below it to go on with; what comes before is passed over. */
  from: Parts;
  everywhere: boolean;
  /** Whether a path does not exist for who asks. */
  hides?: ((path: string) => boolean) | undefined;
};

/**
 * Files and folders below an open folder. Names come in the order of their UTF-16 units, each folder before what is in it; so a path
 * says where to go on, whatever came and went meanwhile. Links and what is neither file nor folder are left out.
 */
export function* walk(folder: number, { above, from, everywhere, hides }: Walk): Generator<Met> {
  const [first = "", ...rest] = from;
  const found = namesIn(folder)
    .filter((one) => one.name >= first && (one.isFile() || one.isDirectory()))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const one of found) {
    const { name } = one;
    const parts = [...above, name];
    const path = pathOf(parts);
    // A name that is no UTF-8 leads nowhere by its letters.
    if (path.length > LONGEST || name.includes("\ufffd") || hides?.(path)) continue;
    if (one.isFile()) {
      yield { path, name, kind: "file", folder };
      continue;
    }
    if (!everywhere && leftOut.has(name)) continue;
    // On the way to where to go on, a folder itself was met before.
    const on = name === first ? rest : [];
    if (on.length === 0) yield { path, name, kind: "folder", folder };
    if (parts.length === DEEPEST) continue;
    const inner = openFolderIn(folder, name);
    if (inner === undefined) continue;
    try {
      yield* walk(inner, { above: parts, from: on, everywhere, hides });
    } finally {
      closeSync(inner);
    }
  }
}

import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "#contracts/errors";
import { showBytes, topFolder } from "../incoming/paths";
import { openZip, type Zip, type ZipMember } from "../incoming/zip";

/** Entries of one zip at most. */
export const ENTRY_LIMIT = 20_000;

/**
 * Unpacks a zip into `folder`, which must not exist: whole, or not at all. First every name and kind is looked at,
 * then bytes are written beside it and counted as they come out, whatever the headers claim; last comes one rename.
 */
export async function unpack(
  path: string,
  folder: string,
  limits: { bytes: number; signal: AbortSignal },
): Promise<void> {
  const partial = `${folder}.partial`;
  const zip = await openZip(path, ENTRY_LIMIT);
  try {
    const { files, folders } = lifted(zip);
    await mkdir(partial, { recursive: true });
    for (const inner of folders) await mkdir(join(partial, inner), { recursive: true });
    await write(zip, files, partial, limits);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    zip.close();
  }
}

/** Without the one folder that everything lies in. */
function lifted({ files, folders }: Pick<Zip, "files" | "folders">): Pick<Zip, "files" | "folders"> {
  const top = topFolder(files.map(({ path }) => path));
  if (top === undefined || folders.some((folder) => folder !== top && !folder.startsWith(`${top}/`)))
    return { files, folders };
  const lift = (path: string) => path.slice(top.length + 1);
  return { files: files.map((one) => ({ ...one, path: lift(one.path) })), folders: folders.map(lift) };
}

async function write(
  zip: Zip,
  files: readonly ZipMember[],
  folder: string,
  { bytes, signal }: { bytes: number; signal: AbortSignal },
) {
  let total = 0;
  const tooBig = () => new AppError("archive_too_big", { limit: showBytes(bytes) });
  // An honest header saves the work; a lying one is caught below.
  if (files.reduce((sum, { size }) => sum + size, 0) > bytes) throw tooBig();
  const made = new Set<string>();
  for (const file of files) {
    const target = join(folder, file.path);
    const parent = dirname(target);
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    async function* counted() {
      for await (const piece of zip.read(file)) {
        total += piece.length;
        if (total > bytes) throw tooBig();
        yield piece;
      }
    }
    await pipeline(counted(), createWriteStream(target, { flags: "wx", mode: file.runs ? 0o755 : 0o644 }), { signal });
  }
}

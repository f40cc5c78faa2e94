import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, readlink } from "node:fs/promises";
import { AppError } from "#contracts/errors";
import { etagOf, sizeOf } from "../files/entries";
import type { Jail } from "../files/jail";
import { codeOf, inside, namesIn, statNamed } from "../files/open";
import { type Parts, partsOf, pathOf } from "../files/path";
import type { Entry } from "./tree";

/** What stands at a path now. `blocked`: something above it is no folder. */
export type There =
  | { kind: "none" }
  | { kind: "folder" }
  | { kind: "other" }
  | { kind: "blocked"; by: string }
  /** `etag` changes with its content; `mode`: its permission bits. */
  | { kind: "file" | "link"; etag: string; size: number; mode: number };

/** Looks at what stands at a path. */
export async function look(jail: Jail, path: string): Promise<There> {
  const parts = partsOf(path);
  try {
    return await jail.above(parts, async (folder, name): Promise<There> => {
      const stat = await statNamed(folder, name);
      if (!stat) return { kind: "none" };
      if (stat.isDirectory()) return { kind: "folder" };
      if (!stat.isFile() && !stat.isSymbolicLink()) return { kind: "other" };
      const kind = stat.isFile() ? "file" : "link";
      return { kind, etag: etagOf(stat), size: sizeOf(stat), mode: Number(stat.mode) & 0o7777 };
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "file_missing") return { kind: "none" };
    if (error.code === "file_not_folder") return { kind: "blocked", by: await blocker(jail, parts) };
    throw error;
  }
}

/** The first thing on the way to a path that is no folder. */
async function blocker(jail: Jail, parts: Parts): Promise<string> {
  for (let depth = 1; depth < parts.length; depth++) {
    const path = pathOf(parts.slice(0, depth));
    if ((await look(jail, path)).kind !== "folder") return path;
  }
  return pathOf(parts.slice(0, -1));
}

/** All that lies in a folder and is no folder, up to `most` of it; undefined when there is more. */
export async function filesIn(jail: Jail, path: string, most: number): Promise<string[] | undefined> {
  const found: string[] = [];
  const walk = async (folder: Parameters<typeof inside>[0], above: string): Promise<boolean> => {
    for await (const { name, isFolder } of namesIn(folder)) {
      const below = `${above}/${name.toString()}`;
      if (isFolder) {
        if ((await inside(folder, name, (inner) => walk(inner, below))) === false) return false;
      } else if (found.push(below) > most) return false;
    }
    return true;
  };
  return (await jail.folder(partsOf(path), (folder) => walk(folder, path))) ? found : undefined;
}

/** Says whether what stands at a path is what a commit has there. What was found is kept as long as the file stays as it is. */
export function createSameness(jail: Jail) {
  const known = new Map<string, { etag: string; oid: string; lenient: string | undefined }>();

  return async function isSame(path: string, there: There, entry: Entry): Promise<boolean> {
    if (there.kind !== entry.kind) return false;
    let seen = known.get(path);
    if (seen?.etag !== there.etag) {
      // A file of another size is another file, unless only its line ends differ; that is not worth reading a large one.
      if (there.kind === "file" && there.size !== entry.size && there.size > LENIENT_BYTES) return false;
      const algorithm = entry.oid.length === 40 ? "sha1" : "sha256";
      const names = await nameContent(jail, path, there.size, algorithm).catch((error: unknown) => {
        if (error instanceof AppError || codeOf(error) !== "") return undefined;
        throw error;
      });
      if (!names) return false;
      seen = { etag: there.etag, ...names };
      known.set(path, seen);
    }
    return seen.oid === entry.oid || seen.lenient === entry.oid;
  };
}

const LENIENT_BYTES = 1024 * 1024;

/** The name that git gives a content; `lenient` the one it had if its lines ended as on Linux. */
async function nameContent(jail: Jail, path: string, size: number, algorithm: string) {
  const parts = partsOf(path);
  const link = await jail.above(parts, async (folder, name) => {
    const stat = await statNamed(folder, name);
    return stat?.isSymbolicLink() ? await readlink(folder.at(name), { encoding: "buffer" }) : undefined;
  });
  if (link) return { oid: nameOf(algorithm, link), lenient: undefined };
  return jail.file(parts, constants.O_RDONLY, async (file) => {
    if (size > LENIENT_BYTES) return { oid: await nameLarge(algorithm, file, size), lenient: undefined };
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    const content = bytes.subarray(0, bytesRead);
    const text = content.includes("\r\n") ? content.toString("latin1").replaceAll("\r\n", "\n") : undefined;
    return {
      oid: nameOf(algorithm, content),
      lenient: text === undefined ? undefined : nameOf(algorithm, Buffer.from(text, "latin1")),
    };
  });
}

const nameOf = (algorithm: string, content: Buffer): string =>
  createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest("hex");

async function nameLarge(algorithm: string, file: FileHandle, size: number): Promise<string> {
  const hash = createHash(algorithm).update(`blob ${size}\0`);
  const piece = Buffer.alloc(256 * 1024);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, size - done), done);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    done += bytesRead;
  }
  return hash.digest("hex");
}

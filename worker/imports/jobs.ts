import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BotSource } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Detection } from "#contracts/import";
import type { Template } from "#contracts/template";
import { refusalOfDisk } from "../files/refusals";
import { type CloneOptions, clone } from "../git/clone";
import { detectionOf, look } from "./look";
import { settle } from "./receive";
import type { Item } from "./shelf";
import { copyTemplate } from "./templates";
import { unpack } from "./zip";

/** What a job brings: files under `<dir>/files` (but for a folder, which stays where it lies) and what they are. */
export type Brought = { source: BotSource; detection: Detection; bytes: number; files: number };

/** Copies a template. */
export async function bringTemplate(item: Item, templatesDir: string, template: Template): Promise<Brought> {
  const folder = join(item.dir, "files");
  await mkdir(item.dir);
  await copyTemplate(templatesDir, template.id, folder);
  const seen = await look(folder, []);
  return {
    ...seen,
    detection: detectionOf(template, seen.detection),
    source: { kind: "template", template: template.id },
  };
}

/** Unpacks the one zip, or gives the files their names. */
export async function bringUpload(item: Item, limitBytes: number): Promise<Brought> {
  const [incoming, folder] = [join(item.dir, "incoming"), join(item.dir, "files")];
  const paths = item.files.map(({ path }) => path);
  const zip = zipOf(item);
  if (zip === undefined) await settle(incoming, item.files, folder);
  else await unpack(join(incoming, "0"), folder, { bytes: limitBytes, signal: item.stop.signal });
  await rm(incoming, { recursive: true, force: true });
  const name = zip === undefined ? paths[0]?.split("/").slice(0, -1)[0] : basename(zip).replace(/\.zip$/i, "");
  const seen = await look(folder, name === undefined ? [] : [name]);
  return { ...seen, source: { kind: "upload", names: paths.slice(0, 20) } };
}

/** The path of the zip, when an upload is one zip and nothing else. */
export function zipOf({ files }: Pick<Item, "files">): string | undefined {
  const [first, ...more] = files;
  return first && more.length === 0 && /\.zip$/i.test(first.path) ? first.path : undefined;
}

/** Clones a repository. */
export async function bringGit(
  item: Item,
  options: Omit<CloneOptions, "folder" | "scratch" | "signal" | "onProgress">,
): Promise<Brought> {
  const [folder, scratch] = [join(item.dir, "files"), join(item.dir, "scratch")];
  const { branch, remote } = options;
  const { address } = remote;
  const { commit, warnings } = await clone({
    ...options,
    folder,
    scratch,
    signal: item.stop.signal,
    onProgress: (detail) => {
      if (item.status.state === "working") item.status = { state: "working", step: "clone", detail };
    },
  });
  await rm(scratch, { recursive: true, force: true });
  item.status = { state: "working", step: "look", detail: "" };
  const seen = await look(folder, [address.name]);
  const detection = { ...seen.detection, warnings: [...warnings, ...seen.detection.warnings].slice(0, 20) };
  return {
    ...seen,
    detection,
    source: { kind: "git", url: address.href, commit, ...(branch === undefined ? {} : { branch }) },
  };
}

/** Looks at a folder of this server. */
export async function bringFolder(path: string): Promise<Brought> {
  return { ...(await look(path, [basename(path)])), source: { kind: "folder", path } };
}

/** Turns what a job threw into a sentence; what the disk has against it has one of its own. */
export function asAppError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return refusalOfDisk(error, path) ?? new AppError("import_failed", { detail });
}

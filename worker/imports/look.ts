import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Detection } from "#contracts/import";
import type { Template } from "#contracts/template";
import { en } from "#contracts/words/en";
import { detect } from "./detect";
import { listFiles, type Seen } from "./tree";

const FILES = 5_000;
const FILE_BYTES = 256 * 1024;
const ALL_BYTES = 16 * 1024 * 1024;
const READ =
  /\.([cm]?[jt]sx?|py|json|toml|txt|ya?ml|cfg|ini|conf|env|md)$|^(Procfile|Dockerfile|\.nvmrc|\.node-version|\.env.*|config)$/i;

/** Looks at a folder of code: reads what is small and telling, then guesses. */
export async function look(
  folder: string,
  names: readonly string[],
): Promise<{ detection: Detection; bytes: number; files: number }> {
  const files: Seen[] = await listFiles(folder, { limit: FILES, skipBulk: true });
  let left = ALL_BYTES;
  for (const file of files) {
    if (!READ.test(basename(file.path)) || file.size > Math.min(FILE_BYTES, left)) continue;
    left -= file.size;
    // A file that cannot be read is not looked into; starting the bot will tell.
    file.text = await readFile(join(folder, file.path), "utf8").catch(() => undefined);
  }
  return {
    detection: detect(files, { node: process.versions.node, names }),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files: files.length,
  };
}

/** What a template says of itself goes before any guess. */
export function detectionOf(template: Template, guess: Detection): Detection {
  const { runtime, entry, title, token, readyLine } = template;
  return {
    ...guess,
    runtime,
    entry,
    entries: [
      { path: entry, runtime, why: en.detect.why.template },
      ...guess.entries.filter(({ path }) => path !== entry),
    ],
    name: title,
    warnings: [],
    tokenOptional: token === "none",
    ...(readyLine === undefined ? {} : { readyLine }),
  };
}

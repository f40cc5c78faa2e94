import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, constants, mkdir, open, readlink, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname } from "node:path";
import { AppError } from "#contracts/errors";
import { bareEnv } from "../bare-env";
import type { BotFolders } from "../ports/index";
import type { Passed } from "./passed";

/** Where programs of a machine are looked for, and what a bot finds on its PATH after its own runtime. */
export const systemDirs = ["/usr/local/bin", "/usr/bin", "/bin"] as const;

/** The first of these paths that can be run. */
export async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await canRun(path)) return path;
  return undefined;
}

async function canRun(path: string): Promise<boolean> {
  if (!(await exists(path, "file"))) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export async function exists(path: string, kind: "file" | "folder"): Promise<boolean> {
  return stat(path).then(
    (found) => (kind === "file" ? found.isFile() : found.isDirectory()),
    () => false,
  );
}

/** PATH out of folders, each once. */
export const pathOf = (...dirs: string[]): string => [...new Set([...dirs, ...systemDirs])].join(":");

/**
 * What must be readable for a program to run that lies outside /usr, as with nvm, pyenv or an archive in /opt: the folder that was
 * unpacked (bin, lib, include), or the program alone where that folder is somebody's home and holds more than programs.
 */
export async function readsOf(program: string): Promise<string[]> {
  const real = await realpath(program).catch(() => program);
  const reads = new Set<string>();
  for (const path of [program, real]) {
    if (systemDirs.some((dir) => dirname(path) === dir) || path.startsWith("/usr/")) continue;
    const folder = basename(dirname(path)) === "bin" ? dirname(dirname(path)) : dirname(path);
    const isHome = folder === homedir() || folder === "/root" || /^\/home\/[^/]*$/.test(folder) || folder === "/";
    if (!isHome) reads.add(folder);
    else for (const one of [path, `${folder}/lib/node_modules`]) if (await stat(one).catch(() => null)) reads.add(one);
  }
  return [...reads];
}

/** Files and folders that the environment of an install names (certificates, settings), as far as they are there. */
export async function readsNamed(passed: Passed): Promise<string[]> {
  const named = Object.values(passed).flatMap((value) => value.split(/\s+/).filter((word) => /^\/[^/]/.test(word)));
  const there = await Promise.all(named.map(async (path) => ((await stat(path).catch(() => null)) ? [path] : [])));
  return there.flat();
}

/** A home for the bot alone: a program that looks there must not find what lies in the home of the panel's user. */
export async function makeHome({ root }: BotFolders): Promise<string> {
  const home = `${root}/home`;
  await mkdir(home, { recursive: true, mode: 0o700 });
  return home;
}

/** What the program of an install is told in its own words, given a folder for its cache. */
const own = {
  npm: (cache: string) => ({ npm_config_cache: cache, npm_config_update_notifier: "false" }),
  pnpm: (cache: string) => ({ npm_config_cache: cache, npm_config_store_dir: `${cache}/store`, ...corepack(cache) }),
  yarn: (cache: string) => ({ YARN_CACHE_FOLDER: cache, YARN_ENABLE_GLOBAL_CACHE: "false", ...corepack(cache) }),
  pip: (cache: string) => ({
    PIP_CACHE_DIR: cache,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_PROGRESS_BAR: "off",
  }),
};
/** The newest version would need the keys that the newest corepack knows: take the one it was shipped to take. */
const corepack = (cache: string) => ({
  COREPACK_HOME: `${cache}/corepack`,
  COREPACK_ENABLE_DOWNLOAD_PROMPT: "0",
  COREPACK_DEFAULT_TO_LATEST: "0",
});

/** The environment of an install. Its cache is the bot's own: what one bot's install leaves there, another must not run. */
export async function installEnv(
  folders: BotFolders,
  install: { program: keyof typeof own; passed: Passed; path: string },
): Promise<Record<string, string>> {
  const { program, passed, path } = install;
  const cache = `${folders.root}/cache`;
  // What is unpacked and built is too much for a /tmp that lies in memory.
  await mkdir(`${cache}/tmp`, { recursive: true, mode: 0o700 });
  return {
    ...passed,
    PATH: path,
    HOME: await makeHome(folders),
    LANG: "C.UTF-8",
    // Nobody is there to answer.
    CI: "1",
    TMPDIR: `${cache}/tmp`,
    ...own[program](`${cache}/${program}`),
  };
}

/**
 * Reads a manifest, `file` being its name within the bot's folder; undefined when there is none. AppError manifest_unreadable for one
 * that cannot be read, or that leads out of the folder: we may read more than the bot may, and a complaint about a file quotes it.
 */
export async function readManifest(path: string, file: string): Promise<string | undefined> {
  const limit = 16 * 1024 * 1024;
  const unreadable = (detail: string) => new AppError("manifest_unreadable", { file, detail });
  if (!(await stat(path).catch(() => undefined))) return undefined;
  const opened = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error.code ?? error.message);
  });
  try {
    // What is open is asked where it lies: the bot may be running, and its name lead elsewhere by now.
    const folder = await realpath(path.slice(0, -file.length)).catch(() => "");
    const real = await readlink(`/proc/self/fd/${opened.fd}`);
    if (!real.startsWith(`${folder}/`)) throw unreadable("it is a link that leads out of the bot's folder");
    const found = await opened.stat();
    if (!found.isFile()) throw unreadable("it is not a file");
    if (found.size > limit) throw unreadable("it is larger than 16 MB");
    return await opened.readFile("utf8");
  } finally {
    await opened.close();
  }
}

/** One hash of everything that decides what an install brings. */
export function hashOf(...parts: readonly (string | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** What a short question to a program answers; undefined when it fails or does not answer within 10 s. */
export function ask(program: string, args: readonly string[], cwd = "/"): Promise<string | undefined> {
  const options = { cwd, env: bareEnv({ PATH: pathOf(), LANG: "C.UTF-8" }), timeout: 10_000, maxBuffer: 1 << 22 };
  return new Promise((settle) => {
    execFile(program, args, options, (error, out) => settle(error ? undefined : out));
  });
}

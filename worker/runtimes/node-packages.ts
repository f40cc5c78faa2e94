import { dirname } from "node:path";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import type { BotFolders, InstallPlan } from "../ports/index";
import type { Passed } from "./passed";
import {
  exists,
  firstProgram,
  hashOf,
  installEnv,
  pathOf,
  readManifest,
  readsNamed,
  readsOf,
  systemDirs,
} from "./programs";

const packages = z.record(z.string(), z.unknown()).optional().catch(undefined);
const manifestShape = z.object({
  dependencies: packages,
  optionalDependencies: packages,
  devDependencies: packages,
  workspaces: z.unknown().optional(),
  packageManager: z.string().optional().catch(undefined),
});

/** One way to install: the lockfile that asks for it, the program, and its arguments given the lockfile's text. */
type Way = { lock: string; program: NodeProgram; args: (lock: string) => readonly string[] };
const nodeProgram = z.enum(["npm", "pnpm", "yarn"]);
export type NodeProgram = z.infer<typeof nodeProgram>;

export const quiet = ["--no-audit", "--no-fund"];
const npmCi = () => ["ci", ...quiet];
/** Whether a yarn.lock is of yarn 2 or later. */
export const isBerry = (lock: string): boolean => /^__metadata:/m.test(lock);
/** First match wins. */
const ways: readonly Way[] = [
  { lock: "package-lock.json", program: "npm", args: npmCi },
  { lock: "npm-shrinkwrap.json", program: "npm", args: npmCi },
  { lock: "pnpm-lock.yaml", program: "pnpm", args: () => ["install", "--frozen-lockfile"] },
  {
    lock: "yarn.lock",
    program: "yarn",
    // Yarn 2 and later say what version their lockfile has; yarn 1 does not know the word "immutable".
    args: (lock) => ["install", isBerry(lock) ? "--immutable" : "--frozen-lockfile"],
  },
];
/**
 * Without a lockfile. None is made: the folder is the bot's, and a new one would look like a change at the next start. Yarn 2 and later
 * know no way without; theirs is kept to from the next start on.
 */
const unlocked = (program: NodeProgram, isYarn1: boolean): readonly string[] => {
  if (program === "npm") return ["install", "--no-package-lock", ...quiet];
  return ["install", program === "pnpm" || isYarn1 ? "--no-lockfile" : "--no-immutable"];
};

export type NodeMachine = { node: string; passed: Passed };

/** Which program a Node bot's packages are installed by: as its lockfile says, or `packageManager` of its manifest; npm without either. */
export async function findWay(
  files: string,
): Promise<{ program: NodeProgram; args: readonly string[]; lock?: string }> {
  for (const way of ways) {
    const lock = await readManifest(`${files}/${way.lock}`, way.lock);
    if (lock !== undefined) return { program: way.program, args: way.args(lock), lock };
  }
  const text = await readManifest(`${files}/package.json`, "package.json");
  const named = /^(npm|pnpm|yarn)@(\d+)/.exec(manifestOf(text ?? "{}").packageManager ?? "");
  const program = nodeProgram.catch("npm").parse(named?.[1]);
  return { program, args: unlocked(program, named?.[2] === "1") };
}

/** How that program is run for a bot: its command line, what it must read, its environment. */
export async function tooling(folders: BotFolders, program: NodeProgram, { node, passed }: NodeMachine) {
  const command = await find(program, node);
  return {
    command,
    reads: [...(await readsOf(node)), ...(await readsOf(command[0])), ...(await readsNamed(passed))],
    env: await installEnv(folders, { program, passed, path: pathOf(dirname(node)) }),
  };
}

/** How the packages of a Node bot are installed; null when it has none. */
export async function packagesPlan(folders: BotFolders, machine: NodeMachine): Promise<InstallPlan | null> {
  const { files } = folders;
  const text = await readManifest(`${files}/package.json`, "package.json");
  if (text === undefined || !wantsInstall(text)) return null;

  const { program, args, lock } = await findWay(files);
  const settings = await readManifest(`${files}/.npmrc`, ".npmrc");
  const { command, reads, env } = await tooling(folders, program, machine);
  return {
    tool: `${program} ${args[0]}`,
    hash: hashOf(program, ...args, process.version, text, lock, settings),
    present: await exists(`${files}/node_modules`, "folder"),
    reads,
    steps: [{ argv: [...command, ...args], cwd: files, env }],
  };
}

function wantsInstall(text: string): boolean {
  const { dependencies, optionalDependencies, devDependencies, workspaces } = manifestOf(text);
  const named = [dependencies, optionalDependencies, devDependencies].some(
    (some) => Object.keys(some ?? {}).length > 0,
  );
  return named || workspaces !== undefined;
}

/** AppError manifest_unreadable. */
function manifestOf(text: string): z.infer<typeof manifestShape> {
  let read: unknown;
  try {
    read = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "";
    throw new AppError("manifest_unreadable", { file: "package.json", detail });
  }
  const parsed = manifestShape.safeParse(read);
  if (!parsed.success)
    throw new AppError("manifest_unreadable", { file: "package.json", detail: "it is not an object" });
  return parsed.data;
}

/** The program as it is run: npm by its own file under our Node, the others from the system or through corepack. */
async function find(program: NodeProgram, node: string): Promise<[string, ...string[]]> {
  const dirs = [dirname(node), ...systemDirs];
  if (program === "npm") {
    const lib = ["lib/node_modules", "share/nodejs"].flatMap((lib) => dirs.map((dir) => `${dirname(dir)}/${lib}`));
    for (const dir of lib) {
      const cli = `${dir}/npm/bin/npm-cli.js`;
      if (await exists(cli, "file")) return [node, cli];
    }
  }
  const direct = await firstProgram(dirs.map((dir) => `${dir}/${program}`));
  if (direct) return [direct];
  const corepack = program === "npm" ? undefined : await firstProgram(dirs.map((dir) => `${dir}/corepack`));
  if (corepack) return [corepack, program];
  throw new AppError("runtime_unavailable", { runtime: program });
}

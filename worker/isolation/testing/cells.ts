import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll } from "vitest";
import type { BotLimits } from "#contracts/bot";
import { bareEnv } from "../../bare-env";
import type { BotFolders, Isolation } from "../../ports/index";
import { entering, openIsolation } from "../index";

/* Two bots in a home, and a way to run what one likes in them. */

export const noLimits: BotLimits = { memoryMb: 0, cpuPercent: 0, processes: 0, openFiles: 0, diskMb: 0 };
/** Two bots with a file each, which is the other's business no more than the panel's. */
export const [one, two] = ["aaaaaaaaa1", "bbbbbbbbb2"];
/** The panel's home, and what keeps its bots apart. */
export let home: string;
export let isolation: Isolation;

export const isRoot = process.getuid?.() === 0;
/** What this machine offers; asked in a folder of its own, before there are tests to leave out. */
const { level, missing } = await mkdtemp(`${tmpdir()}/by-isolated-`).then(async (dir) => {
  await mkdir(`${dir}/worker`);
  const { report } = await openIsolation({ home: dir, say: () => {} });
  await rm(dir, { recursive: true });
  return report;
});
/** Whether bots are kept apart here at all. */
export const isApart = level !== "none";
/** Whether each bot must be a user of its own here: whoever runs this is root, and has what makes a sandbox. */
export const areUsers = isRoot && !missing.some(({ code }) => code === "bubblewrap");
if (!areUsers) console.warn("Bots as users of their own are not tried: that takes root and the package bubblewrap.");

/** What keeps them apart, as the next worker has it. */
export async function isolateAnew(): Promise<void> {
  isolation = await openIsolation({ home, say: () => {} });
}

export const foldersOf = (bot: string): BotFolders => {
  const root = `${home}/bots/${bot}`;
  return { root, files: `${root}/files`, venv: `${root}/venv`, runs: `${root}/runs` };
};

/** Opens a home for the tests of a file. */
export function openCells(): void {
  beforeAll(async () => {
    home = await mkdtemp(`${tmpdir()}/by-isolation-`);
    for (const folder of ["secrets", "run", "worker", "postgres/s"])
      await mkdir(`${home}/${folder}`, { recursive: true });
    await writeFile(`${home}/secrets/seal.key`, "the key of everything", { mode: 0o600 });
    for (const bot of [one, two]) {
      await mkdir(foldersOf(bot).files, { recursive: true });
      await writeFile(`${foldersOf(bot).files}/mine.txt`, `secret of ${bot}`);
      await writeFile(`${foldersOf(bot).root}/definition.json`, "{}");
    }
    await isolateAnew();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
}

let runs = 0;
/** Runs a command line the way a run is: through the groups, in the confinement. */
export async function start(
  bot: string,
  argv: readonly string[],
  options: { limits?: Partial<BotLimits>; files?: string; reads?: readonly string[] } = {},
) {
  const run = ++runs;
  const folders = { ...foldersOf(bot), ...(options.files && { files: options.files }) };
  const confinement = await isolation.confine({
    botId: bot,
    run,
    folders,
    limits: { ...noLimits, ...options.limits },
    reads: options.reads ?? [],
  });
  const [program, ...args] = entering(confinement, argv);
  const child = spawn(program, args, {
    cwd: folders.files,
    env: bareEnv({ PATH: "/usr/local/bin:/usr/bin:/bin", HOME: `${folders.root}/home` }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (bytes) => {
    out += bytes;
  });
  child.stderr.on("data", (bytes) => {
    out += bytes;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; out: string }>((settle) =>
    child.once("close", (code, signal) => settle({ code, signal, out })),
  );
  return { run, confinement, child, ended, output: () => out, release: () => isolation.release(bot, run) };
}

/** Runs a script of the shell in a bot, to its end. */
export async function sh(text: string, args: readonly string[] = [], options: Parameters<typeof start>[2] = {}) {
  const { ended, release } = await start(one, ["/bin/sh", "-c", text, "bot", ...args], options);
  const result = await ended;
  release();
  return { ...result, out: result.out.trim() };
}

/** Runs a program in the bot and answers with what it said. */
export const node = (text: string, args: readonly string[] = []) => sh('exec node -e "$@"', [text, ...args]);

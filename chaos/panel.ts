import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { homePaths } from "#contracts/home";
import { freePort } from "../tests/support/free-port";
import { environment } from "./env";
import type { Part } from "./plan";
import { commandLine, everyPid, hasEnv, lookAt, type Proc } from "./proc";

const root = process.cwd();

/** A panel as a person runs it: the built web and worker under PM2, a Postgres of its own, and the launcher that minds them. */
export type Panel = {
  url: string;
  gatewayPort: number;
  home: string;
  /** The secret that opens the API to the owner of this home. */
  key: string;
  /** The process of a part, if it lives. */
  find(part: Part): Proc | undefined;
  /** Whether the launcher still minds it. */
  isMinded(): boolean;
  /** Ctrl-C, and then whatever still runs; true when the launcher ended by itself and well. */
  end(): Promise<boolean>;
};

export type PanelOptions = { folder: string; home: string; botFolders: string };

/** How long it may take to come up, ms. */
const UP_MS = 180_000;
/** After this it is told once more to end, and after as long again it is made to, ms. */
const HURRY_MS = 60_000;

export async function startPanel({ folder, home, botFolders }: PanelOptions): Promise<Panel> {
  const program = join(folder, "program");
  copyProgram(program);
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const env = environment({
    BOTYARD_HOME: home,
    BOTYARD_HOST: "127.0.0.1",
    PORT: String(port),
    BOTYARD_GATEWAY_PORT: String(gatewayPort),
    BOTYARD_SFTP_PORT: "off",
    BOTYARD_FOLDERS: botFolders,
  });
  const launch = (what: string) => {
    // A group of its own: Ctrl-C reaches us alone, and we end things in order.
    const child = spawn(process.execPath, [join(root, "chaos/launch.mjs"), program, what], {
      cwd: root,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => appendFileSync(join(folder, "launcher.log"), bytes));
    return child;
  };
  const launcher = launch("run");
  const ended = exitOf(launcher);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    launcher.stdout.on("data", (bytes) => {
      said += bytes;
      if (said.includes(`ready at ${url}`)) resolve();
    });
    launcher.stderr.on("data", (bytes) => {
      said += bytes;
    });
    void ended.then((code) => reject(new Error(`the launcher ended with ${code}:\n${said}`)));
    setTimeout(() => reject(new Error(`not up after ${UP_MS} ms:\n${said}`)), UP_MS).unref();
  }).catch(async (error) => {
    launcher.kill("SIGINT");
    await ended;
    await exitOf(launch("stop"));
    throw error;
  });
  const paths = homePaths(home);
  return {
    url,
    gatewayPort,
    home,
    key: readFileSync(paths.cliKey, "utf8").trim(),
    find: (part) => findPart(part, home),
    isMinded: () => launcher.exitCode === null && launcher.signalCode === null,
    async end() {
      launcher.kill("SIGINT");
      const hurry = setTimeout(() => launcher.kill("SIGINT"), HURRY_MS);
      const lost = setTimeout(() => launcher.kill("SIGKILL"), 2 * HURRY_MS);
      const code = await ended;
      clearTimeout(hurry);
      clearTimeout(lost);
      await exitOf(launch("stop"));
      return code === 0;
    },
  };
}

/** Finds a part by what it wrote down, and believes that only of a process which is visibly of this home. */
function findPart(part: Part, home: string): Proc | undefined {
  const paths = homePaths(home);
  const ofPm2 = (pid: number) => hasEnv(pid, `PM2_HOME=${paths.pm2}`);
  const candidates = {
    pm2: () => [numberIn(`${paths.pm2}/pm2.pid`)].filter(ofPm2),
    postgres: () =>
      [numberIn(`${paths.postgres}/data/postmaster.pid`)].filter((pid) =>
        commandLine(pid).includes(`${paths.postgres}/data`),
      ),
    worker: () => programPids(paths.pm2, "botyard-worker"),
    web: () => programPids(paths.pm2, "botyard-web"),
  } as const satisfies Record<Part, () => number[]>;
  const [pid] = candidates[part]();
  return pid === undefined ? undefined : lookAt(pid);
}

/** By what PM2 gives its programs: on a full disk it cannot write their numbers down. A bot's environment has nothing of that. */
const programPids = (pm2: string, name: string): number[] =>
  everyPid().filter(
    (pid) => hasEnv(pid, `PM2_HOME=${pm2}`) && hasEnv(pid, `name=${name}`) && commandLine(pid)[0] !== "",
  );

// -1 for nothing: no process has that number.
function numberIn(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || -1;
  } catch {
    return -1;
  }
}

/** What the panel is made of, once built; the rest it has from the project's folder. */
function copyProgram(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of [
    "dist",
    ".next",
    "prisma/migrations",
    "templates",
    "package.json",
    "next.config.mjs",
    "ecosystem.config.js",
  ])
    cpSync(join(root, name), join(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.startsWith(join(root, ".next/cache")),
    });
  for (const name of ["node_modules", "src", "contracts", "tsconfig.json", "tsconfig.next.json"])
    symlinkSync(join(root, name), join(to, name));
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once("exit", resolve));

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { bareEnv } from "../bare-env";
import type { Confinement, LaunchSpec, LiveRun, Processes } from "../ports/index";
import { carriers } from "../testing/carriers";
import { openProcesses, type ProcessesOptions } from "./index";
import type { SmallWorker } from "./small-worker";

/* For the tests of this folder: one bot with a folder of its own, real processes, and a look for what is left. */

const fixtures = fileURLToPath(new URL("../../tests/fixtures/bots", import.meta.url));
const programs = { mjs: process.execPath, py: "/usr/bin/python3" } as const;

/** The command line of a fixture bot. */
export function bot(file: string, ...args: string[]): [string, ...string[]] {
  return [file.endsWith(".py") ? programs.py : programs.mjs, `${fixtures}/${file}`, ...args];
}

/** Waits for what the assertion says. */
export const soon = <T>(assertion: () => T | Promise<T>) => vi.waitFor(assertion, { interval: 10 });

export const isThere = (pid: number) => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

/** Living processes that are called this, whatever they carry. */
export function named(word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isThere(Number(name)))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "latin1").startsWith(`${word}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

export type Stage = Awaited<ReturnType<typeof createStage>>;

/** Workers to be killed while they launch, by themselves and by a spawner, which has to come up first: after so many ms. */
export const killedLaunching = [
  ...[0, 2, 4, 7, 10, 15, 25, 40].map((ms) => ({ few: 1, ms })),
  ...[20, 90, 120, 150, 200, 260].map((ms) => ({ few: 0, ms })),
];

export type StageOptions = {
  bootId?: string;
  isolation?: ProcessesOptions["isolation"];
  spawns?: ProcessesOptions["spawns"];
  /** What is put around every bot. */
  confinement?: (home: string) => Confinement;
};

export async function createStage(options: StageOptions = {}) {
  const home = await mkdtemp(`${tmpdir()}/by-process-`);
  const botId = Array.from({ length: 10 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
  const opened: Processes[] = [];
  const open = (over = options) => {
    const processes = openProcesses({ fifosDir: `${home}/fifos`, ...over });
    opened.push(processes);
    return processes;
  };
  const runsDir = `${home}/runs`;
  const spec = (argv: LaunchSpec["argv"], run = 1): LaunchSpec => ({
    botId,
    run,
    runDir: `${runsDir}/${run}`,
    cwd: home,
    argv,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home },
    ...(options.confinement && { confinement: options.confinement(home) }),
  });
  const output = (run = 1) => readFile(`${runsDir}/${run}/out.log`, "utf8");
  const stage = {
    home,
    botId,
    runsDir,
    spec,
    output,
    processes: open(),
    /** The worker is gone without a word, and the next one comes. */
    nextWorker(over = options): Processes {
      void stage.processes.close();
      stage.processes = open(over);
      return stage.processes;
    },
    /** Launches a fixture and waits for its "ready". */
    async launch(argv: LaunchSpec["argv"], run = 1): Promise<LiveRun> {
      const live = await stage.processes.launch(spec(argv, run));
      await soon(async () => expect(await output(run)).toContain("ready"));
      return live;
    },
    find: () => stage.processes.find(botId, runsDir),
    async alive(): Promise<LiveRun> {
      const found = await stage.find();
      if (found.kind !== "alive") throw new Error(`nothing is alive: ${JSON.stringify(found)}`);
      return found.live;
    },
    /** A worker of its own, adopting or launching this, which can be killed; settles with the pid of its bot. `as`: setpriv. */
    async workerWith(argv: LaunchSpec["argv"], run = 1, as: string[] = []) {
      const { child, gone, says } = smallWorker({ spec: spec(argv, run), few: 0 }, as);
      return { child, pid: Number((await says(/^(\d+)\n/m))[1]), gone };
    },
    /** A worker that is killed -9 so many ms after it began to launch this; settles when it is gone. `few`: see openSpawns. */
    async workerKilledLaunching(argv: LaunchSpec["argv"], { run, ms, few }: { run: number; ms: number; few: number }) {
      const { child, gone, says } = smallWorker({ spec: spec(argv, run), few });
      await says(/^launching\n/m);
      await new Promise((go) => setTimeout(go, ms));
      child.kill("SIGKILL");
      await gone;
    },
    async end() {
      await stage.processes.killAll(botId);
      const left = carriers(botId);
      for (const processes of opened) await processes.close();
      await rm(home, { recursive: true, force: true });
      for (const pid of left) process.kill(pid, "SIGKILL");
      expect(left, "processes were left over").toEqual([]);
    },
  };
  return stage;
}

/** See small-worker.ts. */
function smallWorker(asked: SmallWorker, as: readonly string[] = []) {
  const program = fileURLToPath(new URL("./small-worker.ts", import.meta.url));
  const [first = "", ...rest] = [...as, process.execPath, "--import", "tsx", program, JSON.stringify(asked)];
  const env = bareEnv({ PATH: "/usr/bin:/bin" });
  const child = spawn(first, rest, { stdio: ["ignore", "pipe", "inherit"], env, detached: true });
  let said = "";
  child.stdout.on("data", (bytes) => {
    said += bytes;
  });
  const gone = new Promise<void>((settle) => child.once("exit", () => settle()));
  const says = (what: RegExp) =>
    soon(() => {
      const found = what.exec(said);
      if (!found) throw new Error(`the worker said ${JSON.stringify(said)}`);
      return found;
    });
  return { child, gone, says };
}

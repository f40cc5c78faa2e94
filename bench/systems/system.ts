import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { path } from "../env";
import type { Tally } from "../measure/lines";
import { BENCH_COMM, CHILD_COMM, isAlive, MARK, type Marked, marked } from "../measure/processes";
import { now, sleep, until } from "../measure/time";
import { recordsOf, type Told } from "../workload/records";

/** One child that a supervisor is to run: the program, then mode and its arguments. */
export type App = { id: string; argv: readonly [string, ...string[]]; mode: string; values: readonly string[] };

/** What a scenario asks of the configuration beyond the defaults. */
export type Wanted = {
  /** Keep every line, so that they can be counted; otherwise each supervisor's own default bounds. */
  keepAll?: boolean;
};

/**
 * One supervisor, driven as its users drive it. A session: `boot` (nothing runs yet), commands, `crash` and `bootAgain`, `end`.
 * Whatever it starts carries the session's mark.
 */
export interface System {
  /** Starts it, knowing its apps, none of them running. */
  boot(apps: readonly App[], wanted?: Wanted): Promise<void>;
  /** Its ordinary command for all of them; settles when the command returns. */
  all(command: "start" | "stop" | "restart"): Promise<void>;
  /** Sees to it that `bootAgain` will know them, as a user does once (PM2's save). */
  remember(): Promise<void>;
  /** What is killed to see it crash: its topmost process. */
  root(): number;
  /** Starts it again after a crash, as its boot script would; settles when it answers. */
  bootAgain(): Promise<void>;
  /** Whether it looks after all of them again. */
  knowsAll(): Promise<boolean>;
  /** Counts the lines that it kept of a child. */
  count(id: string, into: Tally): Promise<void>;
  /** Where its logs lie, for their size. */
  logFolders(): string[];
  /** Whether work on its logs is put off until they are calm. */
  putOff?(): boolean;
  /** The file that a child tells in. */
  recordFile(id: string): string;
  /** Lets go of connections. The processes are ended by the session. */
  end(): Promise<void>;
  /** Once they are: removes what it made outside of its folder. */
  leave?(): void;
}

/** What a system is built with: a folder of its own and the mark for everything it starts. */
export type Place = { dir: string; mark: string };

/** The environment of what a supervisor is started with. */
export const environment = (place: Place, more: Record<string, string> = {}): NodeJS.ProcessEnv =>
  Object.assign(Object.create(null), {
    PATH: path(),
    HOME: place.dir,
    LANG: "C.UTF-8",
    [MARK]: place.mark,
    ...more,
  });

/** Starts a program that outlives the call, its output in a file; answers its pid. */
export function daemon(argv: readonly [string, ...string[]], place: Place, env = environment(place)): number {
  const log = openSync(`${place.dir}/daemon.log`, "a");
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd: place.dir, env, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  return child.pid;
}

/** Of what a program says so much is kept, characters: PM2 describes 300 bots in a megabyte. */
const LONGEST = 4_000_000;

/** Runs a program to its end; answers its output. A failure is an error with the last it said. */
export function runTool(
  argv: readonly [string, ...string[]],
  place: Place,
  env = environment(place),
  mayFail = false,
): Promise<string> {
  const [program, ...args] = argv;
  return new Promise((settle, fail) => {
    const child = spawn(program, args, { cwd: place.dir, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-LONGEST);
      });
    }
    child.once("error", fail);
    child.once("close", (code) => {
      if (code === 0 || mayFail) settle(said);
      else fail(new Error(`${program} ended with ${code}: ${said.trim().slice(-400)}`));
    });
  });
}

/** A supervisor under measurement: its processes told apart from the children by their names. */
export class Session {
  constructor(
    readonly system: System,
    readonly place: Place,
    readonly apps: readonly App[],
  ) {}

  /** Everything of this session that is alive. */
  all = (): Marked[] => marked(this.place.mark);
  /** The supervisor and whatever it keeps beside each child. */
  helpers = (): number[] => this.all().flatMap(({ pid, comm }) => (comm.startsWith(BENCH_COMM) ? [] : [pid]));
  children = (): Marked[] => this.all().filter(({ comm }) => comm === CHILD_COMM);
  records = (id: string): Told[] => recordsOf(this.system.recordFile(id));

  /** Lets flooding children begin. */
  go(): void {
    for (const { id } of this.apps) writeFileSync(`${this.system.recordFile(id)}.go`, "");
  }

  /** Commands all of them and waits until each began a life after this moment; answers how long that took, ms. */
  async startedBy(command: "start" | "restart", withinMs = 60_000): Promise<number> {
    const begun = now();
    const [took] = await Promise.all([this.lives(begun, withinMs), this.system.all(command)]);
    return took;
  }

  /** Waits until every child began a life after `begun`; answers how long after it the last one did, ms. */
  async lives(begun: bigint, withinMs: number): Promise<number> {
    let last = begun;
    let pending = this.apps.map(({ id }) => id);
    await until(
      `${pending.length} children to start`,
      () => {
        pending = pending.filter((id) => {
          const born = this.records(id).find(({ kind, ns }) => kind === "S" && ns > begun);
          if (born && born.ns > last) last = born.ns;
          return !born;
        });
        return pending.length === 0;
      },
      { withinMs, everyMs: 50 },
    );
    return Number(last - begun) / 1e6;
  }

  /** Stops all of them; answers after how many ms the last was gone. */
  async stopped(withinMs = 90_000): Promise<number> {
    let left = this.children().map(({ pid }) => pid);
    const begun = now();
    const gone = until(
      `${left.length} children to end`,
      () => {
        left = left.filter(isAlive);
        return left.length === 0 && now();
      },
      { withinMs, everyMs: 5 },
    );
    const [at] = await Promise.all([gone, this.system.all("stop")]);
    return Number(at - begun) / 1e6;
  }

  /** Ends everything of the session, by pid. */
  async end(): Promise<void> {
    await this.system.end().catch(() => {});
    await endMarked(this.place.mark);
    this.system.leave?.();
  }
}

/** Kills every process whose mark begins so, until none is left. */
export async function endMarked(prefix: string): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const left = marked(prefix).filter(({ pid }) => isAlive(pid));
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone meanwhile.
      }
    }
    await sleep(20);
  }
  throw new Error("processes of the bench could not be ended");
}

/** A folder for records outside of any sandbox: what peers' children write to. */
export function recordFolder(place: Place): (id: string) => string {
  mkdirSync(`${place.dir}/records`, { recursive: true });
  return (id) => `${place.dir}/records/${id}`;
}

/** The whole command line of an app, as every supervisor but ours runs it. */
export const commandLine = (app: App, recordFile: string): string[] => [
  ...app.argv,
  app.mode,
  app.id,
  recordFile,
  ...app.values,
];

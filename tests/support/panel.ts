import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Every runner is started in the project's own folder.
const root = process.cwd();

/** A real panel, started as a person starts it, in a home of its own. */
export type Panel = {
  url: string;
  home: string;
  /** What `npm start` has printed so far. */
  output(): string;
  /** The one-time setup link, when it printed one. */
  setupLink(): string | null;
  /** Ctrl-C, and wait until it has ended. */
  interrupt(): Promise<number | null>;
  /** Runs the command line against it. */
  cli(args: readonly string[], input?: string): Promise<{ code: number; out: string; err: string }>;
};

export const makeHome = (): string => mkdtempSync(join(tmpdir(), "by-"));

/** Starts the panel and waits for its "ready" line; fails with all it printed. */
export async function startPanel(home: string, port: number, env: Record<string, string> = {}): Promise<Panel> {
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    env: { ...process.env, BOTYARD_HOME: home, PORT: String(port), BOTYARD_SFTP_PORT: "0", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    const take = (bytes: Buffer) => {
      printed += bytes;
      if (printed.includes(`http://127.0.0.1:${port}`)) resolve();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    output: () => printed,
    setupLink: () => /http\S+\/setup#\S+/.exec(printed)?.[0] ?? null,
    interrupt: () => stop(child, ended),
    cli: (args, input) => runCli(home, args, input),
  };
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill("SIGINT");
  return ended;
}

/** `npm stop --bots stop` on a home, whatever still runs there, and the folder away. */
export async function endPanel(home: string): Promise<void> {
  await run(process.execPath, ["scripts/stop.mjs", "--bots", "stop"], { BOTYARD_HOME: home });
  rmSync(home, { recursive: true, force: true });
}

const runCli = (home: string, args: readonly string[], input = "") =>
  run(process.execPath, ["bin/botyard", ...args], { BOTYARD_HOME: home, BOTYARD_URL: "", BOTYARD_TOKEN: "" }, input);

function run(program: string, args: readonly string[], env: Record<string, string>, input = "") {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(program, args, { cwd: root, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err }),
    );
    child.stdin?.end(input);
  });
}

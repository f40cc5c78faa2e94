import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { root } from "./sources";

/** The command line as it is built: it starts in a third of the time that its sources take. */
const built = import(join(root, "scripts/steps/bundle.mjs")).then(({ bundle }) => bundle("cli"));
const program = join(root, "dist", "cli.mjs");

export type Ended = { code: number | null; out: string; err: string };

/** Where it is, to be started by something else. */
export async function cliProgram(): Promise<string> {
  await built;
  return program;
}

/** Runs it as a program of its own, from the root of the sources. `seen` hears of it once it is started. */
export async function runCli(
  args: readonly string[],
  { env, input = "", seen }: { env: NodeJS.ProcessEnv; input?: string; seen?: (child: ChildProcess) => void },
): Promise<Ended> {
  const child = spawn(process.execPath, [await cliProgram(), ...args], { cwd: root, env });
  seen?.(child);
  // One that ends before it has read all is no failure of the test.
  child.stdin.on("error", () => {}).end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

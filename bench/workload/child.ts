import { execFile } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { path } from "../env";

const run = promisify(execFile);
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The Node program that behaves as the small child does. */
export const nodeChild = [process.execPath, beside("node-child.mjs")] as const;

/** What the supervisors run: the program's command line, to which mode, id, record file and more are appended. */
export type Child = { argv: readonly [string, ...string[]]; small: boolean };

/** Compiles the small child into a folder; where there is no C compiler the children are Node programs. */
export async function makeChild(folder: string): Promise<Child> {
  // A folder of its own that everybody may read: it is all that an isolated bot sees of this.
  const program = `${folder}/program/bench-child`;
  try {
    mkdirSync(`${folder}/program`);
    chmodSync(`${folder}/program`, 0o755);
    await run("cc", ["-O2", "-o", program, beside("child.c")], { env: { PATH: path(), NODE_ENV: "production" } });
    return { argv: [program], small: true };
  } catch {
    return { argv: nodeChild, small: false };
  }
}

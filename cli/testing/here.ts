import { CommanderError } from "commander";
import { vi } from "vitest";
import { DryRun } from "../dry-run";
import { Failure } from "../failure";
import { makeProgram } from "../program";

/** How a command ended, and what it said; `code` of a failure. */
export type Ended = { exit: number; out: string; err: string; code?: string };

/** Runs a command in this process: forty times a program of its own would take a minute. */
export async function runHere(...args: readonly string[]): Promise<Ended> {
  const ended: Ended = { exit: 0, out: "", err: "" };
  const into = (where: "out" | "err") => (part: string | Uint8Array) => {
    ended[where] += Buffer.from(part).toString();
    return true;
  };
  const out = vi.spyOn(process.stdout, "write").mockImplementation(into("out"));
  const err = vi.spyOn(process.stderr, "write").mockImplementation(into("err"));
  try {
    await makeProgram("0").parseAsync(args, { from: "user" });
    ended.exit = Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Failure) Object.assign(ended, { exit: error.exit, err: error.message, code: error.code });
    else if (error instanceof CommanderError) ended.exit = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof DryRun) ended.out = JSON.stringify(error);
    else throw error;
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
  return ended;
}

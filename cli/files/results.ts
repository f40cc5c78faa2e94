import { AppError, errorTable, isErrorCode } from "#contracts/errors";
import type { FileResult } from "#contracts/files";
import { type ExitCode, Failure } from "../failure";
import type { Output } from "../output";

type Failed = Extract<FileResult, { outcome: "failed" }>;

/** Says how each of many went. One alone that failed fails as any command; of several the exit code is the one they share, else 1. */
export function tellResults(output: Output, results: readonly FileResult[]): void {
  const failed = results.filter((one): one is Failed => one.outcome === "failed");
  const [first] = failed;
  if (first && results.length === 1) throw new Failure(first.code, sentence(first), exitOf(first));
  output.result({ results }, (value) => value.results.map(line));
  const exits = new Set(failed.map(exitOf));
  if (exits.size > 0) process.exitCode = exits.size === 1 ? [...exits][0] : 1;
}

function line(one: FileResult): string {
  if (one.outcome === "failed") return `${one.from}: failed, ${sentence(one)}`;
  if (one.outcome === "skipped") return `${one.from}: skipped, something of that name is there`;
  if (one.trash !== undefined) return `${one.from}: in the trash as ${one.trash}`;
  return one.path === one.from ? `${one.from}: done` : `${one.from} → ${one.path}`;
}

const sentence = ({ code, values }: Failed): string => (isErrorCode(code) ? new AppError(code, values).message : code);
const exitOf = ({ code }: Failed): ExitCode => (isErrorCode(code) ? errorTable[code].exit : 1);

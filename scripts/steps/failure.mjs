import { say } from "./progress.mjs";
import { StepFailed } from "./run.mjs";

/** Ends a script with exit code 1: an expected failure with its sentence alone, a bug with all that is known of it. */
export function report(error, isExpected = () => false) {
  process.exitCode = 1;
  // Takes a half-drawn step away.
  if (process.stdout.isTTY) say("");
  console.error(isExpected(error) || error instanceof StepFailed ? error.message : error);
}

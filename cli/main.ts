import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { DryRun } from "./dry-run";
import { Failure } from "./failure";
import { jsonOf, plain, say } from "./output";
import { makeProgram } from "./program";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
const program = makeProgram(String(version));

// A reader that went away (`botyard logs -f | head`) is an end, not an error; a full disk is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  say(`What was asked for could not be written: ${error.message}`);
  process.exit(1);
});

program.parseAsync(process.argv).catch((error: unknown) => {
  const isJson = process.argv.includes("--json");
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  if (error instanceof DryRun) {
    console.log(isJson ? jsonOf(error, 2) : plain(error.message));
    process.exit(0);
  }
  if (!(error instanceof Failure)) {
    // A mistake of ours, which others' text may have led to.
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  }
  console.error(isJson ? jsonOf({ error: { code: error.code, message: error.message } }) : plain(error.message));
  process.exit(error.exit);
});

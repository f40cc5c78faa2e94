import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { DryRun } from "./dry-run";
import { Failure } from "./failure";
import { plain } from "./output";
import { makeProgram } from "./program";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
const program = makeProgram(String(version));

// A reader that went away (`botyard logs -f | head`) is an end, not an error.
process.stdout.on("error", () => process.exit(0));

program.parseAsync(process.argv).catch((error: unknown) => {
  const isJson = process.argv.includes("--json");
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  if (error instanceof DryRun) {
    console.log(isJson ? JSON.stringify(error, null, 2) : plain(error.message));
    process.exit(0);
  }
  if (!(error instanceof Failure)) {
    console.error(error);
    process.exit(1);
  }
  console.error(
    isJson ? JSON.stringify({ error: { code: error.code, message: error.message } }) : plain(error.message),
  );
  process.exit(error.exit);
});

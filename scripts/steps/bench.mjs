import { join } from "node:path";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";
import { runOpen } from "./run.mjs";

/** npm run bench: measures Botyard beside its peers; see bench/README.md for what may be given. */
export async function main() {
  try {
    await ensureInstalled();
    const program = ["--import", "tsx", join(root, "bench/main.ts"), ...process.argv.slice(2)];
    process.exitCode = await runOpen(process.execPath, program);
  } catch (error) {
    report(error);
  }
}

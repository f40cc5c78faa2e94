import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";
import { runOpen } from "./run.mjs";

/** npm run bench [-- files]: measures Botyard beside its peers; see bench/README.md for what may be given. */
export async function main() {
  try {
    await ensureInstalled();
    const [first, ...rest] = process.argv.slice(2);
    const files = first === "files";
    if (files) process.env.CHROME_BIN = await ensureChromium();
    const given = files ? rest : process.argv.slice(2);
    const program = ["--import", "tsx", join(root, files ? "bench/files/main.ts" : "bench/main.ts"), ...given];
    process.exitCode = await runOpen(process.execPath, program);
  } catch (error) {
    report(error);
  }
}

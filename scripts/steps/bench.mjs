import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";
import { runOpen } from "./run.mjs";

/** What is measured apart from the peers. */
const own = ["files", "people"];

/** npm run bench [-- files | people]: measures Botyard beside its peers; see bench/README.md for what may be given. */
export async function main() {
  try {
    await ensureInstalled();
    const [first, ...rest] = process.argv.slice(2);
    const one = own.find((name) => name === first);
    if (one === "files") process.env.CHROME_BIN = await ensureChromium();
    const given = one ? rest : process.argv.slice(2);
    const program = ["--import", "tsx", join(root, one ? `bench/${one}/main.ts` : "bench/main.ts"), ...given];
    process.exitCode = await runOpen(process.execPath, program);
  } catch (error) {
    report(error);
  }
}

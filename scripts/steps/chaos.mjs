import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { bundle } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";

/**
 * npm run chaos [-- --minutes N --seed S --kills N --out FILE --as-built]: see chaos/README.md. With --as-built the web is taken
 * as it was built last.
 */
export async function main() {
  const given = process.argv.slice(2);
  try {
    if (given.includes("--as-built")) await bundle("worker", "launcher");
    else {
      await ensureInstalled();
      await ensureBuilt();
    }
    process.exitCode = await chaos(given);
  } catch (error) {
    report(error);
  }
}

/** Runs it and waits for it, also after Ctrl-C: it cleans up first. Resolves with the exit code. */
export function chaos(given) {
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "chaos/main.ts"), ...given], {
    cwd: root,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

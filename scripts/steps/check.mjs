import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say } from "./progress.mjs";
import { root } from "./root.mjs";
import { npmCommand, runQuiet, StepFailed } from "./run.mjs";

const program = (path) => join(root, "node_modules", path);

/** What must hold before a commit; each says on its own what is wrong. */
const checks = {
  "Format and lint (biome)": () =>
    runQuiet("biome", process.execPath, [program("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]),
  "Types (tsc)": () => runQuiet("tsc", process.execPath, [program("typescript/bin/tsc"), "--noEmit", "-p", "."]),
  "Lockfile (npm ci --dry-run)": checkLock,
  "Rooms and words (vitest)": () =>
    runQuiet("vitest", process.execPath, [program("vitest/vitest.mjs"), "run", ...houseTests()]),
};

const houseTests = () =>
  ["tests/architecture.test.ts", "tests/words.test.ts"].filter((path) => existsSync(join(root, path)));

// In a copy: npm ci would begin by removing node_modules if it took the dry run amiss.
async function checkLock() {
  const addresses = readFileSync(join(root, "package-lock.json"), "utf8").match(/"resolved": "https?:[^"]*"/g) ?? [];
  if (addresses.length)
    throw new StepFailed(`package-lock.json holds download addresses (${addresses[0]}). Run npm run lock.`);
  const folder = mkdtempSync(join(tmpdir(), "botyard-lock-"));
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"])
      copyFileSync(join(root, file), join(folder, file));
    await runQuiet("npm ci --dry-run", ...npmCommand("ci", "--dry-run", "--ignore-scripts"), { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm run check */
export async function main() {
  try {
    await ensureInstalled();
    const results = await Promise.allSettled(
      Object.entries(checks).map(async ([name, check]) => {
        const start = performance.now();
        const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
        try {
          await check();
          say(`✓ ${name} (${seconds()} s)`);
        } catch (error) {
          say(`✗ ${name} (${seconds()} s)`);
          throw error;
        }
      }),
    );
    const failures = results.filter(({ status }) => status === "rejected");
    for (const { reason } of failures) report(reason);
  } catch (error) {
    report(error);
  }
}

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { chaos } from "./chaos.mjs";
import { ensureChromium } from "./chromium.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say } from "./progress.mjs";
import { root } from "./root.mjs";
import { runOpen } from "./run.mjs";

const kinds = ["--unit", "--e2e", "--chaos"];

/** What CI does of npm run chaos: a longer run finds more. */
const CHAOS = ["--minutes", "3", "--seed", "1"];

/** The stories of every day; the others take longer and are told in CI, or when stories are asked for. */
const STORIES = ["panel"];
/** What takes longest of the rest, and stands on parts that are tried by themselves: likewise. */
const LONG = [
  "tests/api/programs.test.ts",
  "tests/api/streams.test.ts",
  "tests/cli/ingest.test.ts",
  "tests/cli/whole.test.ts",
  "tests/deploys/api.test.ts",
  "tests/environment.test.ts",
  "tests/files/cli.test.ts",
  "tests/proxies/proxies.test.ts",
  "tests/security/catalogue.test.ts",
  "tests/security/files-archives.test.ts",
  "tests/security/files.test.ts",
  "tests/security/matrix.test.ts",
  "tests/security/revocation.test.ts",
  "tests/security/sftp.test.ts",
  "tests/templates/basic-js.test.ts",
  "tests/token-in-file.test.ts",
  "tests/tools/bot-key.test.ts",
  "tests/tools/cancelled.test.ts",
  "worker/dependencies/npm.test.ts",
  "worker/dependencies/pip.test.ts",
  "worker/deploys/deploys.test.ts",
  "worker/deploys/full-disk.test.ts",
  "worker/deploys/killed.test.ts",
  "worker/deploys/limits.test.ts",
  "worker/files/killed.test.ts",
  "worker/files/listing.test.ts",
  "worker/files/search/hostile.test.ts",
  "worker/files/transfer/download.test.ts",
  "worker/files/transfer/killed.test.ts",
  "worker/git/ssh.test.ts",
  "worker/logs/flood.test.ts",
  "worker/logs/killed.test.ts",
  "worker/process/sandbox.test.ts",
  "worker/runtimes/python.test.ts",
];

/**
 * npm test: the everyday tests, installing what they need. `-- --unit` runs all without a browser, `-- --e2e` all those with one,
 * `-- --chaos` three minutes of chaos; in CI it is all of them. What else is given goes to the runner (a file, -t, …), which then
 * must be one of the first two.
 */
export async function main() {
  const given = process.argv.slice(2);
  const rest = given.filter((arg) => !kinds.includes(arg));
  const chosen = kinds.filter((flag) => given.includes(flag));
  const all = process.env.CI ? kinds : ["--unit", "--e2e"];
  const runs = chosen.length ? chosen : rest.length ? ["--unit"] : all;
  const folder = mkdtempSync(join(tmpdir(), "botyard-test-"));
  try {
    await ensureInstalled();
    await ensureBuilt();
    const totals = [];
    const whole = chosen.length > 0 || rest.length > 0 || process.env.CI;
    const filter = whole ? rest : LONG.map((file) => `--exclude=${file}`);
    if (runs.includes("--unit")) totals.push(await unit(join(folder, "unit.json"), filter));
    if (runs.includes("--e2e")) totals.push(await e2e(join(folder, "e2e.json"), whole ? rest : STORIES));
    // Counts as one test: its own report says what it found.
    if (runs.includes("--chaos"))
      totals.push(
        (await chaos(CHAOS)) === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
      );
    const sum = (name) => totals.reduce((all, one) => all + one[name], 0);
    const skipped = sum("skipped") ? `, ${sum("skipped")} skipped` : "";
    say(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
    if (sum("failed") > 0) process.exitCode = 1;
  } catch (error) {
    report(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unit(file, rest) {
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...rest];
  const code = await runOpen(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...args]);
  const result = read(file);
  // A file that could not even be loaded has no test that failed.
  const unloaded =
    result?.testResults.filter((one) => one.status === "failed" && one.assertionResults.length === 0) ?? [];
  return total(code, {
    passed: result?.numPassedTests,
    failed: (result?.numFailedTests ?? 0) + unloaded.length,
    skipped: result?.numPendingTests,
  });
}

async function e2e(file, rest) {
  const config = join(root, "tests/e2e/playwright.config.ts");
  if (!existsSync(config)) {
    say("There are no end-to-end tests yet.");
    return total(0, {});
  }
  const browser = await ensureChromium();
  const args = ["test", `--config=${config}`, `--reporter=list,json,${join(root, "tests/e2e/why.ts")}`, ...rest];
  const code = await runOpen(process.execPath, [join(root, "node_modules/@playwright/test/cli.js"), ...args], {
    env: { CHROME_BIN: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
  });
  const stats = read(file)?.stats;
  return total(code, {
    passed: stats?.expected,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    skipped: stats?.skipped,
  });
}

// A runner that ends badly without a failed test (it crashed, an error outside of tests) is one failure.
const total = (code, { passed = 0, failed = 0, skipped = 0 }) => ({
  passed,
  failed: failed === 0 && code !== 0 ? 1 : failed,
  skipped,
});

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

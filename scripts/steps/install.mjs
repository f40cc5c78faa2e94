import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { step } from "./progress.mjs";
import { root } from "./root.mjs";
import { npmCommand, runQuiet } from "./run.mjs";

// The lock that node_modules was installed from; gone with node_modules.
const stamp = join(root, "node_modules/.botyard-lock");

const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

/** Notes that node_modules is what the lock says; the root's postinstall does it last. */
export const markInstalled = () => writeFileSync(stamp, `${lockHash()}\n`);

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8").trim() === lockHash();

/** Installs the packages when they are missing or the lock has changed since. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    await step("Installing packages (npm ci)", () => runQuiet("npm ci", ...npmCommand("ci")));
    // Where npm is told to run no install scripts, ours did not run either.
    if (!isInstalled()) await postinstall();
  }
  if (!existsSync(join(root, "prisma/generated/client.ts"))) await postinstall();
}

const postinstall = () =>
  step("Preparing the database client", () =>
    runQuiet("scripts/postinstall.mjs", process.execPath, [join(root, "scripts/postinstall.mjs")]),
  );

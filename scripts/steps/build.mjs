import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { runQuiet } from "./run.mjs";
import { loadSettings } from "./settings.mjs";
import { isBuilt, markBuilt, sourceStamp } from "./stamp.mjs";

const inRoot = (path) => join(root, path);

/** Bundles the programs, and builds the web when its build is missing or of other sources; true when it was. */
export async function ensureBuilt() {
  await bundle("worker", "cli", "launcher");
  const stamp = sourceStamp(process.env.BOTYARD_GATEWAY_PORT || 3010);
  if (isBuilt(stamp)) return false;
  await step("Building the web", buildWeb);
  markBuilt(stamp);
  return true;
}

// Beside the live one and then in its place: a build that fails, or is broken off, leaves the old one whole.
async function buildWeb() {
  // Next writes the folder of its types into these; the folder is gone after the rename.
  const touched = ["tsconfig.json", "tsconfig.next.json", "next-env.d.ts"].map((path) => [
    inRoot(path),
    read(inRoot(path)),
  ]);
  try {
    await runQuiet("next build", process.execPath, [inRoot("node_modules/next/dist/bin/next"), "build"], {
      env: { BOTYARD_DIST_DIR: ".next-building", NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
    });
  } finally {
    for (const [path, before] of touched)
      if (before !== undefined && read(path) !== before) writeFileSync(path, before);
  }
  rmSync(inRoot(".next-old"), { recursive: true, force: true });
  if (existsSync(inRoot(".next"))) renameSync(inRoot(".next"), inRoot(".next-old"));
  renameSync(inRoot(".next-building"), inRoot(".next"));
  rmSync(inRoot(".next-old"), { recursive: true, force: true });
}

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

/** npm run build */
export async function main() {
  try {
    loadSettings();
    await ensureInstalled();
    if (!(await ensureBuilt())) say("The web's build is up to date.");
  } catch (error) {
    report(error);
  }
}

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
  const config = inRoot("tsconfig.next.json");
  const before = read(config);
  try {
    await runQuiet("next build", process.execPath, [inRoot("node_modules/next/dist/bin/next"), "build"], {
      env: { BOTYARD_DIST_DIR: BUILDING, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
    });
  } finally {
    // Next writes the folder of its types into these two, and that folder is about to get another name.
    const types = inRoot("next-env.d.ts");
    if (existsSync(types)) writeFileSync(types, read(types).replaceAll(`./${BUILDING}/`, "./.next/"));
    if (before !== undefined && read(config) !== before) writeFileSync(config, before);
  }
  const [live, building, old] = [".next", BUILDING, ".next-old"].map(inRoot);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(live)) renameSync(live, old);
  renameSync(building, live);
  rmSync(old, { recursive: true, force: true });
}

const BUILDING = ".next-building";

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

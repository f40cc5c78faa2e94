import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const rooms = "{bench,contracts,prisma,src,worker,cli,launcher,scripts,tests}";

export default defineConfig({
  resolve: {
    // Next puts this guard into its own bundles; elsewhere it would refuse to be imported at all.
    alias: { "server-only": fileURLToPath(new URL("tests/support/nothing.ts", import.meta.url)) },
  },
  oxc: { jsx: { runtime: "automatic" } },
  test: {
    environment: "node",
    include: [`${rooms}/**/*.test.{ts,tsx}`],
    exclude: ["**/node_modules/**", "tests/e2e/**", "tests/fixtures/**"],
    globalSetup: ["tests/support/postgres-setup.ts"],
    setupFiles: ["tests/support/patience.ts"],
    expect: { poll: { timeout: 60_000 } },
    // Real children and sockets: processes, not threads. They wait a good part of their time, so three keep two cores busy.
    pool: "forks",
    maxWorkers: 3,
    // What hangs is found out, on a machine with much else to do as well.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
  },
});

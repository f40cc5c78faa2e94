import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const chromium = [process.env.CHROME_BIN, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);

// One story in order: each step stands on the one before, as it does for a person. No retries: a flake has a cause.
export default defineConfig({
  testDir: ".",
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  maxFailures: 1,
  reporter: [["list"]],
  outputDir: "../../test-results",
  // One after the other: the port of the gateway is baked into the web's build, so two panels of it cannot run at once.
  projects: [
    { name: "panel", testMatch: "panel.spec.ts" },
    { name: "bots", testIgnore: "panel.spec.ts" },
  ],
  use: {
    headless: true,
    colorScheme: "dark",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});

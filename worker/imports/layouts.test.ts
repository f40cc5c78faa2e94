import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { look } from "./look";

/* The layouts that public bots come in, each as small as it can be, in tests/fixtures/layouts. */

const layouts = fileURLToPath(new URL("../../tests/fixtures/layouts", import.meta.url));

type Found = { runtime: "node" | "python"; entry: string | null; installer: string; name: string };
/** `asked`: no entry is chosen; this stands first among those offered. `told`: a part of a sentence that says why, or what to do. */
const table: Record<string, Found & { asked?: string; told?: string }> = {
  "npm-workspaces": { runtime: "node", entry: "packages/bot/src/index.js", installer: "npm", name: "my-monorepo" },
  "pnpm-workspace": { runtime: "node", entry: "apps/quizzer/src/main.js", installer: "pnpm", name: "root" },
  "typescript-build": {
    runtime: "node",
    entry: null,
    asked: "dist/index.js",
    told: "npm run build",
    installer: "npm",
    name: "ticketer",
  },
  "typescript-build-in-start": {
    runtime: "node",
    entry: null,
    asked: "dist/index.js",
    told: "yarn run build",
    installer: "yarn",
    name: "welcomer",
  },
  tsx: { runtime: "node", entry: null, told: "src/index.ts", installer: "npm", name: "starboard" },
  "esm-no-lockfile": { runtime: "node", entry: "index.js", installer: "npm", name: "poller" },
  "yarn-classic": { runtime: "node", entry: "bot.js", installer: "yarn", name: "jukebox" },
  "yarn-berry": { runtime: "node", entry: "src/app.js", installer: "yarn", name: "levels" },
  poetry: { runtime: "python", entry: "reminder/__main__.py", installer: "pip", name: "reminder" },
  uv: { runtime: "python", entry: "main.py", installer: "pip", name: "weatherman" },
  "pep621-src": { runtime: "python", entry: "src/bot.py", installer: "pip", name: "greeter" },
  "nested-requirements": { runtime: "python", entry: "run.py", installer: "pip", name: "given" },
  "requirements-include": { runtime: "python", entry: "bot.py", installer: "pip", name: "given" },
  "package-module": { runtime: "python", entry: "bot/__main__.py", installer: "pip", name: "given" },
  dockerfile: { runtime: "node", entry: "source/run.js", installer: "npm", name: "dockered" },
  several: { runtime: "node", entry: null, asked: "music.js", told: "modmail.js", installer: "npm", name: "pair" },
};

test("every layout stands in the table", () => {
  expect(readdirSync(layouts).sort()).toEqual(Object.keys(table).sort());
});

test.each(Object.entries(table))("%s", async (layout, { asked, told, ...found }) => {
  const { detection } = await look(`${layouts}/${layout}`, ["given"]);
  const { runtime, entry, installer, name } = detection;
  expect({ runtime: runtime ?? "node", entry, installer, name }).toEqual(found);
  expect(detection.tokenOptional).toBe(false);
  if (asked !== undefined) expect(detection.entries[0]?.path).toBe(asked);
  if (told !== undefined) expect(detection.warnings.join("\n")).toContain(told);
  else expect(detection.warnings).toEqual([]);
});

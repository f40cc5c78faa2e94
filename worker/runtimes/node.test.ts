import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BotFolders } from "../ports/index";
import { conforms, makeFolders } from "./conformance";
import { createRuntimes, passedFrom } from "./index";

conforms("node", {
  entries: ["index.js", "src/a b/bot.mjs", "x.cjs"],
  others: ["index.ts", "main.py", "js", "index.js.bak", "index.jsx"],
  tells: "console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env: process.env }))",
  holds: "process.stdout.write('said'); setInterval(() => {}, 1000)",
  uses: "console.log(require('greeting'))",
  manifest: { file: "package.json", broken: '{ "dependencies": ', empty: '{ "name": "x", "dependencies": {} }' },
  tool: /^npm install$/,
  async depend(files) {
    await mkdir(`${files}/greeting`, { recursive: true });
    await writeFile(`${files}/greeting/package.json`, '{ "name": "greeting", "version": "1.0.0", "main": "g.js" }');
    await writeFile(`${files}/greeting/g.js`, "module.exports = 'hello from the package'");
    await writeFile(`${files}/package.json`, '{ "dependencies": { "greeting": "file:./greeting" } }');
  },
});

describe("the lockfile decides", () => {
  const node = createRuntimes(passedFrom({ npm_config_registry: "https://r.example", SECRET: "s" })).node;
  let folders: BotFolders;
  beforeEach(async () => {
    folders = await makeFolders();
    await put("package.json", '{ "dependencies": { "a": "1" } }');
  });
  afterEach(() => rm(folders.root, { recursive: true }));
  const put = (file: string, text: string) => writeFile(`${folders.files}/${file}`, text);

  test.each([
    ["package-lock.json", "{}", "npm ci", ["ci", "--no-audit", "--no-fund"]],
    ["npm-shrinkwrap.json", "{}", "npm ci", ["ci", "--no-audit", "--no-fund"]],
    ["pnpm-lock.yaml", "lockfileVersion: '9.0'", "pnpm install", ["pnpm", "install", "--frozen-lockfile"]],
    ["yarn.lock", "# yarn lockfile v1\n", "yarn install", ["yarn", "install", "--frozen-lockfile"]],
    ["yarn.lock", "__metadata:\n  version: 8\n", "yarn install", ["yarn", "install", "--immutable"]],
  ])("%s", async (lock, text, tool, end) => {
    await put(lock, text);
    const plan = await node.prepare(folders);
    expect(plan?.tool).toBe(tool);
    const argv = plan?.steps[0]?.argv ?? [];
    expect(argv.slice(-end.length).map((part) => part.replace(/^.*\/(pnpm|yarn)$/, "$1"))).toEqual(end);
    const before = plan?.hash;
    await put(lock, `${text}\n`);
    expect((await node.prepare(folders))?.hash).not.toBe(before);
  });

  test.each([
    ["pnpm@9.15.0", ["pnpm", "install", "--no-lockfile"]],
    ["yarn@1.22.22", ["yarn", "install", "--no-lockfile"]],
    ["yarn@4.5.0+sha224.abc", ["yarn", "install", "--no-immutable"]],
    ["bun@1.1.0", ["install", "--no-package-lock", "--no-audit", "--no-fund"]],
  ])("without one, the manifest's %s does", async (packageManager, end) => {
    await put("package.json", JSON.stringify({ dependencies: { a: "1" }, packageManager }));
    const argv = (await node.prepare(folders))?.steps[0]?.argv ?? [];
    expect(argv.slice(-end.length).map((part) => part.replace(/^.*\/(pnpm|yarn)$/, "$1"))).toEqual(end);
  });

  test("npm's own comes first, and what the server says of its registry is passed on, nothing else", async () => {
    await put("package-lock.json", "{}");
    await put("yarn.lock", "");
    const plan = await node.prepare(folders);
    expect(plan?.tool).toBe("npm ci");
    expect(plan?.steps[0]?.argv[0]).toBe(process.execPath);
    expect(await readFile(plan?.steps[0]?.argv[1] ?? "", "utf8")).toMatch(/^#!.*node/);
    expect(plan?.steps[0]?.env).toMatchObject({ npm_config_registry: "https://r.example" });
    expect(plan?.steps[0]?.env).not.toHaveProperty("SECRET");
  });

  test("an install makes no lockfile, so that the next start finds nothing changed", async () => {
    const plan = await node.prepare(folders);
    expect(plan?.steps[0]?.argv).toContain("--no-package-lock");
  });
});

test.each([
  ["npm_config_prefix"],
  ["npm_config_cache"],
  ["npm_config_local_prefix"],
  ["NODE_OPTIONS"],
  ["DATABASE_URL"],
  ["PIP_TARGET"],
])("%s is not passed on to an install", (name) => {
  expect(passedFrom({ [name]: "x" })).toEqual({});
});
test.each([
  ["npm_config_registry"],
  ["NPM_CONFIG_REGISTRY"],
  ["npm_config_//r.example/:_authToken"],
  ["npm_config_@me:registry"],
  ["https_proxy"],
  ["HTTP_PROXY"],
  ["NO_PROXY"],
  ["NODE_EXTRA_CA_CERTS"],
  ["PIP_INDEX_URL"],
  ["SSL_CERT_FILE"],
])("%s is passed on", (name) => {
  expect(passedFrom({ [name]: "x", empty: "" })).toEqual({ [name]: "x" });
});

test("the operator's own settings are named, since an install has another home", () => {
  expect(passedFrom({ HOME: "/home/op" })).toEqual({
    npm_config_userconfig: "/home/op/.npmrc",
    PIP_CONFIG_FILE: "/home/op/.config/pip/pip.conf",
  });
  expect(passedFrom({ HOME: "/home/op", npm_config_userconfig: "/etc/x" })).toMatchObject({
    npm_config_userconfig: "/etc/x",
  });
});

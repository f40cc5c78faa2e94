import { existsSync, statSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { BOT, botOf, createDeployStage, patience, type Served, type Stage, serveRepositories } from "./testing/stage";

/* Deploys of real bots from a real git server. */

// Each start is watched until it has earned to be called running, and a test makes several.
vi.setConfig({ testTimeout: 120_000 });

/** Longer than any of these bots takes to fail; the watch is over as soon as one does. */
const UNTIL_IT_FAILS = 600;

let served: Served;
let stage: Stage;
beforeAll(async () => {
  served = await serveRepositories();
});
afterAll(() => served.close());
beforeEach(async () => {
  stage = await createDeployStage(served);
});
afterEach(() => stage.remove());

it("tells what is new upstream and what was changed here", async () => {
  const first = stage.commit({ "index.js": botOf("one"), "a.txt": "a", "b.txt": "b" }, "First");
  await stage.put(first);
  const before = await stage.worker.deploys.state(BOT, false);
  expect(before).toMatchObject({ branch: "main", commit: { id: first }, ahead: [], branches: [] });
  const second = stage.commit({ "index.js": botOf("two") }, "Second \u202e<b>");
  stage.commit({}, "Elsewhere", "dev/next");
  await writeFile(`${stage.at}/a.txt`, "mine");
  await writeFile(`${stage.at}/untracked.db`, "data");
  await rm(`${stage.at}/b.txt`);
  const now = await stage.worker.deploys.state(BOT, true);
  expect(now).toMatchObject({
    branch: "main",
    branches: ["dev/next", "main"],
    commit: { id: first, author: "Test", subject: "First" },
    ahead: [{ id: second, subject: "Second <b>" }],
    aheadMore: false,
    diverged: false,
    changes: [
      { path: "a.txt", kind: "changed" },
      { path: "b.txt", kind: "deleted" },
    ],
  });
});

it("updates a bot that runs, and touches only what differs between the commits", async () => {
  const first = stage.commit({ "index.js": botOf("one"), "old/gone.txt": "x", "kept.txt": "k", ".gitignore": "data" });
  await stage.put(first);
  await mkdir(`${stage.at}/data`);
  for (const path of [".env", "data/users.db", "own.txt"]) await writeFile(`${stage.at}/${path}`, path);
  const kept = statSync(`${stage.at}/kept.txt`).ino;
  await stage.runs();
  const second = stage.commit({ "index.js": botOf("two"), "old/gone.txt": null, "new/deep/file.txt": "n" }, "Second");
  const done = await stage.deploy();
  expect(done).toMatchObject({
    number: 1,
    cause: { kind: "person", name: "Ann" },
    branch: "main",
    from: { id: first },
    to: { id: second, subject: "Second", author: "Test" },
    status: { state: "done", bot: "running", files: 3 },
  });
  await stage.started("one", "two");
  expect(await stage.read("new/deep/file.txt")).toBe("n");
  expect(existsSync(`${stage.at}/old`)).toBe(false);
  for (const path of [".env", "data/users.db", "own.txt"]) expect(await stage.read(path)).toBe(path);
  expect(statSync(`${stage.at}/kept.txt`).ino).toBe(kept);
  expect(existsSync(`${stage.at}/.git`)).toBe(false);
  expect(await stage.leftovers()).toEqual([]);
  expect(await stage.worker.deploys.state(BOT, false)).toMatchObject({
    commit: { id: second },
    ahead: [],
    changes: [],
  });
  expect(await stage.log(1)).toContain("The bot runs.");

  // Back to the earlier one, and again to where it is.
  expect(await stage.deploy({ commit: first })).toMatchObject({ status: { state: "done" }, to: { id: first } });
  expect(await stage.read("old/gone.txt")).toBe("x");
  expect(existsSync(`${stage.at}/new`)).toBe(false);
  expect(await stage.deploy({ commit: first })).toMatchObject({ status: { state: "failed", code: "deploy_current" } });
  expect((await stage.worker.deploys.list(BOT)).map(({ number, status }) => [number, status.state])).toEqual([
    [3, "failed"],
    [2, "done"],
    [1, "done"],
  ]);
});

it("leaves a bot stopped that was stopped", async () => {
  await stage.put(stage.commit({ "index.js": botOf("one") }));
  stage.commit({ "index.js": botOf("two") });
  expect(await stage.deploy()).toMatchObject({ status: { state: "done", bot: "stopped" } });
  expect(stage.state()).toBe("stopped");
  expect(await stage.read("index.js")).toBe(botOf("two"));
  expect(existsSync(`${stage.at}/starts`)).toBe(false);
});

it("refuses what is in the way before anything is placed, and discards by choice", async () => {
  const first = stage.commit({ "index.js": botOf("one"), "config.json": "1", "same.txt": "s", "mine.txt": "m" });
  await stage.put(first);
  const second = stage.commit({ "index.js": botOf("two"), "config.json": "2", "fresh.txt": "f" });
  await writeFile(`${stage.at}/config.json`, "mine");
  await writeFile(`${stage.at}/mine.txt`, "mine too");
  await writeFile(`${stage.at}/fresh.txt`, "here before");
  expect((await stage.deploy()).status).toMatchObject({
    state: "failed",
    code: "deploy_conflict",
    values: { count: 2 },
    conflicts: [
      { path: "config.json", why: "changed" },
      { path: "fresh.txt", why: "untracked" },
    ],
  });
  expect(await stage.read("index.js")).toBe(botOf("one"));
  expect((await stage.deploy({ local: "discard" })).status).toMatchObject({
    conflicts: [{ path: "fresh.txt", why: "untracked" }],
  });
  await writeFile(`${stage.at}/fresh.txt`, "f");
  expect((await stage.deploy({ local: "discard" })).status).toMatchObject({ state: "done" });
  expect(await stage.read("config.json")).toBe("2");
  expect(await stage.read("mine.txt")).toBe("m");
  // Kept where only one side changed it.
  await writeFile(`${stage.at}/same.txt`, "kept");
  stage.commit({ "index.js": botOf("three") });
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.read("same.txt")).toBe("kept");
  expect((await stage.worker.deploys.state(BOT, false)).changes).toEqual([{ path: "same.txt", kind: "changed" }]);
  expect(second).not.toBe(first);
});

it("puts a folder where a file was and a file where a folder was, and takes it back", async () => {
  const first = stage.commit({ "index.js": botOf("one"), a: "file", "b/c/d": "deep" });
  await stage.put(first, { watchSeconds: UNTIL_IT_FAILS });
  await stage.runs();
  stage.commit({ a: null, b: null });
  stage.commit({ "a/x/y": "folder", b: "file", "index.js": "process.exit(3)" });
  expect((await stage.deploy()).status).toMatchObject({ state: "rolledBack" });
  expect(await stage.read("a")).toBe("file");
  expect(await stage.read("b/c/d")).toBe("deep");
  await vi.waitFor(() => expect(stage.state()).toBe("running"), patience);
  stage.commit({ "index.js": botOf("two") });
  await stage.set(first, {});
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.read("a/x/y")).toBe("folder");
  expect(await stage.read("b")).toBe("file");
});

it("rolls back what does not run, and says why", async () => {
  const first = stage.commit({ "index.js": botOf("one"), "plan.json": planOf(stage.at, "1", "one") });
  await stage.put(first, { watchSeconds: UNTIL_IT_FAILS });
  await stage.runs();
  const second = stage.commit({
    "index.js": "console.log('up'); setTimeout(() => process.exit(7), 300)",
    "plan.json": planOf(stage.at, "2", "two"),
    "extra.txt": "",
  });
  const back = await stage.deploy();
  expect(back).toMatchObject({
    to: { id: second },
    status: {
      state: "rolledBack",
      code: "deploy_not_running",
      values: { why: expect.stringContaining("exit code 7") },
    },
  });
  await vi.waitFor(() => expect(stage.state()).toBe("running"), patience);
  await stage.started("one", "one");
  // Installed again, as its lockfile is the old one.
  expect(await stage.read("installed")).toBe("one");
  expect(existsSync(`${stage.at}/extra.txt`)).toBe(false);
  expect((await stage.worker.deploys.state(BOT, false)).commit?.id).toBe(first);
  expect(await stage.leftovers()).toEqual([]);
});

it("builds with arguments and no shell, without secrets, and goes back when that fails", async () => {
  const script = `const fs = require("node:fs"); fs.writeFileSync("built", JSON.stringify([process.argv.slice(2), process.env.SECRET ?? null, process.env.PLAIN, fs.readFileSync("v", "utf8")]));
    if (fs.readFileSync("v", "utf8") === "bad") { console.error("Error: no good"); process.exit(2); }`;
  const first = stage.commit({ "index.js": botOf("one"), "build.js": script, v: "1" });
  await stage.put(first);
  const build = [process.execPath, "build.js", "$(touch pwned); `id`"];
  await stage.worker.supervisor.put({
    ...need(stage.worker.supervisor.definition(BOT)),
    env: [
      { key: "SECRET", secret: true, value: "sealed:hush-hush-hush" },
      { key: "PLAIN", secret: false, value: "plain" },
    ],
    deploy: { settings: { branch: "", build, watchSeconds: 1, webhook: false }, credentials: {} },
    revision: 100,
  });
  await stage.runs();
  stage.commit({ v: "2" });
  expect((await stage.deploy()).status).toMatchObject({ state: "done", bot: "running" });
  expect(JSON.parse(await stage.read("built"))).toEqual([["$(touch pwned); `id`"], null, "plain", "2"]);
  expect(existsSync(`${stage.at}/pwned`)).toBe(false);
  stage.commit({ v: "bad" });
  expect((await stage.deploy()).status).toMatchObject({
    state: "failed",
    code: "deploy_build_failed",
    values: { last: "Error: no good" },
  });
  // What is built is of the files that are there.
  await vi.waitFor(async () => expect(JSON.parse(await stage.read("built"))[3]).toBe("2"), patience);
  await vi.waitFor(() => expect(stage.state()).toBe("running"), patience);
});

it("can be cancelled while it builds; one waits behind, a third is refused", async () => {
  const first = stage.commit({ "index.js": botOf("one") });
  await stage.put(first, { build: [process.execPath, "-e", "console.log('building'); setInterval(() => {}, 1000)"] });
  stage.commit({ "index.js": botOf("two") });
  const { deploys } = stage.worker;
  const cause = { kind: "key", name: "ci" } as const;
  const { number } = await deploys.start(BOT, { local: "keep", again: false }, cause);
  await vi.waitFor(async () => expect(await stage.log(number)).toContain("\nbuilding\n"), patience);
  expect(await stage.read("index.js")).toBe(botOf("two"));
  const waiting = await deploys.start(BOT, { local: "keep", again: false }, cause);
  await expect(deploys.start(BOT, { local: "keep", again: false }, cause)).rejects.toMatchObject({
    code: "deploy_busy",
  });
  expect(await deploys.cancel(BOT, waiting.number)).toMatchObject({ status: { state: "cancelled" } });
  expect(await deploys.cancel(BOT, number)).toMatchObject({ status: { state: "cancelled" } });
  expect(await stage.read("index.js")).toBe(botOf("one"));
  expect(await stage.leftovers()).toEqual([]);
});

it("masks the bot's secrets in the log", async () => {
  const first = stage.commit({ "index.js": botOf("one") });
  await stage.put(first);
  await stage.worker.supervisor.put({
    ...need(stage.worker.supervisor.definition(BOT)),
    env: [{ key: "SECRET", secret: true, value: "sealed:hush-hush-hush" }],
    deploy: {
      settings: { branch: "", build: ["/bin/echo", "it is hush-hush-hush"], watchSeconds: 1, webhook: false },
      credentials: {},
    },
    revision: 100,
  });
  stage.commit({}, "Say hush-hush-hush");
  const { number } = await stage.deploy();
  expect(await stage.log(number)).toContain("it is ••••••");
  expect(await stage.log(number)).not.toContain("hush");
});

it("keeps a file's bits, and gives what is to run its own", async () => {
  const first = stage.commit({ "index.js": botOf("one"), "run.sh": "a" });
  await stage.put(first);
  await chmod(`${stage.at}/index.js`, 0o600);
  await chmod(`${stage.work}/run.sh`, 0o755);
  stage.commit({ "index.js": botOf("two") });
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(statSync(`${stage.at}/index.js`).mode & 0o777).toBe(0o600);
  expect(statSync(`${stage.at}/run.sh`).mode & 0o777).toBe(0o755);
  expect((await readdir(`${stage.own}/deploys/1`)).toSorted()).toEqual(["log", "record.json"]);
  expect((await readFile(`${stage.own}/git/config`, "utf8")).includes("url")).toBe(false);
});

const planOf = (at: string, hash: string, text: string) =>
  JSON.stringify({
    tool: "npm ci",
    hash,
    steps: [
      {
        argv: [process.execPath, "-e", `require("node:fs").writeFileSync("installed", "${text}")`],
        cwd: at,
        env: { PATH: "/usr/bin" },
      },
    ],
  });

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}

import { readFile, stat } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { openRegistry } from "./testing/registry";
import { ID, openStage } from "./testing/stage";

/* Real npm against a registry of this machine. */

let registry: Awaited<ReturnType<typeof openRegistry>>;
let stage: Awaited<ReturnType<typeof openStage>>;
const pkg = (dependencies: Record<string, string>) => JSON.stringify({ name: "bot", version: "1.0.0", dependencies });

beforeAll(async () => {
  registry = await openRegistry(
    {
      greeting: { versions: ["1.0.0", "1.1.0", "2.0.0"], files: { "index.js": "module.exports = 'hello'" } },
      "@me/scoped": { versions: ["0.3.0"] },
    },
    { greeting: [{ id: 1, title: "It is too polite", severity: "high", vulnerable_versions: "<2.0.0", url: "" }] },
  );
});
afterAll(() => registry.close());
afterEach(() => {
  registry.hang(false);
  registry.asked.length = 0;
  return stage.close();
});

const open = (files: Record<string, string>, definition = {}) =>
  openStage(files, definition, { npm_config_registry: registry.url });
const manifest = async () => JSON.parse(await readFile(`${stage.files}/package.json`, "utf8")).dependencies;
const has = (path: string) =>
  stat(`${stage.files}/${path}`).then(
    () => true,
    () => false,
  );
const whole = 120_000;

test(
  "a package comes in by name and range, is listed, reported on, and goes again",
  async () => {
    stage = await open({ "package.json": pkg({ "@me/scoped": "^0.3.0" }), "package-lock.json": "" });
    await stage.put(
      "package-lock.json",
      JSON.stringify({ name: "bot", version: "1.0.0", lockfileVersion: 3, packages: {} }),
    );
    expect(await stage.list()).toMatchObject({
      manager: "npm",
      files: ["package.json"],
      dependencies: [{ name: "@me/scoped", wanted: "^0.3.0", installed: null, state: "missing" }],
    });

    expect(await stage.install("greeting", "^1.0.0")).toMatchObject({ state: "running", what: { kind: "install" } });
    expect(await stage.ended()).toMatchObject({ state: "done", what: { name: "greeting", range: "^1.0.0" } });
    expect(await manifest()).toEqual({ "@me/scoped": "^0.3.0", greeting: "^1.1.0" });
    expect(await readFile(`${stage.files}/package-lock.json`, "utf8")).toContain("greeting-1.1.0.tgz");
    expect((await stage.list()).dependencies).toEqual([
      { name: "@me/scoped", wanted: "^0.3.0", file: "package.json", group: "main", installed: "0.3.0", state: "ok" },
      { name: "greeting", wanted: "^1.1.0", file: "package.json", group: "main", installed: "1.1.0", state: "ok" },
    ]);
    const { lines } = await stage.dependencies.log(ID, 0);
    expect(lines[0]).toMatch(/^\$ .*npm-cli\.js install .*'greeting@\^1\.0\.0'$/);
    expect(lines.join("\n")).toContain("added 2 packages");

    await stage.dependencies.check(ID);
    expect(await stage.ended()).toMatchObject({ state: "done", what: { kind: "check" } });
    const { report } = await stage.list();
    expect(report).toMatchObject({
      outdated: [{ name: "greeting", current: "1.1.0", wanted: "1.1.0", latest: "2.0.0" }],
      vulnerable: [{ name: "greeting", severity: "high", title: "It is too polite", fixed: true }],
      troubles: [],
    });

    await stage.remove("greeting");
    expect(await stage.ended()).toMatchObject({ state: "done" });
    expect(await manifest()).toEqual({ "@me/scoped": "^0.3.0" });
    expect(await has("node_modules/greeting")).toBe(false);
    await expect(stage.remove("greeting")).rejects.toMatchObject({ code: "dependency_unknown" });
  },
  whole,
);

test(
  "what was installed needs no installing at the next start, and a missing one starts the bot",
  async () => {
    stage = await open({ "index.js": "require('greeting'); setInterval(() => {}, 1000);", "package.json": pkg({}) });
    await stage.install("greeting", "", true);
    expect(await stage.ended()).toMatchObject({ state: "done" });
    await vi.waitFor(() => expect(stage.supervisor.get(ID)?.status.state).toBe("starting"));
    expect(stage.supervisor.get(ID)?.install).toMatchObject({ state: "skipped", why: "unchanged" });
    expect(await manifest()).toEqual({ greeting: "^2.0.0" });
    expect(await has("package-lock.json")).toBe(false);
  },
  whole,
);

test(
  "a bot that runs runs on, and a start waits until its packages are whole",
  async () => {
    stage = await open({ "index.js": "setInterval(() => {}, 1000);", "package.json": pkg({}) });
    await stage.supervisor.command(ID, "start");
    await vi.waitFor(() => expect(stage.supervisor.get(ID)?.status.state).toBe("starting"));
    const pid = stage.supervisor.liveRun(ID)?.pid;
    registry.hang(true);
    await stage.install("greeting");
    await vi.waitFor(() => expect(registry.asked).toContain("greeting"));
    await expect(stage.install("@me/scoped")).rejects.toMatchObject({ code: "dependency_busy" });
    expect(stage.supervisor.liveRun(ID)?.pid).toBe(pid);
    await stage.supervisor.command(ID, "restart");
    await vi.waitFor(() => expect(stage.supervisor.get(ID)?.status.state).toBe("preparing"));
    expect((await stage.list()).work.state).toBe("running");
    await stage.dependencies.cancel(ID);
    expect(await stage.ended()).toMatchObject({ state: "failed", code: "dependency_cancelled" });
    await vi.waitFor(() => expect(stage.supervisor.get(ID)?.status.state).toBe("starting"));
    expect(stage.supervisor.liveRun(ID)?.pid).not.toBe(pid);
    expect(await manifest()).toEqual({});
  },
  whole,
);

test(
  "why it went wrong is told in words: no such package, no registry; and the bot may be started as before",
  async () => {
    stage = await open({ "package.json": pkg({ greeting: "^1.0.0" }) });
    await stage.install("greeting", "^1.0.0");
    await stage.ended();
    await stage.install("nobody-has-this");
    expect(await stage.ended()).toMatchObject({
      state: "failed",
      code: "dependency_failed",
      values: { tool: "npm install", last: expect.stringContaining("nobody-has-this") },
    });
    await stage.close();

    stage = await openStage(
      { "package.json": pkg({}) },
      {},
      { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" },
    );
    await stage.install("greeting");
    expect(await stage.ended()).toMatchObject({ state: "failed", code: "registry_unreachable" });
    await stage.put("package.json", pkg({ greeting: "1" }));
    await stage.put(
      "package-lock.json",
      JSON.stringify({ lockfileVersion: 3, packages: { "": {}, "node_modules/greeting": { version: "1.0.0" } } }),
    );
    await stage.dependencies.check(ID);
    expect(await stage.ended()).toMatchObject({ state: "done" });
    expect((await stage.list()).report).toMatchObject({
      outdated: null,
      vulnerable: null,
      troubles: [
        { about: "outdated", why: "unreachable" },
        { about: "vulnerable", why: "unreachable" },
      ],
    });
  },
  whole,
);

test(
  "a worker that ends in the middle of it says so, and the next start installs everything again",
  async () => {
    stage = await open({ "package.json": pkg({}) });
    registry.hang(true);
    await stage.install("greeting");
    const asked = registry.asked.length;
    await vi.waitFor(() => expect(registry.asked.length).toBeGreaterThan(asked));
    await stage.again();
    expect((await stage.list()).work).toMatchObject({ state: "failed", code: "dependency_interrupted" });
  },
  whole,
);

test.each([
  ["--registry=http://evil.example"],
  ["-g"],
  ["greeting", "file:../.."],
  ["greeting@file:../.."],
  ["git+ssh://git@evil.example/x.git"],
  ["https://evil.example/x.tgz"],
  ["evil/repo"],
  ["github:evil/repo"],
  ["../staged"],
  ["./x"],
  ["/etc"],
  ["x.tgz"],
  ["x", "1.0.0-a.tgz"],
  ["x", "npm:evil@1"],
  ["x", "--global"],
  ["$(id)"],
  ["`id`"],
  ["x;id"],
  ["x\nid"],
  ["x y"],
  ["x\0y"],
  ["дискорд"],
  ["discord.js\u202e"],
  ["@/x"],
  ["@x"],
  [".hidden"],
  ["node_modules"],
  [""],
  ["x".repeat(215)],
  ["x", "1".repeat(101)],
  ["x", ">=1 && id"],
])("%j %j is refused and nothing is asked or run", async (name, range = "") => {
  stage = await open({ "package.json": pkg({}) });
  const before = registry.asked.length;
  await expect(stage.install(name, range)).rejects.toMatchObject({ code: "dependency_invalid" });
  if (range === "") await expect(stage.remove(name)).rejects.toMatchObject({ code: "dependency_invalid" });
  expect((await stage.list()).work).toEqual({ state: "none" });
  expect(registry.asked).toHaveLength(before);
});

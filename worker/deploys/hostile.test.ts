import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { commitBomb } from "../git/testing/git-server";
import { BOT, botOf, createDeployStage, type Served, type Stage, serveRepositories } from "./testing/stage";
import { treeOf } from "./tree";

/* What a repository, its server and the bot itself can try. */

// Each start is watched until it has earned to be called running, and a test makes several.
vi.setConfig({ testTimeout: 120_000 });

const entry = (path: string, mode = "100644", oid = "a".repeat(40)) => ({ path, mode, oid, size: 1 });
const target = "b".repeat(40);
const link = (path: string) => entry(path, "120000", target);

it.each([
  [".git/hooks/post-checkout"],
  [".GIT/config"],
  ["sub/.gIt/config"],
  ["git~1/config"],
  [".git./config"],
  [".g\u200cit/config"],
  ["../out"],
  ["a/../../out"],
  ["/etc/passwd"],
  ["a//b"],
  ["a\\b"],
  ["a\nb"],
])("a commit that holds %j is refused whole", (path) => {
  expect(() => treeOf([entry("index.js"), entry(path)], () => "")).toThrow(
    expect.objectContaining({ code: "deploy_unsafe" }),
  );
});

it("refuses what would be written through a link of the same commit", () => {
  for (const entries of [
    [link("a"), entry("a/b")],
    [entry("a"), entry("a/b")],
    [entry("a"), entry("a")],
  ])
    expect(() => treeOf(entries, () => "/etc")).toThrow(expect.objectContaining({ code: "deploy_unsafe" }));
});

it.each([
  ["/etc/passwd", false],
  ["../../x", false],
  ["..", true],
  ["../..", false],
  ["nowhere", false],
  ["../deep/link", false],
  ["../index.js", true],
  ["file", true],
  ["./../deep/", true],
])("of links, %j is placed only if it stays inside", (to, stays) => {
  const tree = treeOf([entry("index.js"), entry("deep/file"), link("deep/link")], () => to);
  expect(tree.has("deep/link")).toBe(stays);
});

describe("one bot of one repository", () => {
  let served: Served;
  let stage: Stage;
  let first: string;
  const asked: string[] = [];
  beforeAll(async () => {
    served = await serveRepositories(({ url }) => {
      asked.push(url ?? "");
      return false;
    });
    stage = await createDeployStage(served);
    first = stage.commit({ "index.js": botOf("one") });
    await stage.put(first);
  });
  afterAll(async () => {
    await stage.remove();
    await served.close();
  });

  it("places no link that leads out, and runs nothing of the repository", async () => {
    mkdirSync(`${stage.work}/.githooks`);
    symlinkSync("/etc/passwd", `${stage.work}/out`);
    symlinkSync("index.js", `${stage.work}/in`);
    stage.commit({
      "index.js": botOf("two"),
      ".gitattributes": "* filter=evil\n*.js filter=evil diff=evil",
      ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch pwned"',
      ".githooks/post-checkout": "#!/bin/sh\ntouch pwned",
    });
    expect((await stage.deploy()).status).toMatchObject({ state: "done" });
    expect(existsSync(`${stage.at}/out`)).toBe(false);
    expect(await stage.read("in")).toBe(botOf("two"));
    expect((await readdir(stage.home, { recursive: true })).filter((name) => name.endsWith("pwned"))).toEqual([]);
  });

  it("refuses a commit of ten thousand million files as too large", async () => {
    const before = (await stage.worker.deploys.state(BOT, false)).commit?.id;
    commitBomb(`${served.root}/${stage.name}`);
    expect((await stage.deploy({ local: "discard" })).status).toMatchObject({ state: "failed", code: "git_too_big" });
    expect((await stage.worker.deploys.state(BOT, false)).commit?.id).toBe(before);
  });

  it.each([
    "ext::sh -c touch% pwned",
    "file:///etc",
    "--upload-pack=id",
    "https://169.254.169.254/x.git",
    "https://10.0.0.1/a",
  ])("asks nobody at %j", async (url) => {
    await stage.set(first, { url });
    const before = asked.length;
    expect((await stage.deploy()).status).toMatchObject({
      state: "failed",
      code: expect.stringMatching(/^git_(scheme|address_forbidden)$/),
    });
    expect(asked.length).toBe(before);
  });
});

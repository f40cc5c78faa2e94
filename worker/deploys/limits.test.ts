import { createHmac, randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  BOT,
  botOf,
  createDeployStage,
  patience,
  SEAL,
  type Served,
  type Stage,
  serveRepositories,
} from "./testing/stage";

/* What is too large, too slow or too many; and workers that end while something waits. */

vi.setConfig({ testTimeout: 120_000 });

const MB = 1024 * 1024;
let silent = false;
let served: Served;
let stage: Stage;
let first: string;
beforeAll(async () => {
  // It takes a request and says nothing.
  served = await serveRepositories(() => silent);
});
afterAll(() => served.close());
beforeEach(async () => {
  silent = false;
  stage = await createDeployStage(served);
  first = stage.commit({ "index.js": botOf("one"), "a.txt": "a" });
});
afterEach(() => stage.remove());

const cause = { kind: "person", name: "Ann" } as const;
const request = { local: "keep", again: false } as const;
const ended = (number: number) =>
  vi.waitFor(async () => {
    const now = await stage.worker.deploys.get(BOT, number);
    expect(now.endedAt).toBeDefined();
    return now;
  }, patience);

it("refuses a repository that is too large, a server that is too slow, and files that are too many for the bot", async () => {
  await stage.put(first);
  await stage.runs();
  const pid = stage.worker.supervisor.liveRun(BOT)?.pid;
  stage.commit({ large: randomBytes(3 * MB).toString("latin1") });

  await stage.again({ limitBytes: MB });
  expect((await stage.deploy()).status).toMatchObject({ state: "failed", code: "git_too_big" });
  // Nothing of it is kept.
  expect(existsSync(`${stage.own}/git`)).toBe(false);

  await stage.again({ gitTimeLimitMs: 1_000 });
  silent = true;
  expect((await stage.deploy()).status).toMatchObject({ state: "failed", code: "git_unreachable" });
  silent = false;

  await stage.again();
  await stage.set(first, { settings: { limits: { diskMb: 1 } } });
  expect((await stage.deploy()).status).toMatchObject({ state: "failed", code: "files_over_quota" });
  expect(await stage.leftovers()).toEqual([]);
  expect(await readdir(stage.at)).not.toContain("large");
  expect(stage.worker.supervisor.liveRun(BOT)?.pid).toBe(pid);
});

it("counts what a deploy brings, and what it takes back", async () => {
  await stage.put(first, { build: ["/bin/false"] });
  stage.commit({ large: "x".repeat(MB) });
  const { quota } = await stage.worker.files.bot(BOT);
  const before = await quota.usage();
  expect((await stage.deploy()).status).toMatchObject({ code: "deploy_build_failed" });
  expect(await quota.usage()).toEqual(before);
  await stage.set(first, {});
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect((await quota.usage()).bytes).toBe(before.bytes + MB);
});

it("two that are asked for at the same moment are two", async () => {
  await stage.put(first);
  stage.commit({ "a.txt": "b" });
  const { deploys } = stage.worker;
  const both = await Promise.all([deploys.start(BOT, request, cause), deploys.start(BOT, request, cause)]);
  expect(both.map(({ number }) => number)).toEqual([1, 2]);
  expect((await ended(1)).status).toMatchObject({ state: "done" });
  expect((await ended(2)).status).toMatchObject({ code: "deploy_current" });
});

it("what waits or has only begun to look when the worker ends is made by the next one", async () => {
  await stage.put(first);
  const second = stage.commit({ "a.txt": "b" });
  silent = true;
  const { deploys } = stage.worker;
  await deploys.start(BOT, request, { kind: "webhook", name: "bea" });
  await deploys.start(BOT, request, cause);
  await vi.waitFor(
    async () => expect((await deploys.get(BOT, 1)).status).toEqual({ state: "running", step: "fetch" }),
    patience,
  );
  await stage.again();
  silent = false;
  await stage.worker.deploys.boot();
  expect(await ended(1)).toMatchObject({ cause: { name: "bea" }, to: { id: second }, status: { state: "done" } });
  expect((await ended(2)).status).toMatchObject({ code: "deploy_current" });
});

it("a push that comes while the worker ends is told that nobody is there, and may come again", async () => {
  await stage.put(first, { more: { webhookSecret: `${SEAL}push-secret` } });
  stage.commit({ "a.txt": "b" });
  const body = Buffer.from('{"ref":"refs/heads/main"}');
  const signature = createHmac("sha256", "push-secret").update(body).digest("hex");
  const push = () => stage.worker.deploys.webhook(BOT, { body: body.toString("base64"), signature, event: "push" });
  // Known by now, as it is when something was deployed or looked at before.
  await stage.worker.deploys.state(BOT, false);
  await stage.worker.deploys.close();
  await expect(push()).rejects.toMatchObject({ code: "worker_away" });
  await stage.again();
  expect(await push()).toMatchObject({ outcome: "started" });
  await ended(1);
});

it("what could not be put back is put back before the next deploy is made", async () => {
  // While it is built, a folder with something in it takes the place of a file.
  const swap = `const fs = require("fs"); fs.rmSync("a.txt"); fs.mkdirSync("a.txt/in", { recursive: true }); process.exit(1)`;
  await stage.put(first, { build: [process.execPath, "-e", swap] });
  stage.commit({ "a.txt": "b", "b.txt": "b" });
  expect((await stage.deploy()).status).toMatchObject({ code: "deploy_not_undone" });
  await stage.set(first, {});
  expect((await stage.deploy({ local: "discard" })).status).toMatchObject({ code: "deploy_not_undone" });
  await rm(`${stage.at}/a.txt`, { recursive: true });
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.read("a.txt")).toBe("b");
  await stage.again();
  // Nothing of the one that failed lies over it now.
  expect(await stage.read("a.txt")).toBe("b");
  expect(await stage.leftovers()).toEqual([]);
});

it("a bot that is connected to a repository keeps what git does not know, and what differs until it is discarded", async () => {
  await stage.put(first);
  const { source: _none, ...definition } = stage.definitionOf(first, {});
  const source = { kind: "git" as const, url: `https://127.0.0.1:${served.server.port}/${stage.name}` };
  await stage.worker.supervisor.put({ ...definition, source });
  writeFileSync(`${stage.at}/own.db`, "data");
  writeFileSync(`${stage.at}/a.txt`, "mine");
  expect(await stage.worker.deploys.state(BOT, true)).toMatchObject({ commit: null, ahead: [{ id: first }] });
  expect((await stage.deploy()).status).toMatchObject({ conflicts: [{ path: "a.txt", why: "changed" }] });
  expect((await stage.deploy({ local: "discard" })).status).toMatchObject({ state: "done", files: 1 });
  expect([await stage.read("a.txt"), await stage.read("own.db")]).toEqual(["a", "data"]);
  expect(await stage.worker.deploys.state(BOT, false)).toMatchObject({ commit: { id: first }, changes: [] });
});

it("follows a branch that is called as the folder is in which another lay", async () => {
  await stage.put(first);
  const follow = (branch: string) => stage.set(first, { more: { settings: { branch } } });
  stage.commit({}, "One", "release/one");
  await follow("release/one");
  await stage.worker.deploys.state(BOT, true);
  await rm(`${served.root}/${stage.name}/refs/heads/release`, { recursive: true });
  const commit = stage.commit({}, "All", "release");
  await follow("release");
  expect(await stage.worker.deploys.state(BOT, true)).toMatchObject({ branch: "release", ahead: [{ id: commit }] });
});

it("a key that a look left behind goes with the next worker", async () => {
  await stage.put(first);
  await mkdir(`${stage.own}/deploys/scratch/ssh-1`, { recursive: true });
  writeFileSync(`${stage.own}/deploys/scratch/ssh-1/key`, "private");
  await stage.again();
  expect(existsSync(`${stage.own}/deploys/scratch`)).toBe(false);
});

import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { InstallPlan } from "../ports/index";
import { createInstaller } from "./index";

const botId = "abcdefghij";
let dir: string;
let logFile: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "install-"));
  logFile = join(dir, "install.log");
});

afterEach(async () => {
  const left = (await readFile(join(dir, "pids"), "utf8").catch(() => "")).trim().split("\n").filter(Boolean);
  for (const pid of left) expect(await isAlive(pid), `process ${pid} was left over`).toBe(false);
  await rm(dir, { recursive: true });
});

/** Alive means not gone and not a zombie that nobody has reaped yet. */
async function isAlive(pid: string): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return line !== "" && line.slice(line.lastIndexOf(")") + 2, line.lastIndexOf(")") + 3) !== "Z";
}

const node = (...sources: string[]): InstallPlan => ({
  tool: "npm ci",
  hash: "1",
  steps: sources.map((source) => ({
    argv: [process.execPath, "-e", source],
    cwd: dir,
    env: { PATH: "/usr/bin:/bin", ONLY: "this" },
  })),
});

const never = () => new AbortController().signal;
const log = () => readFile(logFile, "utf8");

test("runs the steps in order and keeps a log that only its owner reads", async () => {
  const outcome = await createInstaller().run(botId, node("console.log('one')", "console.error('two')"), {
    logFile,
    signal: never(),
  });
  expect(outcome).toMatchObject({ ok: true });
  const text = await log();
  expect(text.split("\n")[0]).toMatch(/^\$ .*node -e 'console\.log\('\\''one'\\''\)'$/);
  expect(text.indexOf("\none\n")).toBeGreaterThan(0);
  expect(text.indexOf("\ntwo\n")).toBeGreaterThan(text.indexOf("\none\n"));
  expect((await stat(logFile)).mode & 0o777).toBe(0o600);
});

test("appends to the log of an earlier install", async () => {
  await createInstaller().run(botId, node("console.log('first')"), { logFile, signal: never() });
  await createInstaller().run(botId, node("console.log('second')"), { logFile, signal: never() });
  expect(await log()).toMatch(/\nfirst\n(.*\n)*second\n/);
});

test("gives a step the environment of the plan and its marker, nothing of the worker's", async () => {
  await createInstaller().run(botId, node("console.log(JSON.stringify(process.env))"), { logFile, signal: never() });
  const seen: unknown = JSON.parse((await log()).split("\n").find((line) => line.startsWith("{")) ?? "");
  expect(seen).toEqual({ PATH: "/usr/bin:/bin", ONLY: "this", BOTYARD_BOT: `${botId}:install` });
});

test("stops at the first step that fails and answers with its last 20 lines", async () => {
  const many = "for (let i = 1; i <= 30; i++) console.log('line ' + i + '\\n'); process.exitCode = 3";
  const outcome = await createInstaller().run(botId, node(many, "console.log('never')"), { logFile, signal: never() });
  expect(outcome).toMatchObject({ ok: false, cancelled: false });
  const lines = outcome.ok ? [] : outcome.lastLines;
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toMatch(/node ended with code 3\.$/);
  expect(lines.at(-2)).toBe("line 30");
  expect(await log()).not.toContain("never");
});

test("says when a program is not there", async () => {
  const plan: InstallPlan = { tool: "x", hash: "1", steps: [{ argv: [join(dir, "nothing")], cwd: dir, env: {} }] };
  const outcome = await createInstaller().run(botId, plan, { logFile, signal: never() });
  expect(outcome).toMatchObject({ ok: false, cancelled: false });
  expect(outcome.ok ? [] : outcome.lastLines.at(-1)).toContain("could not be started");
});

/** A step that forks into a session of its own and then goes on for ever. */
const forks = `
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const away = spawn("/usr/bin/setsid", ["sleep", "300"], { stdio: "inherit" });
fs.writeFileSync("pids", process.pid + "\\n" + away.pid + "\\n");
console.log("forked");
setInterval(() => {}, 1000);
`;

test("a cancelled install leaves no process behind, not even one that left its group", async () => {
  const stop = new AbortController();
  const running = createInstaller().run(botId, node(forks), { logFile, signal: stop.signal });
  await vi.waitFor(async () => expect(await log()).toContain("\nforked\n"));
  stop.abort();
  expect(await running).toMatchObject({
    ok: false,
    cancelled: true,
    lastLines: expect.arrayContaining(["Cancelled."]),
  });
  const pids = (await readFile(join(dir, "pids"), "utf8")).trim().split("\n");
  expect(pids).toHaveLength(2);
  for (const pid of pids) await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false));
});

test("an install that takes too long is ended and says so", async () => {
  const outcome = await createInstaller({ timeLimitMs: 500 }).run(botId, node(forks), { logFile, signal: never() });
  expect(outcome).toMatchObject({ ok: false, cancelled: false });
  expect(await log()).toContain("Stopped: it took longer than");
});

test("a daemon that a step leaves behind does not outlive it", async () => {
  const leaves = `${forks.replace("setInterval(() => {}, 1000);", "away.unref(); process.exit(0);")}`;
  expect(await createInstaller().run(botId, node(leaves), { logFile, signal: never() })).toMatchObject({ ok: true });
});

test("the log stops growing at its bound and says so", async () => {
  const floods =
    "const line = 'x'.repeat(999) + '\\n'; for (let i = 0; i < 3000; i++) process.stdout.write(line); console.log('the end')";
  const outcome = await createInstaller({ logBytes: 1024 * 1024 }).run(botId, node(`${floods}; process.exitCode = 1`), {
    logFile,
    signal: never(),
  });
  expect((await stat(logFile)).size).toBeLessThan(1.1 * 1024 * 1024);
  expect(await log()).toContain("the log has reached 1 MB");
  expect(outcome.ok ? [] : outcome.lastLines).toContain("the end");
});

test("nothing in an argument reaches a shell", async () => {
  const evil = "$(touch pwned); `touch pwned`; touch pwned\n#";
  const plan: InstallPlan = { tool: "x", hash: "1", steps: [{ argv: ["/bin/echo", evil], cwd: dir, env: {} }] };
  expect(await createInstaller().run(botId, plan, { logFile, signal: never() })).toMatchObject({ ok: true });
  expect(await log()).toContain("$(touch pwned)");
  await expect(stat(join(dir, "pwned"))).rejects.toThrow();
});

test("an install whose cancel came first starts nothing", async () => {
  await writeFile(join(dir, "pids"), "");
  const outcome = await createInstaller().run(botId, node("require('node:fs').writeFileSync('ran', '')"), {
    logFile,
    signal: AbortSignal.abort(),
  });
  expect(outcome).toMatchObject({ ok: false, cancelled: true });
  await expect(stat(join(dir, "ran"))).rejects.toThrow();
});

test("a question that is not answered is given up", async () => {
  const [step] = node("setInterval(() => {}, 1e6)").steps;
  if (!step) throw new Error("no step");
  const asked = createInstaller({ askMs: 300 }).ask(botId, step, { signal: never() });
  expect(await asked).toEqual({ code: null, out: "", err: "" });
});

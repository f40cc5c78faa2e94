import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, expect, it, vi } from "vitest";
import { botLimits } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { BOT, createFakeIsolation, createFakeRun, define } from "./fakes";
import { heapWithin, systemOpenFiles } from "./limits";
import { createQuiet } from "./quiet";
import { newest, now, patience, reaches, replaceWorker, setStage, stage, start, supervisor } from "./scene";
import { createSizes } from "./sizes";

const MB = 1_024 * 1_024;
setStage();
const uses = (megabytes: number) => supervisor.measured(BOT, { at: stage.clock.now(), cpu: 1, memory: megabytes * MB });

describe("a memory limit that the kernel does not hold", () => {
  const limited = { settings: { limits: { memoryMb: 100 } } };

  it("ends a bot that is over it twice running, which is a crash and says so", async () => {
    await start(limited);
    for (const megabytes of [101, 99, 101, 100]) uses(megabytes);
    expect(newest().killed).toBe(false);
    uses(101);
    uses(102);
    await reaches("backoff");
    expect(newest().killed).toBe(true);
    expect(now()?.status).toMatchObject({
      attempt: 1,
      lastExit: { signal: "SIGKILL", reason: { code: "memory_limit", values: { limit: 100 } } },
    });
  });

  it("is the limit the run was launched with, also for the next worker", async () => {
    await start(limited);
    await supervisor.put(define({ revision: 2, settings: { limits: { memoryMb: 10 } } }));
    uses(50);
    uses(50);
    expect(newest().killed).toBe(false);
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true });
    stage.found.set(BOT, { kind: "alive", live });
    await replaceWorker();
    await supervisor.boot();
    uses(101);
    uses(101);
    await reaches("backoff");
    expect(now()?.status).toMatchObject({ lastExit: { reason: { code: "memory_limit", values: { limit: 100 } } } });
  });

  it("is nobody's business here where the kernel holds it", async () => {
    const { report } = stage.isolation;
    stage.isolation = { ...stage.isolation, report: { ...report, limits: { ...report.limits, memory: "kernel" } } };
    await replaceWorker();
    await start(limited);
    uses(500);
    uses(500);
    expect(newest().killed).toBe(false);
  });
});

describe("a limit of its folder", () => {
  const limited = { settings: { limits: { diskMb: 10 } } };

  it("is looked at once a minute, and stops the bot as a person would, for good", async () => {
    await start(limited);
    stage.clock.advance(60_000);
    await new Promise((done) => setImmediate(done));
    stage.size = 11;
    stage.clock.advance(59_000);
    expect(now()?.status.state).toBe("running");
    stage.clock.advance(1_000);
    await reaches("parked");
    expect(newest().signals).toEqual(["SIGINT"]);
    expect(now()?.status).toMatchObject({ reason: { code: "disk_limit", values: { used: 11, limit: 10 } } });
    expect((await supervisor.runs(BOT, 1))[0]?.exit?.reason.code).toBe("disk_limit");
    stage.clock.advance(86_400_000);
    expect(stage.launched.length).toBe(1);
  });

  it("is said before a start", async () => {
    stage.size = 11;
    await start(limited, "parked");
    expect(now()?.status).toMatchObject({ reason: { code: "disk_limit" } });
    stage.size = 10;
    await supervisor.command(BOT, "start");
    await reaches("starting");
  });

  it("is not held against anybody whose folder cannot be looked at", async () => {
    stage.size = null;
    await start(limited);
    stage.clock.advance(120_000);
    expect(now()?.status.state).toBe("running");
  });

  it("is measured in files of its own, a file with two names once", async () => {
    const files = await mkdtemp(`${tmpdir()}/by-sizes-`);
    try {
      await mkdir(`${files}/deep`);
      await writeFile(`${files}/deep/three`, Buffer.alloc(3 * MB, 1));
      execFileSync("ln", [`${files}/deep/three`, `${files}/again`]);
      const said: string[] = [];
      const sizes = createSizes((line) => said.push(line));
      const folders = { root: "", files, venv: `${files}-none`, runs: "" };
      expect(await sizes.used(folders)).toBe(3);
      expect(said).toEqual([]);
      expect(await sizes.used({ ...folders, files: `${files}-none` })).toBeNull();
      expect(said.length).toBe(1);
    } finally {
      await rm(files, { recursive: true });
    }
  });
});

describe("isolation", () => {
  const apart = { level: "sandbox", kill: "namespace" } as const;

  it("is what the present run was launched with, also for the next worker, and else what the next would get", async () => {
    const plain = createFakeIsolation();
    const confined = { ...apart, wrap: ["/usr/bin/bwrap"], groups: [], openFiles: 0, fileBytes: 0 };
    stage.isolation = { ...plain, confine: async () => confined };
    await replaceWorker();
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    await start();
    expect(now()?.isolation).toEqual(apart);
    expect(newest().spec?.confinement).toEqual(confined);
    // Installing is other people's code as much as the bot is.
    expect(stage.confined).toEqual([confined]);
    stage.isolation = plain;
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true, dies: "SIGINT" });
    stage.found.set(BOT, { kind: "alive", live });
    await replaceWorker();
    await supervisor.boot();
    expect(now()?.isolation).toEqual(apart);
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    expect(now()?.isolation).toEqual({ level: "none", kill: "marker" });
  });

  it("that is missing keeps other people's bots from being installed or run, until an admin allows it", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    await start({ trusted: false }, "parked");
    expect(now()?.status).toMatchObject({ reason: { code: "isolation_missing" } });
    expect(stage.installs).toBe(0);
    expect(stage.launched).toEqual([]);
    await supervisor.put(define({ trusted: true, revision: 2 }));
    await supervisor.command(BOT, "start");
    await reaches("starting");
  });

  it("that fails at the last moment launches nothing either", async () => {
    stage.isolation = { ...createFakeIsolation(), of: () => apart };
    await replaceWorker();
    await start({ trusted: false }, "parked");
    expect(now()?.status).toMatchObject({ reason: { code: "isolation_missing" } });
    expect(stage.launched).toEqual([]);
  });

  it("that the disk refuses says that it was the disk", async () => {
    const full = async () => Promise.reject(new AppError("disk_unwritable", { detail: "no space left", path: "/x" }));
    stage.isolation = { ...createFakeIsolation(), confine: full };
    await replaceWorker();
    await start({}, "parked");
    expect(now()?.status).toMatchObject({ reason: { code: "disk", values: { detail: "no space left" } } });
  });
});

describe("what a runtime is told", () => {
  const limits = botLimits.parse({ memoryMb: 512 });

  it("is three quarters of its memory for Node's heap, unless the bot says otherwise", async () => {
    expect(heapWithin("node", limits, {})).toEqual({ NODE_OPTIONS: "--max-old-space-size=384" });
    expect(heapWithin("node", limits, { NODE_OPTIONS: "--enable-source-maps" })).toEqual({
      NODE_OPTIONS: "--enable-source-maps --max-old-space-size=384",
    });
    expect(heapWithin("node", limits, { NODE_OPTIONS: "--max-old-space-size=64" })).toEqual({});
    expect(heapWithin("node", botLimits.parse({}), {})).toEqual({});
    expect(heapWithin("python", limits, {})).toEqual({});
    await start({ settings: { limits: { memoryMb: 512 } } });
    expect(newest().spec?.env.NODE_OPTIONS).toBe("--max-old-space-size=384");
  });

  it("knows how many files the system allows", () => {
    expect(systemOpenFiles()).toBe(Number(execFileSync("/bin/sh", ["-c", "ulimit -n"]).toString()));
  });
});

it("a process that waits has stopped booting, one that works has not", async () => {
  const { spawn } = await import("node:child_process");
  // It says when it is at work: until then it may well wait for a moment, on a machine that is busy.
  const busy = spawn(process.execPath, ["-e", "fs.writeSync(1, 'on'); for (;;);"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const idle = spawn("/bin/sleep", ["600"], { stdio: "ignore" });
  try {
    await new Promise((on) => busy.stdout.once("data", on));
    const quiet = createQuiet({ uptime: () => performance.now() });
    const ask = (pid: number | undefined) =>
      quiet({ ...createFakeRun(stage.clock, { botId: BOT, run: 1 }), pid: pid ?? 0 });
    const [isBusy, isIdle] = [ask(busy.pid), ask(idle.pid)];
    await vi.waitFor(() => expect(isIdle()).toBe(true), patience);
    for (let n = 0; n < 5; n++) {
      await new Promise((go) => setTimeout(go, 50));
      expect(isBusy()).toBe(false);
    }
  } finally {
    for (const child of [busy, idle]) {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await gone;
    }
  }
});

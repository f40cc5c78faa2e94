import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { define } from "./fakes";
import { createSmallWorker } from "./small-worker";
import { kill9, spawnWorker } from "./spawned-worker";

/* The supervisor over real processes, in real time. */

const ID = "realbot001";
let home: string;
let worker: ReturnType<typeof createSmallWorker>;
const patience = { interval: 20 };

const bots = {
  crashes: "console.log('boom'); process.exit(7);",
  polite: "process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000);",
  stubborn: "for (const s of ['SIGINT','SIGTERM','SIGHUP']) process.on(s, () => {}); setInterval(() => {}, 1000);",
  missing: "require('no-such-module');",
  counts: "let n = 0; setInterval(() => console.log(++n), 20);",
} as const;

beforeEach(async () => {
  home = await mkdtemp(`${tmpdir()}/by-real-`);
  worker = createSmallWorker(home);
});
afterEach(async () => {
  await worker.supervisor.remove(ID);
  await worker.close();
  expect(survivors()).toEqual([]);
  await rm(home, { recursive: true, force: true });
});

/** Living processes that run a file of this home. */
function survivors(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return line.includes(home) ? [`${pid} ${line}`] : [];
    } catch {
      return [];
    }
  });
}

async function put(kind: keyof typeof bots, settings: Record<string, unknown> = {}) {
  await mkdir(`${home}/staged`);
  await writeFile(`${home}/staged/index.js`, bots[kind]);
  await worker.supervisor.put(define({ id: ID, settings }), `${home}/staged`);
}
const now = () => worker.supervisor.get(ID);
const reaches = (state: string) => vi.waitFor(() => expect(now()?.status.state).toBe(state), patience);
const pidOf = () => worker.supervisor.liveRun(ID)?.pid ?? 0;

describe("with real children", () => {
  it("a bot that crashes backs off, comes back, and is parked in words", async () => {
    await put("crashes", { restart: { backoffMs: 100, crashLimit: 3 } });
    await worker.supervisor.command(ID, "start");
    await reaches("parked");
    expect(now()).toMatchObject({
      restarts: 2,
      status: {
        reason: { code: "crash_loop", values: { count: 3, last: "Ended by itself with exit code 7." } },
        lastExit: { code: 7, signal: null },
      },
    });
    const runs = await worker.supervisor.runs(ID, 10);
    expect(runs.map((run) => [run.run, run.cause, run.exit?.code])).toEqual([
      [3, "crash", 7],
      [2, "crash", 7],
      [1, "person", 7],
    ]);
    expect(await readFile(`${home}/bots/${ID}/runs/3/out.log`, "utf8")).toContain("boom");
  });

  it("says which module is missing", async () => {
    await put("missing", { restart: { mode: "never" } });
    await worker.supervisor.command(ID, "start");
    await vi.waitFor(
      () => expect(now()?.status).toMatchObject({ lastExit: { reason: { code: "module_missing" } } }),
      patience,
    );
    expect(now()?.status).toMatchObject({
      state: "stopped",
      lastExit: { reason: { values: { module: "no-such-module" } } },
    });
  });

  it("stop asks a polite bot, and outlasts a stubborn one", async () => {
    await put("polite");
    await worker.supervisor.command(ID, "start");
    await reaches("starting");
    await vi.waitFor(
      () => expect(readFileSync(`/proc/${pidOf()}/status`, "utf8")).toMatch(/SigCgt:.*[^0\s]/),
      patience,
    );
    await worker.supervisor.command(ID, "stop");
    await reaches("stopped");
    expect(now()?.status).toMatchObject({ lastExit: { reason: { code: "asked" } } });

    await writeFile(`${home}/bots/${ID}/files/index.js`, bots.stubborn);
    await worker.supervisor.put(define({ id: ID, revision: 2, settings: { stop: { graceMs: 400 } } }));
    await worker.supervisor.command(ID, "start");
    await reaches("starting");
    const pid = pidOf();
    await worker.supervisor.command(ID, "stop");
    await reaches("stopping");
    await reaches("stopped");
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it("restarts into another process, and kills at once", async () => {
    await put("stubborn", { stop: { graceMs: 100 } });
    await worker.supervisor.command(ID, "start");
    await reaches("starting");
    const before = pidOf();
    await worker.supervisor.command(ID, "restart");
    await vi.waitFor(() => expect([0, before]).not.toContain(pidOf()), patience);
    expect(existsSync(`/proc/${before}`)).toBe(false);
    await worker.supervisor.command(ID, "kill");
    await reaches("stopped");
    expect(now()?.desired).toBe("down");
  });
});

describe("over the death of the worker", () => {
  it("the bot runs on, is adopted with its pid, and its output has no gap; its death while away is judged exactly", async () => {
    await put("counts");
    worker.supervisor.close();
    const first = spawnWorker(home);
    await first.booted();
    first.tell("start", ID);
    await vi.waitFor(() => expect(first.now()?.status?.state).toBe("starting"), patience);
    const status = first.now()?.status;
    const pid = status?.state === "starting" ? status.pid : 0;
    await kill9(first.child);
    expect(existsSync(`/proc/${pid}`)).toBe(true);

    const second = spawnWorker(home);
    await second.booted();
    expect(second.now()?.status).toMatchObject({ pid, run: 1 });
    await kill9(second.child);
    const lines = (await readFile(`${home}/bots/${ID}/runs/1/out.log`, "utf8")).trim().split("\n");
    expect(lines).toEqual(lines.map((_, n) => String(n + 1)));

    process.kill(pid, "SIGSEGV");
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), patience);
    worker = createSmallWorker(home);
    await worker.supervisor.boot();
    expect(now()?.status).toMatchObject({ state: "backoff", lastExit: { code: null, signal: "SIGSEGV" } });
  });
});

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Supervisor } from "../ports/index";
import { BOT, createFakeRun, createStage, define, TOKEN, tokenHash } from "./fakes";

type Stage = Awaited<ReturnType<typeof createStage>>;
let all: Stage;
let stage: Stage["stage"];
let supervisor: Supervisor;

beforeEach(async () => {
  all = await createStage();
  stage = all.stage;
  supervisor = all.supervisor;
});
afterEach(async () => {
  await supervisor.close();
  await stage.clear();
});

const patience = { timeout: 10_000, interval: 5 };
const now = () => supervisor.get(BOT);
const reaches = (state: string) => vi.waitFor(() => expect(now()?.status.state).toBe(state), patience);
const started = (count: number) => vi.waitFor(() => expect(stage.launched.length).toBe(count), patience);
const newest = () => {
  const run = stage.launched.at(-1);
  if (!run) throw new Error("nothing was launched");
  return run;
};
const put = async (over: Record<string, unknown> = {}) => supervisor.put(define(over), await stage.staged());
const start = async (over: Record<string, unknown> = {}) => {
  await put(over);
  await supervisor.command(BOT, "start");
  await reaches("starting");
};
/** The next worker on the same disk, after this one was killed. */
const nextWorker = async () => {
  supervisor.close();
  supervisor = stage.again();
  await supervisor.boot();
};

describe("a bot's life", () => {
  it("earns running by living for five seconds", async () => {
    await start();
    stage.clock.advance(4_999);
    expect(now()?.status.state).toBe("starting");
    stage.clock.advance(1);
    expect(now()?.status).toMatchObject({ state: "running", ready: "ready", run: 1, pid: 1001 });
    expect(stage.states).toEqual(["stopped", "preparing", "starting", "running"]);
    expect(await supervisor.runs(BOT, 5)).toMatchObject([{ run: 1, cause: "person" }]);
  });

  it("earns running by its ready line, late or not", async () => {
    await start({ settings: { ready: { line: "Logged in", timeoutMs: 60_000 } } });
    stage.clock.advance(59_000);
    expect(now()?.status.state).toBe("starting");
    stage.clock.advance(1_000);
    expect(now()?.status).toMatchObject({ state: "running", ready: "late" });
    stage.print("Logged in as Tester", 1);
    expect(now()?.status).toMatchObject({ state: "running", ready: "ready" });
    expect(stage.listeners.size).toBe(0);
  });

  it("stops politely, and is stopping until its tree is gone", async () => {
    await start();
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    expect(newest().signals).toEqual(["SIGINT"]);
    expect(newest().killed).toBe(true);
    expect(now()).toMatchObject({ desired: "down", status: { lastExit: { code: 0, reason: { code: "asked" } } } });
    expect(stage.states.slice(-2)).toEqual(["stopping", "stopped"]);
    expect(stage.desired).toEqual(["up", "down"]);
  });

  it("kills a stubborn one after its grace, with SIGTERM at half of it", async () => {
    stage.dies = undefined;
    await start();
    await supervisor.command(BOT, "stop");
    await reaches("stopping");
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT"]));
    stage.clock.advance(5_000);
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT", "SIGTERM"]));
    expect(newest().killed).toBe(false);
    stage.clock.advance(5_000);
    await reaches("stopped");
    expect(now()?.status).toMatchObject({ lastExit: { signal: "SIGKILL", reason: { code: "asked" } } });
  });

  it("lets kill jump over a stop that waits, and over the second half of a restart", async () => {
    stage.dies = undefined;
    await start();
    await supervisor.command(BOT, "restart");
    await reaches("stopping");
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT"]));
    await supervisor.command(BOT, "kill");
    await reaches("stopped");
    expect(stage.launched.length).toBe(1);
    expect(now()?.desired).toBe("down");
  });

  it("kills at once, without a signal before", async () => {
    await start();
    await supervisor.command(BOT, "kill");
    await reaches("stopped");
    expect(newest().signals).toEqual([]);
  });

  it("notes that it was told to before it kills: a worker killed then takes it for no crash", async () => {
    await start();
    const run = newest();
    const { killTree } = run;
    let noted = "";
    run.killTree = async () => {
      noted = await readFile(`${stage.home}/bots/${BOT}/state.json`, "utf8");
      await killTree();
    };
    await supervisor.command(BOT, "kill");
    await reaches("stopped");
    expect(noted).toContain('"asked": 1');
  });

  it("restarts as one job", async () => {
    await start();
    await supervisor.command(BOT, "restart");
    await started(2);
    await reaches("starting");
    expect(stage.states.slice(-4)).toEqual(["starting", "stopping", "preparing", "starting"]);
    expect(now()).toMatchObject({ restarts: 0, status: { run: 2 } });
    expect((await supervisor.runs(BOT, 5)).map((run) => run.cause)).toEqual(["restart", "person"]);
  });

  it("refuses what its state does not allow", async () => {
    await put();
    await expect(supervisor.command(BOT, "kill")).rejects.toMatchObject({ code: "command_refused" });
    await expect(supervisor.command(BOT, "stop")).rejects.toMatchObject({ code: "command_refused" });
    await expect(supervisor.command("zzzzzzzzzz", "start")).rejects.toMatchObject({ code: "not_found" });
    await expect(supervisor.send(BOT, "x")).rejects.toMatchObject({ code: "bot_not_running" });
  });

  it("starts once however often it is asked", async () => {
    await put();
    await Promise.allSettled([1, 2, 3].map(() => supervisor.command(BOT, "start")));
    await reaches("starting");
    expect(stage.launched.length).toBe(1);
  });

  it("types a line into it", async () => {
    await start();
    await supervisor.send(BOT, "hello");
    expect(newest().typed).toEqual(["hello\n"]);
  });

  it("builds the environment from nothing and opens secrets only there", async () => {
    await start({
      env: [
        { key: "DISCORD_TOKEN", secret: true, value: `sealed:${TOKEN}` },
        { key: "GREETING", secret: false, value: "hi" },
      ],
    });
    expect(newest().spec?.env).toEqual({
      PATH: "/usr/bin",
      LANG: "C.UTF-8",
      TZ: expect.any(String),
      DISCORD_TOKEN: TOKEN,
      GREETING: "hi",
    });
    expect(await readFile(`${stage.home}/budget.json`, "utf8")).not.toContain(TOKEN);
  });
});

describe("a tree that cannot be killed", () => {
  it("is not called stopped, and can be tried again", async () => {
    await start();
    const run = newest();
    const { killTree } = run;
    run.killTree = () => Promise.reject(new Error("not permitted"));
    await supervisor.command(BOT, "stop");
    await vi.waitFor(() => expect(stage.said.some((line) => line.includes("not permitted"))).toBe(true));
    expect(now()?.status.state).toBe("stopping");
    run.killTree = killTree;
    await supervisor.command(BOT, "kill");
    await reaches("stopped");
  });
});

describe("a bot that ends by itself", () => {
  it("backs off, comes back, and the rest of its tree is killed", async () => {
    await start();
    newest().exit({ code: 1 });
    await reaches("backoff");
    expect(newest().killed).toBe(true);
    expect(now()?.status).toMatchObject({ attempt: 1, retryAt: stage.clock.now() + 1_000, lastExit: { code: 1 } });
    stage.clock.advance(999);
    expect(stage.launched.length).toBe(1);
    stage.clock.advance(1);
    await started(2);
    await reaches("starting");
    expect(now()?.restarts).toBe(1);
    expect((await supervisor.runs(BOT, 1))[0]).toMatchObject({ run: 2, cause: "crash" });
  });

  it("is parked after eight crashes in ten minutes, with the reason in words, and a person may start it afresh", async () => {
    await start();
    for (let crash = 1; crash <= 8; crash++) {
      await started(crash);
      await reaches("starting");
      newest().exit({ code: 7 });
      if (crash === 8) break;
      await reaches("backoff");
      stage.clock.advance(64_000);
    }
    await reaches("parked");
    expect(now()).toMatchObject({ desired: "up", status: { reason: { code: "crash_loop", values: { count: 8 } } } });

    await nextWorker();
    await reaches("parked");
    stage.clock.advance(86_400_000);
    expect(stage.launched.length).toBe(8);

    await supervisor.command(BOT, "start");
    await started(9);
    await reaches("starting");
    newest().exit({ code: 7 });
    await reaches("backoff");
    expect(now()).toMatchObject({ restarts: 0, status: { attempt: 1 } });
  });

  it("stops at once while backing off", async () => {
    await start();
    newest().exit({ code: 1 });
    await reaches("backoff");
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    // All that still waits is the budget's look at the clock.
    expect(stage.clock.pending()).toBe(1);
  });

  it("starts at once while backing off", async () => {
    await start();
    newest().exit({ code: 1 });
    await reaches("backoff");
    await supervisor.command(BOT, "start");
    await started(2);
  });

  it("rests when it is done, and stays so over a restart of the worker", async () => {
    await start();
    newest().exit({ code: 0 });
    await reaches("stopped");
    expect(now()).toMatchObject({ desired: "down", status: { lastExit: { reason: { code: "done" } } } });
    await nextWorker();
    expect(now()?.status).toMatchObject({ state: "stopped", lastExit: { code: 0 } });
    expect(stage.launched.length).toBe(1);
  });

  it("is parked at once when a restart cannot mend it", async () => {
    await start();
    stage.lines = ["DiscordjsError [TokenInvalid]: An invalid token was provided."];
    newest().exit({ code: 1 });
    await reaches("parked");
    expect(now()?.status).toMatchObject({ reason: { code: "token_invalid" }, lastExit: { code: 1 } });
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
  });
});

describe("before the launch", () => {
  it.each([
    ["entry_missing", { entry: "gone.js" }],
    ["token_missing", { tokenOptional: false }],
    ["token_missing", { tokenOptional: false, env: [{ key: "DISCORD_TOKEN", secret: false, value: " " }] }],
    ["program_missing", { runtime: "python" }],
  ])("parks at once: %s", async (code, over) => {
    await put(over);
    await supervisor.command(BOT, "start");
    await reaches("parked");
    expect(now()?.status).toMatchObject({ reason: { code } });
    expect(stage.launched).toEqual([]);
  });

  it("installs once, and again when the hash changes", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    await start();
    expect(now()?.install).toMatchObject({ state: "done", tool: "npm ci", ms: 5 });
    await supervisor.command(BOT, "restart");
    await started(2);
    expect(now()?.install).toMatchObject({ state: "skipped", why: "unchanged" });
    stage.plan = { tool: "npm ci", hash: "two", present: true, steps: [] };
    await reaches("starting");
    await supervisor.command(BOT, "restart");
    await started(3);
    expect(stage.installs).toBe(2);
    stage.plan = { tool: "npm ci", hash: "two", present: false, steps: [] };
    await reaches("starting");
    await supervisor.command(BOT, "restart");
    await started(4);
    expect(stage.installs).toBe(3);
  });

  it("parks a failed install with its last lines and does not loop", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    stage.install = async () => ({ ok: false, cancelled: false, lastLines: ["npm ERR! 404 Not Found"] });
    await put();
    await supervisor.command(BOT, "start");
    await reaches("parked");
    expect(now()).toMatchObject({
      install: { state: "failed", cancelled: false, lastLines: ["npm ERR! 404 Not Found"] },
      status: { reason: { code: "install_failed", values: { last: "404 Not Found" } } },
    });
    stage.clock.advance(86_400_000);
    await nextWorker();
    expect(stage.installs).toBe(1);
  });

  const hanging = (signal: AbortSignal) =>
    new Promise<{ ok: false; cancelled: true; lastLines: string[] }>((done) =>
      signal.addEventListener("abort", () => done({ ok: false, cancelled: true, lastLines: [] })),
    );

  it("is called off by a person", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    stage.install = hanging;
    await put();
    await supervisor.command(BOT, "start");
    await vi.waitFor(() => expect(now()?.install.state).toBe("running"));
    expect(now()?.status).toMatchObject({ state: "preparing", step: "install" });
    await supervisor.cancelInstall(BOT);
    await reaches("parked");
    expect(now()?.status).toMatchObject({ reason: { code: "install_cancelled" } });
  });

  it("is called off by stop", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    stage.install = hanging;
    await put();
    await supervisor.command(BOT, "start");
    await vi.waitFor(() => expect(now()?.install.state).toBe("running"));
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    expect(stage.launched).toEqual([]);
  });

  it("sweeps up an install that the worker's death cut off, and does it again", async () => {
    stage.plan = { tool: "npm ci", hash: "one", present: true, steps: [] };
    stage.install = hanging;
    await put();
    await supervisor.command(BOT, "start");
    await vi.waitFor(() => expect(now()?.install.state).toBe("running"));
    await vi.waitFor(async () =>
      expect(await readFile(`${stage.home}/bots/${BOT}/state.json`, "utf8")).toContain('"installing": true'),
    );
    stage.install = async () => ({ ok: true, ms: 1 });
    await nextWorker();
    await reaches("starting");
    expect(stage.killAll).toEqual([BOT]);
    expect(stage.installs).toBe(2);
  });

  it("parks a launch that fails and writes its end down", async () => {
    stage.launchFails = Object.assign(new Error("no space left"), { code: "ENOSPC" });
    await put();
    await supervisor.command(BOT, "start");
    await reaches("parked");
    expect(now()?.status).toMatchObject({ reason: { code: "disk", values: { detail: "no space left" } } });
    expect(await supervisor.runs(BOT, 1)).toMatchObject([{ exit: { reason: { code: "disk" } } }]);
  });
});

describe("the start budget", () => {
  const withToken = { env: [{ key: "DISCORD_TOKEN", secret: false, value: TOKEN }] };
  const spend = (starts: number, ago: number) =>
    writeFile(
      `${stage.home}/budget.json`,
      JSON.stringify({ tokens: { [tokenHash]: Array(starts).fill([stage.clock.now() - ago, 1]) } }),
    );

  it("warns at 80 %", async () => {
    await spend(800, 3_600_000);
    await put(withToken);
    expect(now()?.budget).toEqual({ used: 800, limit: 1_000, warn: true });
  });

  it("parks starts by itself at 95 % and goes on when the budget is back", async () => {
    await spend(949, 3_600_000);
    await start(withToken);
    newest().exit({ code: 1 });
    await reaches("backoff");
    stage.clock.advance(5_000);
    await reaches("parked");
    const until = stage.clock.now() + 86_400_000 - 3_600_000 - 5_000;
    expect(now()?.status).toMatchObject({ reason: { code: "start_budget", values: { used: 950 } }, until });
    stage.clock.advance(86_400_000);
    await started(2);
  });

  it("lets a person start until there would be 1,000, and then refuses in words", async () => {
    await spend(998, 3_600_000);
    await start(withToken);
    expect(now()?.budget?.used).toBe(999);
    await expect(supervisor.command(BOT, "restart")).rejects.toMatchObject({ code: "start_budget_spent" });
    expect(now()?.status.state).toBe("starting");
  });

  it("counts what a bot asks for among what starts by itself, and lets it undo nothing that a person wanted", async () => {
    await spend(948, 3_600_000);
    await put(withToken);
    const byBot = (command: "start" | "stop" | "restart") => supervisor.command(BOT, command, "bot");
    for (const command of ["start", "restart"] as const)
      await expect(byBot(command)).rejects.toMatchObject({ code: "command_refused" });
    await supervisor.command(BOT, "start");
    await reaches("starting");
    await expect(byBot("stop")).rejects.toMatchObject({ code: "command_refused" });
    await byBot("restart");
    stage.clock.advance(5_000);
    await started(2);
    await reaches("starting");
    expect(now()).toMatchObject({ restarts: 1, budget: { used: 950 } });
    expect((await supervisor.runs(BOT, 5)).map((run) => run.cause)).toEqual(["bot", "person"]);
    await expect(byBot("restart")).rejects.toMatchObject({ code: "start_budget_spent" });
    const stopped = supervisor.command(BOT, "stop");
    await expect(byBot("restart")).rejects.toMatchObject({ code: "command_refused" });
    await stopped;
    await reaches("stopped");
    expect(now()?.desired).toBe("down");
    await supervisor.command(BOT, "start");
    stage.clock.advance(5_000);
    await started(3);
  });

  it("keeps two starts of one token five seconds apart, also over a restart of the worker", async () => {
    await start(withToken);
    await supervisor.command(BOT, "restart");
    await reaches("preparing");
    expect(now()?.status).toMatchObject({ step: "queue" });
    stage.clock.advance(4_999);
    expect(stage.launched.length).toBe(1);
    await nextWorker();
    // It waits for its turn, and for nothing else (but the budget's look at the clock).
    await vi.waitFor(() => expect(stage.clock.pending()).toBe(2));
    expect(now()?.status).toMatchObject({ state: "preparing", step: "queue" });
    expect(stage.launched.length).toBe(1);
    stage.clock.advance(1);
    await started(2);
  });
});

describe("a worker that takes over", () => {
  it("adopts what lives and remembers that it was ready", async () => {
    await start({ settings: { ready: { line: "Ready" } } });
    stage.print("Ready", 1);
    await vi.waitFor(async () =>
      expect(await readFile(`${stage.home}/bots/${BOT}/state.json`, "utf8")).toContain('"ready": 1'),
    );
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true });
    stage.found.set(BOT, { kind: "alive", live });
    await nextWorker();
    expect(now()?.status).toMatchObject({ state: "running", ready: "ready", pid: live.pid });
    live.exit({ code: 3 });
    await reaches("backoff");
    expect(stage.launched.length).toBe(1);
  });

  it("takes no command for a bot before it is known what became of it", async () => {
    await start();
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true, dies: "SIGINT" });
    stage.found.set(BOT, { kind: "alive", live });
    supervisor.close();
    supervisor = stage.again();
    const booted = supervisor.boot();
    const refused = expect(supervisor.command(BOT, "start")).rejects.toMatchObject({ code: "command_refused" });
    await Promise.all([booted, refused]);
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    expect(live.signals).toEqual(["SIGINT"]);
    expect(stage.launched.length).toBe(1);
  });

  it("denies no bot while it is still waking them", async () => {
    await start();
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true });
    stage.found.set(BOT, { kind: "alive", live });
    supervisor.close();
    supervisor = stage.again();
    const booted = supervisor.boot();
    const [, runs] = await Promise.all([supervisor.send(BOT, "hello"), supervisor.runs(BOT, 9), booted]);
    expect(live.typed).toEqual(["hello\n"]);
    expect(runs.map(({ run }) => run)).toEqual([1]);
    await expect(supervisor.send("zzzzzzzzzz", "hello")).rejects.toMatchObject({ code: "not_found" });
  });

  it("judges an exit that nobody saw as if seen now", async () => {
    await start();
    const exit = { code: 7, signal: null, at: stage.clock.now() + 50, recorded: true };
    stage.found.set(BOT, { kind: "ended", run: 1, startedAt: stage.clock.now(), exit, rebooted: false });
    await nextWorker();
    await reaches("backoff");
    expect(now()?.status).toMatchObject({ attempt: 1, lastExit: { code: 7, reason: { code: "exited" } } });
    expect(stage.killAll).toEqual([BOT]);
    expect(await supervisor.runs(BOT, 1)).toMatchObject([{ exit: { code: 7 }, cause: "person" }]);
    stage.clock.advance(1_000);
    await started(2);
    stage.found.delete(BOT);
  });

  it("starts again at once after the server went down", async () => {
    await start();
    const exit = { code: null, signal: null, at: stage.clock.now(), recorded: false };
    stage.found.set(BOT, { kind: "ended", run: 1, startedAt: stage.clock.now(), exit, rebooted: true });
    await nextWorker();
    stage.clock.advance(0);
    await started(2);
    expect((await supervisor.runs(BOT, 5)).map((run) => run.cause)).toEqual(["worker", "person"]);
  });

  it("finishes a stop, and the second half of a restart", async () => {
    stage.dies = undefined;
    await start();
    await supervisor.command(BOT, "restart");
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT"]));
    const exit = { code: 0, signal: null, at: stage.clock.now(), recorded: true };
    stage.found.set(BOT, { kind: "ended", run: 1, startedAt: stage.clock.now(), exit, rebooted: false });
    await nextWorker();
    await started(2);
    expect((await supervisor.runs(BOT, 2))[1]).toMatchObject({ exit: { reason: { code: "asked" } } });

    await supervisor.command(BOT, "stop");
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT"]));
    const live = createFakeRun(stage.clock, { botId: BOT, run: 2, adopted: true, dies: "SIGINT" });
    stage.found.set(BOT, { kind: "alive", live });
    await nextWorker();
    await reaches("stopped");
    expect(live.killed).toBe(true);
    expect(stage.launched.length).toBe(2);
  });

  it("ends what still lives of a restart, and starts it again", async () => {
    stage.dies = undefined;
    await start();
    await supervisor.command(BOT, "restart");
    await vi.waitFor(() => expect(newest().signals).toEqual(["SIGINT"]));
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true, dies: "SIGINT" });
    stage.found.set(BOT, { kind: "alive", live });
    await nextWorker();
    await started(2);
    expect(live).toMatchObject({ signals: ["SIGINT"], killed: true });
  });

  it("ends a run that was written down but never launched", async () => {
    await start();
    await nextWorker();
    await started(2);
    const runs = await supervisor.runs(BOT, 2);
    expect(runs[1]).toMatchObject({ run: 1, exit: { reason: { code: "lost" } } });
  });

  it("writes down the ends that a full disk and a killed worker left unwritten", async () => {
    await start();
    const open = { botId: BOT, cause: "person" };
    for (const run of [2, 3, 4]) {
      await mkdir(`${stage.home}/bots/${BOT}/runs/${run}`, { recursive: true });
      const record = JSON.stringify({ ...open, run, startedAt: run * 1_000 });
      await writeFile(`${stage.home}/bots/${BOT}/runs/${run}/run.json`, record);
    }
    stage.past.set(2, { code: 3, signal: null, at: 2_500, recorded: true });
    // Its log was packed since.
    stage.past.set(3, { code: null, signal: null, at: 9_000, recorded: false });
    stage.found.set(BOT, { kind: "alive", live: createFakeRun(stage.clock, { botId: BOT, run: 4, adopted: true }) });
    await nextWorker();
    const [four, three, two] = await supervisor.runs(BOT, 3);
    expect(four?.exit).toBeUndefined();
    expect(three).toMatchObject({ endedAt: 4_000, exit: { code: null, reason: { code: "lost" } } });
    expect(two).toMatchObject({ endedAt: 2_500, exit: { code: 3, reason: { code: "exited" } } });
  });

  it("falls back on an older generation, and one broken folder stops nobody", async () => {
    await put();
    await supervisor.put(define({ revision: 2, name: "Newer" }));
    await writeFile(`${stage.home}/bots/${BOT}/definition.json`, "{ half");
    await mkdir(`${stage.home}/bots/brokenbot1`, { recursive: true });
    await writeFile(`${stage.home}/bots/brokenbot1/definition.json`, "garbage");
    await mkdir(`${stage.home}/bots/emptybot01`, { recursive: true });
    await nextWorker();
    expect(supervisor.ids()).toEqual([BOT]);
    expect(stage.said.filter((line) => line.includes("brokenbot1") || line.includes("emptybot01")).length).toBe(2);
    await supervisor.command(BOT, "start");
    await reaches("starting");
  });
});

describe("definitions", () => {
  it("takes higher revisions only and moves the files in once", async () => {
    await put();
    expect(existsSync(`${stage.files}/index.js`)).toBe(true);
    expect(existsSync(`${stage.home}/staged`)).toBe(false);
    await supervisor.put(define({ revision: 3, entry: "three.js" }), `${stage.home}/staged`);
    await supervisor.put(define({ revision: 2, entry: "two.js" }));
    const kept = JSON.parse(await readFile(`${stage.home}/bots/${BOT}/definition.json`, "utf8"));
    expect(kept).toMatchObject({ revision: 3, entry: "three.js" });
  });

  it("leaves nothing half-made of a bot whose files cannot be moved in", async () => {
    await expect(supervisor.put(define(), `${stage.home}/nowhere`)).rejects.toMatchObject({ code: "disk_unwritable" });
    expect(existsSync(`${stage.home}/bots/${BOT}`)).toBe(false);
    expect(now()).toBeUndefined();
  });

  it("removes a bot with its folder, but never a folder source", async () => {
    const lives = await stage.staged("elsewhere");
    await supervisor.put(define({ source: { kind: "folder", path: lives } }));
    await supervisor.command(BOT, "start");
    await reaches("starting");
    expect(newest().spec?.cwd).toBe(lives);
    await supervisor.remove(BOT);
    expect(newest().killed).toBe(true);
    expect(existsSync(`${stage.home}/bots/${BOT}`)).toBe(false);
    expect(existsSync(`${lives}/index.js`)).toBe(true);
    expect(stage.states.at(-1)).toBe("removed");
    await supervisor.remove(BOT);
  });
});

describe("many bots", () => {
  it("start a few at a time", async () => {
    const ids = Array.from({ length: 6 }, (_, n) => `manybots0${n}`);
    for (const id of ids) await supervisor.put(define({ id }), await stage.staged(id));
    await Promise.all(ids.map((id) => supervisor.command(id, "start")));
    await started(4);
    const waits = () => ids.filter((id) => supervisor.get(id)?.status.state === "preparing").length;
    await vi.waitFor(() => expect(waits()).toBe(2));
    stage.clock.advance(5_000);
    await started(6);
  });
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { BOT, createFakeRun, define } from "./fakes";
import {
  newest,
  nextWorker,
  now,
  put,
  reaches,
  replaceWorker,
  setStage,
  stage,
  start,
  started,
  supervisor,
} from "./scene";

setStage();

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
    void replaceWorker();
    const booted = supervisor.boot();
    const refused = expect(supervisor.command(BOT, "start")).rejects.toMatchObject({ code: "command_refused" });
    await Promise.all([booted, refused]);
    await supervisor.command(BOT, "stop");
    await reaches("stopped");
    expect(live.signals).toEqual(["SIGINT"]);
    expect(stage.launched.length).toBe(1);
  });

  it("denies no bot before it has woken them", async () => {
    await start();
    const live = createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true });
    stage.found.set(BOT, { kind: "alive", live });
    void replaceWorker();
    const early = supervisor.send(BOT, "hello");
    const booted = supervisor.boot();
    const [, runs] = await Promise.all([early, supervisor.runs(BOT, 9), booted]);
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

import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { BOT, TOKEN } from "./fakes";
import { newest, now, put, reaches, setStage, stage, start, started, supervisor } from "./scene";

setStage();

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
    await supervisor.boot();
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

import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { BOT } from "./fakes";
import { nextWorker, now, put, reaches, setStage, stage, start, started, supervisor } from "./scene";

setStage();

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

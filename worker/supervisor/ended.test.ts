import { describe, expect, it } from "vitest";
import { BOT } from "./fakes";
import { newest, nextWorker, now, reaches, setStage, stage, start, started, supervisor } from "./scene";

setStage();

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

import { writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { BOT, TOKEN, tokenHash } from "./fakes";
import { newest, nextWorker, now, put, reaches, setStage, stage, start, started, supervisor } from "./scene";

setStage();

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

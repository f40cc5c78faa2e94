import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { disk } from "./memory-disk";
import { createWorld, type Kind, shortestGap, worstDay } from "./simulation";

/* Policy and start budget over simulated days. */

vi.mock("node:fs/promises", async () => (await import("./memory-disk")).memoryDisk);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const A = "aaaaaaaaaa";
const B = "bbbbbbbbbb";
const T = "MTE.token.one";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  disk.clear();
  world = await createWorld();
});
afterEach(() => world.supervisor.close());

const now = (id = A) => world.supervisor.get(id);
/** A policy that never gives up by itself, so that only the budget is in its way. */
const eager = { crashLimit: 100, crashWindowMs: 10_000, backoffMs: 100, backoffMaxMs: 1_000 };
const dies =
  (ms: number, code = 1): Kind =>
  () => ({ ms, code });
const kinds = {
  "at once": dies(0),
  "after 1.5 s": dies(1_500),
  "after a minute": dies(MINUTE),
  "now good, now bad": (life) => ({ ms: life % 2 === 0 ? 11 * MINUTE : 200, code: 1 }),
} as const satisfies Record<string, Kind>;

const keepsTheRules = (token = T, ceiling = 950) => {
  expect(worstDay(world.book, token)).toBeLessThanOrEqual(ceiling);
  expect(shortestGap(world.book, token)).toBeGreaterThanOrEqual(5 * SECOND);
};

describe("a bot that is started for ever", () => {
  it.each(Object.entries(kinds).flatMap(([name, kind]) => [16, 64].map((shards) => [name, shards, kind] as const)))(
    "crashing %s with %i shards keeps its token's budget, and comes back each day",
    async (_name, shards, kind) => {
      await world.add({ id: A, token: T, shards, kind, restart: eager });
      const parked = new Set<string>();
      const warned: number[] = [];
      const quiet: number[] = [];
      await world.pass(4 * DAY, () => {
        const { status, budget } = now() ?? {};
        if (status?.state === "parked") parked.add(status.reason.code);
        if (budget) (budget.warn ? warned : quiet).push(budget.used);
      });
      keepsTheRules();
      expect([...parked]).toEqual(["start_budget"]);
      expect(Math.min(...warned)).toBeGreaterThanOrEqual(800);
      expect(Math.max(...quiet)).toBeLessThan(800);
      // On the last day it is started as on the first: nothing was parked for good.
      const onDay = (day: number) => world.book.filter(({ at }) => Math.floor((at - 1e6) / DAY) === day).length;
      expect(onDay(3)).toBeGreaterThan(0.8 * onDay(0));
      expect((await world.supervisor.runs(A, 100_000)).length).toBe(world.book.length);
      expect(now()?.restarts).toBe(world.book.length - 1);
    },
  );

  it("takes its whole budget and no more: 950 a day by itself", async () => {
    await world.add({ id: A, token: T, kind: dies(1_500), restart: eager });
    await world.pass(1.2 * DAY);
    expect(worstDay(world.book, T)).toBe(950);
    expect(world.book.length).toBeGreaterThan(950 + 400);
  });

  it("shares one budget and one gap with every bot of its token, and none with others", async () => {
    await world.add(
      { id: A, token: T, shards: 5, kind: dies(0), restart: eager },
      { id: B, token: T, shards: 7, kind: dies(3 * SECOND), restart: eager },
      { id: "cccccccccc", token: "MTE.token.two", shards: 9, kind: dies(0), restart: eager },
    );
    await world.pass(2 * DAY);
    keepsTheRules();
    keepsTheRules("MTE.token.two");
    expect(world.book.some(({ botId }) => botId === B)).toBe(true);
  });
});

describe("whatever happens to the machine", () => {
  it.each([8, 64])("workers killed, reboots and a clock set to and fro leave no hole (%i shards)", async (shards) => {
    await world.add(
      { id: A, token: T, shards, kind: dies(1_500), restart: eager },
      { id: B, token: T, shards: 3, kind: (life) => ({ ms: (life % 7) * MINUTE, code: 1 }), restart: eager },
    );
    const jumps = [3 * DAY, -5 * DAY, HOUR, -HOUR, 2 * DAY, 40 * DAY, -38 * DAY];
    for (let turn = 0; turn < 70; turn++) {
      await world.pass(HOUR + turn * SECOND);
      if (turn % 2 === 0) await world.killWorker();
      if (turn % 3 === 0) world.clock.set(jumps[(turn / 3) % jumps.length] ?? 0);
      await world.pass(2 * MINUTE);
      // Killed again before anything could happen, and with the clock just moved.
      if (turn % 5 === 0) await world.killWorker();
      if (turn % 11 === 10) await world.reboot(MINUTE);
    }
    keepsTheRules();
    expect(world.book.length * shards).toBeGreaterThan(900);
  });

  it("a worker that is killed all the time makes no bot start sooner than its pause allows", async () => {
    await world.add({ id: A, token: T, kind: dies(0), restart: { backoffMs: 60_000, crashLimit: 100 } });
    for (let turn = 0; turn < 200; turn++) {
      await world.pass(3 * SECOND);
      await world.killWorker();
    }
    // 60, 120, 240 … s with no jitter: four starts in ten minutes.
    expect(world.book.length).toBe(4);
    expect(now()?.status).toMatchObject({ state: "backoff", attempt: 4 });
  });

  it("what lives through it is adopted, never doubled, and was one life", async () => {
    await world.add({ id: A, token: T, kind: () => undefined });
    for (let turn = 0; turn < 50; turn++) {
      await world.pass(MINUTE);
      world.clock.set(turn % 2 === 0 ? 3 * DAY : -3 * DAY);
      await world.killWorker();
    }
    expect(world.book.length).toBe(1);
    expect(now()).toMatchObject({ desired: "up", restarts: 0, status: { state: "running", run: 1 } });
  });

  it("a reboot starts what was wanted again, says why, and counts it", async () => {
    await world.add({ id: A, token: T, kind: () => undefined }, { id: B, token: T, kind: () => undefined });
    await world.pass(MINUTE);
    await world.supervisor.command(B, "stop");
    await world.pass(MINUTE);
    await world.reboot(HOUR);
    await world.pass(MINUTE);
    expect(now()).toMatchObject({ restarts: 1, status: { state: "running", run: 2 } });
    expect((await world.supervisor.runs(A, 9)).map((run) => [run.cause, run.exit?.reason.code])).toEqual([
      ["worker", undefined],
      ["person", "rebooted"],
    ]);
    expect(now(B)).toMatchObject({ desired: "down", status: { state: "stopped" } });
  });

  it("a clock set back keeps nobody waiting: not for running, not for its pause, not for its budget", async () => {
    await world.add({ id: A, token: T, kind: (life) => (life === 0 ? { ms: 0, code: 1 } : undefined) });
    expect(world.state(A)).toBe("starting");
    await world.pass(0.1 * SECOND);
    expect(world.state(A)).toBe("backoff");
    world.clock.set(-30 * DAY);
    await world.killWorker();
    await world.pass(6 * SECOND);
    expect(world.state(A)).toBe("starting");
    world.clock.set(-30 * DAY);
    await world.killWorker();
    await world.pass(6 * SECOND);
    expect(world.state(A)).toBe("running");
  });
});

describe("a person", () => {
  it("who presses restart like mad for days never gets to 1,000", async () => {
    await world.add(
      { id: A, token: T, shards: 9, kind: () => undefined },
      { id: B, token: T, shards: 4, kind: dies(0), restart: eager },
    );
    let refused = 0;
    let pressed = 0;
    for (let minute = 0; minute < 3 * 24 * 60; minute += 5) {
      await world.pass(5 * MINUTE);
      for (const id of [A, B, A]) {
        pressed += 1;
        await world.supervisor.command(id, "restart").catch((error: { code: string }) => {
          expect(["start_budget_spent", "command_refused"]).toContain(error.code);
          refused += 1;
        });
      }
    }
    keepsTheRules(T, 999);
    expect(worstDay(world.book, T)).toBeGreaterThan(985);
    expect(refused).toBeGreaterThan(pressed / 2);
    // A refusal took nothing away: what ran runs on.
    expect(world.alive(A)).toBe(true);
  });

  it("who presses it a hundred times at once gets it once, and at most once more", async () => {
    await world.add({ id: A, token: T, kind: () => undefined });
    await world.pass(MINUTE);
    await Promise.allSettled(Array.from({ length: 100 }, () => world.supervisor.command(A, "restart")));
    await world.pass(MINUTE);
    expect(world.book.length).toBeLessThanOrEqual(3);
    expect(world.state(A)).toBe("running");
  });
});

describe("the default policy", () => {
  it.each([
    ["at once", dies(0)],
    ["after 1.5 s", dies(1_500)],
  ])("gives up on a bot that crashes %s, for good", async (_name, kind) => {
    await world.add({ id: A, token: T, kind });
    await world.pass(3 * DAY);
    expect(world.book.length).toBe(8);
    expect(now()?.status).toMatchObject({ state: "parked", reason: { code: "crash_loop" } });
    await world.killWorker();
    await world.pass(DAY);
    expect(world.book.length).toBe(8);
  });

  it("slows down for one that crashes after 9 min 59, up to ten minutes, and never parks it", async () => {
    await world.add({ id: A, token: T, kind: dies(9 * MINUTE + 59 * SECOND) });
    await world.pass(5 * DAY);
    expect(now()?.status.state).not.toBe("parked");
    const gaps = world.book.slice(-20).map(({ at }, n, all) => at - (all[n - 1]?.at ?? at));
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(17 * MINUTE);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20 * MINUTE);
  });

  it("forgets the failures of one that then ran well", async () => {
    const lives = [0, 0, 0, 0, 11 * MINUTE, 0];
    await world.add({ id: A, token: T, kind: (life) => ({ ms: lives[life % lives.length] ?? 0, code: 1 }) });
    const attempts: number[] = [];
    await world.pass(HOUR, () => {
      const { status } = now() ?? {};
      if (status?.state === "backoff" && attempts.at(-1) !== status.attempt) attempts.push(status.attempt);
    });
    expect(attempts.slice(0, 8)).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it("never restarts one that nobody sees ready: it runs, late", async () => {
    await world.add({ id: A, token: T, kind: () => undefined });
    await world.supervisor.put({
      ...(await import("./fakes")).define({ id: A, revision: 2, settings: { ready: { line: "never said" } } }),
    });
    await world.supervisor.command(A, "restart");
    await world.pass(3 * DAY);
    expect(now()?.status).toMatchObject({ state: "running", ready: "late", run: 2 });
    expect(world.book.length).toBe(2);
  });
});

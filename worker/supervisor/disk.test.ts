import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Supervisor } from "../ports/index";
import { BOT, createFakeRun, createStage, define, TOKEN } from "./fakes";
import { disk } from "./memory-disk";

/* A disk that is full, read-only or broken, at every single write; and what is left of what it garbled. */

vi.mock("node:fs/promises", async () => (await import("./memory-disk")).memoryDisk);

type Stage = Awaited<ReturnType<typeof createStage>>["stage"];
let stage: Stage;
let supervisor: Supervisor;
const settle = () => new Promise((done) => setImmediate(done));
const now = () => supervisor.get(BOT);
const root = () => `${stage.home}/bots/${BOT}`;
const env = [{ key: "DISCORD_TOKEN", secret: false, value: TOKEN }];

beforeEach(async () => {
  disk.clear();
  const all = await createStage();
  stage = all.stage;
  supervisor = all.supervisor;
  await supervisor.put(define({ env }), await stage.staged());
});
afterEach(() => supervisor.close());

async function nextWorker() {
  void supervisor.close();
  stage.clock.forget();
  supervisor = stage.again();
  await supervisor.boot();
  await settle();
}
async function start() {
  await supervisor.command(BOT, "start");
  await settle();
  stage.clock.advance(6_000);
  await settle();
  expect(now()?.status.state).toBe("running");
}
const live = () => {
  const run = stage.launched.at(-1);
  if (!run) throw new Error("nothing was launched");
  return run;
};
const full = (code = "ENOSPC") => disk.refuse(() => code);

describe.each(["ENOSPC", "EROFS", "EIO"])("a disk that says %s", (code) => {
  it("keeps nobody from stopping, and takes the wish as soon as it can", async () => {
    await start();
    full(code);
    await supervisor.command(BOT, "stop");
    await settle();
    expect(live().killed).toBe(true);
    expect(now()).toMatchObject({ desired: "down", status: { state: "stopped" }, trouble: { code: "disk" } });
    expect(now()?.trouble?.values.detail).toContain(code);

    disk.refuse(undefined);
    stage.clock.advance(5_000);
    await settle();
    expect(now()?.trouble).toBeUndefined();
    await nextWorker();
    expect(now()).toMatchObject({ desired: "down", status: { state: "stopped" } });
    expect(await supervisor.runs(BOT, 1)).toMatchObject([{ exit: { reason: { code: "asked" } } }]);
    expect(stage.launched.length).toBe(1);
  });

  it("refuses a start in words, without a trace of the wish", async () => {
    full(code);
    await expect(supervisor.command(BOT, "start")).rejects.toMatchObject({ code: "disk_unwritable" });
    await settle();
    expect(now()).toMatchObject({ desired: "down", status: { state: "stopped" } });
    disk.refuse(undefined);
    stage.clock.advance(60_000);
    await settle();
    expect(now()?.trouble).toBeUndefined();
    expect(stage.launched.length).toBe(0);
  });

  it("parks what crashed meanwhile, and starts it by itself when there is room again", async () => {
    await start();
    full(code);
    live().exit({ code: 1 });
    await settle();
    expect(now()?.status.state).toBe("backoff");
    stage.clock.advance(1_000);
    await settle();
    expect(now()?.status).toMatchObject({ state: "parked", reason: { code: "disk" } });
    // However often it is tried in vain, no start is counted that never was.
    for (let n = 0; n < 40; n++) {
      stage.clock.advance(30_000);
      await settle();
    }
    expect(now()?.budget?.used).toBe(1);
    disk.refuse(undefined);
    stage.clock.advance(30_000);
    await settle();
    expect(now()).toMatchObject({ status: { state: "starting" }, restarts: 1 });
    stage.clock.advance(6_000);
    await settle();
    expect(now()?.trouble).toBeUndefined();
    expect(stage.launched.length).toBe(2);
    expect((await supervisor.runs(BOT, 9)).map((run) => run.exit?.code)).toEqual([undefined, 1]);
  });
});

/** How many writes the given doings take when nothing is refused. */
async function writesOf(doing: () => Promise<unknown>): Promise<number> {
  const before = disk.calls();
  await doing();
  await settle();
  return disk.calls() - before;
}

describe("a single write that fails", () => {
  const at = (n: number, code: string) => {
    let left = n;
    disk.refuse(() => (left-- === 0 ? code : undefined));
  };

  it("is survived wherever it is: a stop stops, and the next worker knows", async () => {
    await start();
    const writes = await writesOf(() => supervisor.command(BOT, "stop"));
    expect(writes).toBeGreaterThan(8);
    for (let n = 0; n < writes; n++) {
      await start();
      at(n, "ENOSPC");
      await supervisor.command(BOT, "stop");
      await settle();
      expect(now()?.status.state, `write ${n}`).toBe("stopped");
      stage.clock.advance(5_000);
      await settle();
      disk.refuse(undefined);
      expect(now()?.trouble, `write ${n}`).toBeUndefined();
      await nextWorker();
      expect(now(), `write ${n}`).toMatchObject({ desired: "down", status: { state: "stopped" } });
    }
    expect(stage.launched.every((run) => run.killed)).toBe(true);
  });

  it("is survived wherever it is: a start that was taken comes to run, one that was refused never does", async () => {
    const writes = await writesOf(start);
    await supervisor.command(BOT, "stop");
    await settle();
    for (let n = 0; n < writes; n++) {
      const launched = stage.launched.length;
      at(n, "EIO");
      const taken = await supervisor.command(BOT, "start").then(
        () => true,
        () => false,
      );
      await settle();
      stage.clock.advance(40_000);
      await settle();
      stage.clock.advance(6_000);
      await settle();
      disk.refuse(undefined);
      expect(now()?.status.state, `write ${n}`).toBe(taken ? "running" : "stopped");
      expect(stage.launched.length - launched, `write ${n}`).toBe(taken ? 1 : 0);
      if (taken) await supervisor.command(BOT, "stop");
      await settle();
    }
  });

  it("and a worker killed at any write leaves one copy and the wish", async () => {
    const writes = await writesOf(start);
    for (let n = 0; n < writes; n++) {
      await supervisor.command(BOT, "stop").catch(() => {});
      await settle();
      stage.found.delete(BOT);
      const launched = stage.launched.length;
      // Dead from here on: whatever it still does reaches no disk.
      let left = n;
      disk.refuse(() => (left-- <= 0 ? "EIO" : undefined));
      const taken = await supervisor.command(BOT, "start").then(
        () => true,
        () => false,
      );
      await settle();
      disk.refuse(undefined);
      const run = stage.launched.at(-1);
      if (run && stage.launched.length > launched) {
        const adopted = createFakeRun(stage.clock, { botId: BOT, run: run.run, adopted: true, dies: "SIGINT" });
        stage.found.set(BOT, { kind: "alive", live: adopted });
      }
      await nextWorker();
      stage.clock.advance(40_000);
      await settle();
      expect(now()?.desired, `write ${n}`).toBe(taken ? "up" : "down");
      expect(stage.launched.length - launched, `write ${n}`).toBe(taken ? 1 : 0);
    }
  });
});

it("a worker killed at any write of a crash judged it once, and the next one goes on from there", async () => {
  const crash = async () => {
    live().exit({ code: 7 });
    await settle();
  };
  await start();
  const writes = await writesOf(crash);
  for (let n = 0; n <= writes; n++) {
    stage.found.delete(BOT);
    await supervisor.command(BOT, "restart");
    await settle();
    stage.clock.advance(6_000);
    await settle();
    const { run, startedAt } = live();
    let left = n;
    disk.refuse(() => (left-- <= 0 ? "EIO" : undefined));
    await crash();
    disk.refuse(undefined);
    const exit = { code: 7, signal: null, at: stage.clock.now(), recorded: true };
    stage.found.set(BOT, { kind: "ended", run, startedAt, exit, rebooted: false });
    const launched = stage.launched.length;
    await nextWorker();
    expect(now()?.status, `write ${n}`).toMatchObject({ state: "backoff", attempt: 1, lastExit: { code: 7 } });
    expect((await supervisor.runs(BOT, 1))[0], `write ${n}`).toMatchObject({
      run,
      exit: { reason: { code: "exited" } },
    });
    // Its pause, and five seconds from the last start of its token.
    stage.clock.advance(5_000);
    await settle();
    expect(stage.launched.length - launched, `write ${n}`).toBe(1);
    await crash();
  }
});

describe("garbage", () => {
  it("in the newest wish: the wish is known all the same, though the one before it says the opposite", async () => {
    await start();
    await supervisor.command(BOT, "stop");
    await settle();
    disk.write(`${root()}/desired.json`, '{ "desired": "u');
    await nextWorker();
    expect(now()).toMatchObject({ desired: "down", status: { state: "stopped" } });
    expect(stage.said.some((line) => line.includes("desired.json cannot be read"))).toBe(true);

    await start();
    disk.write(`${root()}/desired.json`, "\0\0\0");
    await nextWorker();
    expect(now()?.desired).toBe("up");
  });

  it("in every file but the definition: it is woken, and said", async () => {
    await start();
    for (const name of ["desired", "state", "install"]) {
      for (const generation of ["", ".1", ".2"]) disk.write(`${root()}/${name}.json${generation}`, "garbage");
    }
    disk.write(`${root()}/runs/1/run.json`, "garbage");
    stage.found.set(BOT, {
      kind: "alive",
      live: createFakeRun(stage.clock, { botId: BOT, run: 1, adopted: true, dies: "SIGINT" }),
    });
    await nextWorker();
    // Nobody knows whether it was wanted: starting what a person stopped would be the worse mistake.
    expect(now()).toMatchObject({ desired: "down", status: { state: "stopped" } });
    expect(stage.said.filter((line) => line.includes("cannot be read")).length).toBeGreaterThanOrEqual(2);
    await start();
  });

  it("in the newest state: the one before it is taken", async () => {
    await start();
    live().exit({ code: 1 });
    await settle();
    expect(now()?.status.state).toBe("backoff");
    disk.write(`${root()}/state.json`, "{");
    await nextWorker();
    expect(now()?.desired).toBe("up");
    stage.clock.advance(2_000);
    await settle();
    expect(now()?.status.state).toBe("starting");
  });
});

it("a disk that hangs keeps nobody from being killed for longer than a quarter of a second", async () => {
  await start();
  stage.dies = undefined;
  const { memoryDisk } = await import("./memory-disk");
  let wake = () => {};
  const awake = new Promise<void>((done) => {
    wake = done;
  });
  const { open: now } = memoryDisk;
  const open = vi.spyOn(memoryDisk, "open").mockImplementation((...file) => awake.then(() => now(...file)));
  try {
    void supervisor.command(BOT, "kill");
    await settle();
    stage.clock.advance(250);
    await settle();
    expect(live().killed).toBe(true);
  } finally {
    open.mockRestore();
    wake();
  }
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { carriers } from "../testing/carriers";
import { createCounter } from "./census";
import { launchRun } from "./launch";
import { findShell } from "./shell";
import { openSpawns } from "./spawns";
import { bot, createStage, isThere, type Stage, soon } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage({ spawns: { few: 0 } });
});
afterEach(() => stage.end());

/** The spawners of a worker, as read here and not by the code under test: its children that were given spawner.ts to run. */
function spawners(of = process.pid): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isThere(Number(name)))
    .filter((name) => {
      try {
        const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "latin1"))?.[1]);
        return parent === of && readFileSync(`/proc/${name}/cmdline`, "latin1").includes("spawner.ts");
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Recorder and bot, once. */
const expectOne = () => soon(() => expect(carriers(stage.botId)).toHaveLength(2));
const environOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, "latin1");

test("few starts need no spawner; a crowd has one, which knows nothing of anybody and goes with the worker's part", async () => {
  const spawns = openSpawns({ few: 1 });
  const what = { argv: ["/bin/sleep", "0.1"] as const, cwd: "/", env: { SECRET: "told-to-nobody" } };
  const before = spawners();
  await spawns.start(what);
  expect(spawners()).toEqual(before);
  const shells = await Promise.all(Array.from({ length: 20 }, () => spawns.start(what)));
  const [spawner = 0, ...others] = spawners().filter((pid) => !before.includes(pid));
  expect(others).toEqual([]);
  expect(environOf(spawner)).not.toMatch(/SECRET|BOTYARD|PATH/);
  const pids = new Set(shells.map((shell) => (shell === "unsure" ? 0 : shell.pid)));
  expect(pids.size).toBe(20);
  const ends = await Promise.all(shells.map((shell) => (shell === "unsure" ? "unsure" : shell.ended)));
  expect(new Set(ends.map((end) => JSON.stringify(end)))).toEqual(new Set(['{"code":0,"signal":null}']));
  spawns.close();
  await soon(() => expect(isThere(spawner)).toBe(false));
});

test("what cannot be started is told as if the worker had tried", async () => {
  const spawns = openSpawns({ few: 0 });
  await expect(spawns.start({ argv: ["/no/such/program"], cwd: "/", env: {} })).rejects.toMatchObject({
    code: "ENOENT",
  });
  await expect(spawns.start({ argv: ["/bin/true", "a\0b"], cwd: "/", env: {} })).rejects.toThrow("null bytes");
  spawns.close();
});

test.each([
  ["is not there", ["/no/such/spawner"]],
  ["ends at once", ["/bin/false"]],
  ["says nothing that makes sense", [process.execPath, "-e", "process.send('ready'); setInterval(() => {}, 1000)"]],
] as const)("a spawner that %s is done without", async (_why, program) => {
  const processes = stage.nextWorker({ spawns: { few: 0, program } });
  const live = await processes.launch(stage.spec(bot("exits-0.mjs")));
  expect(await live.exited).toMatchObject({ code: 0 });
});

test("killed -9 between launches: bots run on, and the next launch works", async () => {
  const first = await stage.launch(bot("polite.mjs"));
  for (const pid of spawners()) process.kill(pid, "SIGKILL");
  await soon(() => expect(spawners()).toEqual([]));
  expect(isThere(first.pid)).toBe(true);
  await first.killTree();
  const next = await stage.launch(bot("polite.mjs"), 2);
  expect(isThere(next.pid)).toBe(true);
  await expectOne();
});

test("killed -9 at moments during launches: each bot runs, and once", async () => {
  for (let round = 0; round < 8; round++) {
    // It is there and listens.
    const before = await stage.processes.launch(stage.spec(bot("exits-0.mjs"), 2 * round + 1));
    await before.exited;
    await before.killTree();
    const [spawner = 0] = spawners();
    const launched = stage.processes.launch(stage.spec(bot("numbered.mjs", "200"), 2 * round + 2));
    await new Promise((go) => setTimeout(go, round));
    process.kill(spawner, "SIGKILL");
    const live = await launched;
    await expectOne();
    expect(carriers(stage.botId)).toContain(live.pid);
    await live.killTree();
    expect(carriers(stage.botId)).toEqual([]);
    await soon(() => expect(isThere(spawner)).toBe(false));
  }
});

test("when nobody can tell whether it was started: of two shells the folder takes one, and that is the run", async () => {
  const real = openSpawns({ few: 99 });
  for (const [run, first] of [true, false].entries()) {
    const spawns: typeof real = {
      async start(what) {
        if (first) await real.start(what);
        return "unsure";
      },
      close() {},
    };
    const ports = { wrap: await findShell(), bootId: "a-boot", counter: createCounter(), spawns };
    const { bot: seen } = await launchRun(stage.spec(bot("polite.mjs"), run + 1), ports);
    await expectOne();
    expect(carriers(stage.botId)).toContain(seen.pid);
    await stage.processes.killAll(stage.botId);
  }
});

test("a worker killed -9 with a launch on its way: it comes late, and is refused", async () => {
  const worker = await stage.workerWith(bot("numbered.mjs", "200"));
  const [spawner = 0] = spawners(worker.child.pid);
  // So it is on its way for as long as we like.
  process.kill(spawner, "SIGSTOP");
  worker.child.kill("SIGUSR1");
  await soon(() => expect(existsSync(`${stage.runsDir}/2/exit`)).toBe(true));
  await new Promise((go) => setTimeout(go, 50));
  worker.child.kill("SIGKILL");
  await worker.gone;
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, exit: { signal: "SIGKILL" } });
  process.kill(spawner, "SIGCONT");
  await soon(() => expect(isThere(spawner)).toBe(false));
  await soon(() => expect(carriers(stage.botId)).toEqual([]));
  expect(readFileSync(`${stage.runsDir}/2/pid`, "latin1")).toBe("never launched\n");
});

test("a worker killed -9 leaves no spawner, and its bots run on", async () => {
  const worker = await stage.workerWith(bot("polite.mjs"));
  const [spawner = 0] = spawners(worker.child.pid);
  expect(isThere(spawner)).toBe(true);
  process.kill(-(worker.child.pid ?? 0), "SIGINT");
  worker.child.kill("SIGKILL");
  await worker.gone;
  await soon(() => expect(isThere(spawner)).toBe(false));
  expect(await stage.alive()).toMatchObject({ pid: worker.pid, adopted: true });
});

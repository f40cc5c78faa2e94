import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnv } from "../bare-env";
import { carriers } from "../testing/carriers";
import { createCounter } from "./census";
import { launchRun } from "./launch";
import { findShell } from "./shell";
import { openSpawns } from "./spawns";
import { bot, createStage, isThere, killedLaunching, type Stage, soon } from "./stage";

/** How often the worker is killed under the same bot. */
const ROUNDS = 8;

let stage: Stage;
const strangers: ReturnType<typeof spawn>[] = [];
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  for (const stranger of strangers.splice(0)) {
    expect(stranger.exitCode ?? stranger.signalCode, "a stranger was hurt").toBeNull();
    stranger.kill("SIGKILL");
  }
  await stage.end();
});

/** A process that is none of ours, whatever it carries. */
function stranger(env: Record<string, string> = {}): number {
  const child = spawn("/bin/sleep", ["600"], { stdio: "ignore", env: bareEnv(env) });
  strangers.push(child);
  return child.pid ?? 0;
}

/** The recording shell of a run. */
const recorderOf = (run = 1) => Number.parseInt(readFileSync(`${stage.runsDir}/${run}/pid`, "latin1"), 10);
const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

async function runDir(run: number, files: Record<string, string>): Promise<void> {
  await mkdir(`${stage.runsDir}/${run}`, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(`${stage.runsDir}/${run}/${name}`, text);
}

describe("a worker that is gone", () => {
  /** Every number once and in order, from one process. */
  async function expectNumbered(pid: number): Promise<number> {
    const lines = (await stage.output()).split("\n").slice(0, -1);
    expect(lines).toEqual(lines.map((_, n) => `${pid} ${n}`));
    return lines.length;
  }

  test("killed -9 again and again under a bot that prints: same pid, no line missing or doubled, one copy", async () => {
    let pid: number | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const before = round === 0 ? 0 : (await stage.output()).length;
      const worker = await stage.workerWith(bot("numbered.mjs", "5000"));
      pid ??= worker.pid;
      expect(worker.pid).toBe(pid);
      await soon(async () => expect((await stage.output()).length).toBeGreaterThan(before));
      await new Promise((go) => setTimeout(go, Math.random() * 50));
      worker.child.kill("SIGKILL");
      await worker.gone;
    }
    expect(carriers(stage.botId)).toHaveLength(2); // recorder and bot
    const live = await stage.alive();
    expect(live).toMatchObject({ pid, run: 1, adopted: true });
    live.signal("SIGTERM");
    expect(await live.exited).toMatchObject({ signal: "SIGTERM", recorded: true });
    expect(await expectNumbered(live.pid)).toBeGreaterThan(100);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)(
    "with its whole group by %s: the bot lives",
    async (signal) => {
      const { child, pid, gone } = await stage.workerWith(bot("polite.mjs"));
      process.kill(-(child.pid ?? 0), signal);
      await gone;
      expect(await stage.alive()).toMatchObject({ pid, adopted: true });
      expect(await stage.output()).not.toContain("bye");
    },
  );

  test("killed at moments around the launch: never a second copy", async () => {
    for (const [n, when] of killedLaunching.entries()) {
      await stage.workerKilledLaunching(bot("numbered.mjs", "200"), { run: n + 1, ...when });
      const next = stage.nextWorker();
      const { kind } = await stage.find();
      // Recorder and bot; a process shows no environment for the moment of its exec, and a shell on its way is refused when it arrives.
      await soon(() => expect(carriers(stage.botId)).toHaveLength(kind === "alive" ? 2 : 0));
      await next.killAll(stage.botId);
    }
  });
});

test("a bot whose recording shell was killed is adopted, and its end is said to be unrecorded", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  process.kill(recorderOf(), "SIGKILL");
  stage.nextWorker();
  const live = await stage.alive();
  expect(live).toMatchObject({ pid, adopted: true });
  live.signal("SIGINT");
  expect(await live.exited).toMatchObject({ code: null, signal: null, recorded: false });
});

test("a recording shell killed under a worker's eyes does not hide the bot's end", async () => {
  const live = await stage.launch(bot("polite.mjs"));
  process.kill(recorderOf(), "SIGKILL");
  await soon(() => expect(isThere(recorderOf())).toBe(false));
  expect(isThere(live.pid)).toBe(true);
  live.signal("SIGINT");
  expect(await live.exited).toMatchObject({ recorded: false });
});

test("shell and bot killed together: ended, not recorded, not rebooted", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  process.kill(recorderOf(), "SIGKILL");
  process.kill(pid, "SIGKILL");
  await soon(() => expect(carriers(stage.botId)).toEqual([]));
  stage.nextWorker();
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, rebooted: false, exit: { recorded: false } });
});

test("a bot that wrote over its environment is still ours while its recorder lives", async () => {
  const { pid } = await stage.launch(bot("titled.py"));
  expect(carriers(stage.botId)).not.toContain(pid);
  stage.nextWorker();
  const live = await stage.alive();
  expect(live).toMatchObject({ pid, adopted: true });
  expect(live.pids()).toContain(pid);
  await live.killTree();
  expect(isThere(pid)).toBe(false);
});

test("garbage in the start record: the bot is known as its recorder's child", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  await writeFile(`${stage.runsDir}/1/start`, "garbage");
  stage.nextWorker();
  expect(await stage.alive()).toMatchObject({ pid });
});

test("garbage in every record: what carries the mark is ended, never doubled", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  for (const file of ["start", "pid"]) await writeFile(`${stage.runsDir}/1/${file}`, "\0\xff(garbage)\n");
  stage.nextWorker();
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, exit: { recorded: false } });
  expect(isThere(pid)).toBe(false);
  expect(carriers(stage.botId)).toEqual([]);
});

describe("records that name somebody else", () => {
  /** Writes the records of a run as if a stranger were both shell and bot. */
  async function claim(pid: number, bootId = boot, change = (line: string) => line): Promise<void> {
    const text = `${change(readFileSync(`/proc/${pid}/stat`, "latin1").trim())}\n${bootId}\n`;
    await runDir(1, { pid: text, start: text });
  }
  const ended = { kind: "ended", run: 1, rebooted: false, exit: { recorded: false } };

  test("without the mark", async () => {
    await claim(stranger());
    expect(await stage.find()).toMatchObject(ended);
  });

  test("with the mark of another bot, or of another run, or one that only looks alike", async () => {
    for (const mark of ["zzzzzzzzzz:1", `${stage.botId}x:1`, `x${stage.botId}:1`, stage.botId]) {
      await claim(stranger({ BOTYARD_BOT: mark, OTHER: `BOTYARD_BOT=${stage.botId}:1` }));
      expect(await stage.find()).toMatchObject(ended);
      await stage.processes.killAll(stage.botId);
    }
  });

  test("with another start time", async () => {
    await claim(stranger(), boot, (line) => {
      const fields = line.split(" ");
      fields[21] = "1";
      return fields.join(" ");
    });
    expect(await stage.find()).toMatchObject(ended);
  });

  test("with a number that cannot be a process", async () => {
    for (const line of ["0 (x) S", "-1 (x) S 1 1 1", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0"]) {
      await runDir(1, { pid: `${line}\n${boot}\n`, start: `${line}\n${boot}\n` });
      expect(await stage.find()).toMatchObject(ended);
    }
  });
});

test("another boot: ended by the reboot, unless its end was written down before", async () => {
  const line = readFileSync("/proc/self/stat", "latin1").trim();
  await runDir(1, { pid: `${line}\nanother-boot\n`, start: `${line}\nanother-boot\n` });
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, rebooted: true, exit: { recorded: false } });
  await writeFile(`${stage.runsDir}/1/exit`, "7\n[1] + Done(7)\nend\n");
  expect(await stage.find()).toMatchObject({ kind: "ended", rebooted: false, exit: { code: 7, recorded: true } });
});

test.each([
  ["nothing at all", {}, { kind: "nothing" }],
  ["an empty pid file", { pid: "" }, { kind: "ended", run: 1, exit: { recorded: false } }],
  ["half a pid file", { pid: "123 (da" }, { kind: "ended", run: 1, exit: { recorded: false } }],
  ["half an exit", { pid: "", exit: "14" }, { kind: "ended", exit: { recorded: false } }],
  ["an exit without its end, and a dead writer", { pid: "", exit: "7\n[1] +" }, { kind: "ended", exit: { code: 7 } }],
  ["a garbage exit", { pid: "", exit: "\0\0\0" }, { kind: "ended", exit: { recorded: false } }],
])("a run folder with %s", async (_name, files, expected) => {
  await runDir(1, files);
  expect(await stage.find()).toMatchObject(expected);
});

test("no folder, and folders that are no runs", async () => {
  expect(await stage.find()).toEqual({ kind: "nothing" });
  for (const name of ["0", "x", "1.5", "-1", "9999999999999999999999"])
    await mkdir(`${stage.runsDir}/${name}`, { recursive: true });
  expect(await stage.find()).toEqual({ kind: "nothing" });
});

test("a run that was prepared and never launched is closed to a late launch, and the run before it counts", async () => {
  const first = await stage.processes.launch(stage.spec(bot("crashes.mjs", "3")));
  await first.exited;
  await first.killTree();
  await runDir(2, { "run.json": "{}" });
  const next = stage.nextWorker();
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, exit: { code: 3 } });
  await expect(next.launch(stage.spec(bot("polite.mjs"), 2))).rejects.toMatchObject({ code: "command_refused" });
  expect(existsSync(`${stage.runsDir}/2/start`)).toBe(false);
});

test("when older runs live too, all but the newest are killed", async () => {
  const ports = { wrap: await findShell(), bootId: boot, counter: createCounter(), spawns: openSpawns() };
  const pids: number[] = [];
  // Past the check that refuses a second copy.
  for (const run of [1, 2, 3]) pids.push((await launchRun(stage.spec(bot("polite.mjs"), run), ports)).bot.pid);
  expect(await stage.alive()).toMatchObject({ run: 3, pid: pids[2] });
  expect(pids.map(isThere)).toEqual([false, false, true]);
  expect(await readFile(`${stage.runsDir}/1/exit`, "latin1")).toMatch(/^137\n/);
});

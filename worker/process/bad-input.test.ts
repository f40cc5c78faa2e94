import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnv } from "../bare-env";
import { carriers } from "../testing/carriers";
import { openProcesses } from "./index";
import { bot, createStage, isThere, type Stage, soon } from "./stage";

/* What a crash, a full disk or somebody's hand may leave in the folder of a run: nobody is hurt, nothing hangs, nothing is doubled. */

let stage: Stage;
const bystanders: ReturnType<typeof spawn>[] = [];
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  for (const bystander of bystanders.splice(0)) {
    expect(bystander.exitCode ?? bystander.signalCode, "a bystander was hurt").toBeNull();
    expect(readFileSync(`/proc/${bystander.pid}/stat`, "latin1"), "a bystander was stopped").not.toMatch(/\) [TtZ] /);
    bystander.kill("SIGKILL");
  }
  await stage.end();
});

/** A process in a session of its own that is nobody's of ours, and its line in /proc. */
function bystander(): { pid: number; line: string } {
  const child = spawn("/bin/sleep", ["600"], { stdio: "ignore", env: bareEnv({}), detached: true });
  bystanders.push(child);
  const pid = child.pid ?? 0;
  return { pid, line: readFileSync(`/proc/${pid}/stat`, "latin1").trim() };
}

const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

async function put(run: number, files: Record<string, string>): Promise<void> {
  await mkdir(`${stage.runsDir}/${run}`, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(`${stage.runsDir}/${run}/${name}`, text, "latin1");
  }
}

describe("records that a crash cut off, or that are garbage", () => {
  test("every beginning of every file of a run that ended: ended, and who has its numbers now is left alone", async () => {
    const { line } = bystander();
    const record = `${line}\n${boot}\n`;
    const whole = { pid: record, start: record, exit: "143\n[1] + Terminated\nend\n" };
    for (const [name, text] of Object.entries(whole)) {
      const cuts = name === "exit" ? text.length : record.length;
      for (let cut = 0; cut <= cuts; cut += name === "exit" ? 3 : 29) {
        await put(1, { ...whole, [name]: text.slice(0, cut) });
        expect(await stage.find()).toMatchObject({ kind: "ended", run: 1 });
      }
    }
    await put(1, whole);
    expect(await stage.find()).toMatchObject({ kind: "ended", exit: { signal: "SIGTERM", recorded: true } });
  });

  test("every beginning of a living bot's start record: it is the same bot", async () => {
    const { pid } = await stage.launch(bot("polite.mjs"));
    const start = await readFile(`${stage.runsDir}/1/start`, "latin1");
    for (let cut = 0; cut < start.length; cut += 41) {
      await writeFile(`${stage.runsDir}/1/start`, start.slice(0, cut));
      stage.nextWorker();
      expect(await stage.alive()).toMatchObject({ pid });
    }
  });

  test("random bytes in every file", async () => {
    for (let round = 0; round < 10; round++) {
      const bytes = () => String.fromCharCode(...Array.from({ length: 300 }, () => Math.floor(Math.random() * 256)));
      await put(1, { pid: bytes(), start: bytes(), exit: bytes(), in: bytes(), "out.log": bytes(), born: bytes() });
      expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, exit: { recorded: false } });
    }
  });

  test("a file of a gigabyte, a FIFO, a link to a device, a folder in place of a record: read in no time", async () => {
    await put(1, { pid: "" });
    const exit = `${stage.runsDir}/1/exit`;
    for (const make of [
      () => execFileSync("/usr/bin/truncate", ["-s", "1G", exit]),
      () => execFileSync("/usr/bin/mkfifo", [exit]),
      () => symlink("/dev/zero", exit),
      () => mkdir(exit),
    ]) {
      await make();
      expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, exit: { recorded: false } });
      await rm(exit, { recursive: true });
    }
  });

  test("numbers that were given to others since: nothing of them is ever signalled", async () => {
    const other = bystander();
    const stale = other.line.replace(/(\) \S+(?: \S+){18}) \d+/, "$1 17");
    for (const line of [other.line, stale]) {
      const record = `${line}\n${boot}\n`;
      await put(1, { pid: `${line}\n${boot} wrapped\n`, start: record });
      expect(await stage.find()).toMatchObject({ kind: "ended", run: 1 });
      await stage.processes.killAll(stage.botId);
    }
    // A live run whose bot's number is another's by the time it is signalled.
    const live = await stage.launch(bot("polite.mjs"), 2);
    await writeFile(`${stage.runsDir}/2/start`, `${other.line}\n${boot}\n`);
    await writeFile(`${stage.runsDir}/2/pid`, `${other.line}\n${boot}\n`);
    stage.nextWorker();
    expect(await stage.find()).toMatchObject({ kind: "ended", run: 2 });
    expect(isThere(live.pid)).toBe(false);
  });
});

describe("a folder that is changed while the bot runs", () => {
  test.each([
    ["a file", (path: string) => writeFile(path, "")],
    ["a folder", (path: string) => mkdir(path)],
    ["a link to a file", (path: string) => symlink("/etc/passwd", path)],
    ["a link to a device", (path: string) => symlink("/dev/full", path)],
    ["nothing", async () => {}],
  ])("its input is replaced by %s: that is said, and nothing is written there", async (_name, make) => {
    const live = await stage.launch(bot("echo.mjs"));
    const path = `${stage.runsDir}/1/in`;
    await rm(path);
    await make(path);
    await expect(live.send("x\n")).rejects.toMatchObject({ code: "input_not_read" });
    expect(await readFile(path, "utf8").catch(() => "")).not.toContain("x\n\n");
    expect(isThere(live.pid)).toBe(true);
  });

  test.each([
    ["deleted", () => rm(`${stage.runsDir}/1`, { recursive: true })],
    ["deleted with all runs", () => rm(stage.runsDir, { recursive: true })],
    ["moved away", () => rename(`${stage.runsDir}/1`, `${stage.home}/elsewhere`)],
  ])("the run's folder is %s: the bot goes on, and its end is seen", async (_name, change) => {
    const live = await stage.launch(bot("polite.mjs"));
    await change();
    // What is deleted is reported, so that the run was looked at by then.
    const still = await Promise.race([live.exited, new Promise((go) => setTimeout(() => go("runs"), 200))]);
    expect(still).toBe("runs");
    expect(isThere(live.pid)).toBe(true);
    await expect(stage.processes.launch(stage.spec(bot("polite.mjs"), 2))).rejects.toMatchObject({
      code: "command_refused",
    });
    live.signal("SIGINT");
    expect(await live.exited).toMatchObject({ recorded: false });
    await live.killTree();
    expect(carriers(stage.botId)).toEqual([]);
  });
});

describe("a clock that is set back", () => {
  const future = Date.now() / 1_000 + 86_400;

  test("between start and end: it does not end before it started", async () => {
    await put(1, { pid: "x\n", start: `${bystander().line}\n${boot}\n`, exit: "7\n[1] + Done(7)\nend\n" });
    utimesSync(`${stage.runsDir}/1/start`, future, future);
    const found = await stage.find();
    if (found.kind !== "ended") throw new Error(found.kind);
    expect(found.exit).toMatchObject({ code: 7, recorded: true });
    expect(found.exit.at).toBeGreaterThanOrEqual(found.startedAt);
  });

  test("while it runs: it is adopted, and did not start in the future", async () => {
    const { pid } = await stage.launch(bot("polite.mjs"));
    utimesSync(`${stage.runsDir}/1/start`, future, future);
    stage.nextWorker();
    const live = await stage.alive();
    expect(live.pid).toBe(pid);
    expect(live.startedAt).toBeLessThanOrEqual(Date.now());
    live.signal("SIGINT");
    expect((await live.exited).at).toBeGreaterThanOrEqual(live.startedAt);
  });
});

test("a reboot: nothing of before is alive, whatever has its numbers now", async () => {
  const { pid } = await stage.launch(bot("polite.mjs"));
  const records = Object.fromEntries(
    ["pid", "start"].map((name) => [name, readFileSync(`${stage.runsDir}/1/${name}`, "latin1")]),
  );
  await stage.processes.killAll(stage.botId);
  await rm(`${stage.runsDir}/1/exit`, { force: true });
  await put(1, records);
  stage.nextWorker({ bootId: "after-the-reboot" });
  expect(await stage.find()).toMatchObject({ kind: "ended", run: 1, rebooted: true, exit: { recorded: false } });
  expect(isThere(pid)).toBe(false);
});

test("a worker without a file descriptor left takes no living bot for dead, starts none twice and recovers", async () => {
  const victim = await createStage();
  try {
    const live = await stage.launch(bot("polite.mjs"));
    const doomed = await victim.launch(bot("polite.mjs"));
    const later = openProcesses();
    const prlimit = (soft: string) => `/usr/bin/prlimit --pid ${process.pid} --nofile=${soft}:`;
    const before = /Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "latin1"))?.[1] ?? "1024";
    // Nothing can be opened meanwhile, also no program be started to end it. Something in its folder makes us look at the run.
    const poke = `touch "${stage.runsDir}/1/poke"`;
    const script = `${prlimit("1")}; sleep 0.4; ${poke}; sleep 0.4; ${prlimit(before)}`;
    const spell = spawn("/bin/sh", ["-c", script], { stdio: "ignore" });
    const over = new Promise((go) => spell.once("exit", go));
    await soon(() => expect(() => readdirSync("/proc/self/fd")).toThrow("EMFILE"));
    let ended = false;
    void live.exited.then(() => {
      ended = true;
    });
    await expect(stage.processes.launch(stage.spec(bot("polite.mjs"), 2))).rejects.toThrow();
    await expect(later.launch(stage.spec(bot("polite.mjs"), 2))).rejects.toThrow();
    await expect(live.send("x\n")).rejects.toMatchObject({ code: "input_not_read" });
    const killed = doomed.killTree();
    await over;
    expect(ended).toBe(false);
    await killed;
    expect(carriers(victim.botId)).toEqual([]);
    expect(await later.find(stage.botId, stage.runsDir)).toMatchObject({ kind: "alive", live: { pid: live.pid } });
    await later.close();
  } finally {
    await victim.end();
  }
});

test("three hundred runs found at once, among them ended ones and garbage", async () => {
  const ids = Array.from({ length: 300 }, (_, n) => `${stage.botId.slice(0, 6)}${String(n).padStart(4, "0")}`);
  for (const [n, id] of ids.entries()) {
    const dir = `${stage.home}/many/${id}/1`;
    await mkdir(dir, { recursive: true });
    await writeFile(`${dir}/pid`, n % 3 === 0 ? "" : `garbage ${n}\n`);
    if (n % 2 === 0) await writeFile(`${dir}/exit`, `${n % 100}\n[1] + Done(${n % 100})\nend\n`);
  }
  const found = await Promise.all(ids.map((id) => stage.processes.find(id, `${stage.home}/many/${id}`)));
  expect(found.map((one) => (one.kind === "ended" ? one.exit.code : one.kind))).toEqual(
    ids.map((_, n) => (n % 2 === 0 ? n % 100 : null)),
  );
});

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carriers } from "../testing/carriers";
import { bot, createStage, isThere, type Stage, soon } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

/** Waits until the run has so many processes beside its recorder. */
const grown = (count: number) => soon(() => expect(carriers(stage.botId)).toHaveLength(count + 1));

describe.each([
  ["forks.mjs", 4],
  ["setsids.py", 2],
  ["daemonizes.py", 2],
  ["stubborn.mjs", 1],
] as const)("%s", (file, count) => {
  test("its whole tree is seen and killed, and its end written down", async () => {
    const live = await stage.launch(bot(file));
    await grown(count);
    expect(live.pids()).toHaveLength(count);
    expect(live.pids()).toContain(live.pid);
    await live.killTree();
    expect(carriers(stage.botId)).toEqual([]);
    expect(await live.exited).toMatchObject({ code: null, signal: "SIGKILL", recorded: true });
    expect(live.pids()).toEqual([]);
  });

  test("also after adoption", async () => {
    await stage.launch(bot(file));
    await grown(count);
    stage.nextWorker();
    const live = await stage.alive();
    await live.killTree();
    expect(carriers(stage.botId)).toEqual([]);
  });
});

test("what a crashed bot leaves behind is killed", async () => {
  const live = await stage.launch(bot("daemonizes.py", "5"));
  expect(await live.exited).toMatchObject({ code: 5 });
  expect(live.pids()).toHaveLength(1);
  await live.killTree();
  expect(carriers(stage.botId)).toEqual([]);
});

test("what a bot leaves behind while the worker is away is killed when it is found", async () => {
  await stage.launch(bot("daemonizes.py", "5"));
  stage.nextWorker();
  await soon(() => expect(carriers(stage.botId)).toHaveLength(1));
  expect(await stage.find()).toMatchObject({ kind: "ended", exit: { code: 5 } });
  expect(carriers(stage.botId)).toEqual([]);
});

test("children that were given another environment are found as well", async () => {
  const script = `require('node:child_process').spawn('/bin/sleep', ['600'], { env: {}, stdio: 'ignore' }); console.log('ready', process.pid); setInterval(() => {}, 1000)`;
  const live = await stage.launch([process.execPath, "-e", script]);
  const child = await soon(() => {
    const [pid] = live.pids().filter((one) => one !== live.pid);
    expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).toContain("sleep");
    return Number(pid);
  });
  expect(carriers(stage.botId)).not.toContain(child);
  process.kill(live.pid, "SIGKILL");
  await live.exited;
  await live.killTree();
  expect(isThere(child)).toBe(false);
});

test("a bot that forks faster than it is killed is killed", async () => {
  const live = await stage.launch([
    "/bin/sh",
    "-c",
    "echo ready; f() { while :; do (exec sleep 0.05) & sleep 0.01; done; }; f & f & f",
  ]);
  await soon(() => expect(carriers(stage.botId).length).toBeGreaterThan(8));
  await live.killTree();
  expect(carriers(stage.botId)).toEqual([]);
});

test("only what carries exactly this mark: another bot, and one under whose mark a child was started, live on", async () => {
  const other = await createStage();
  try {
    const script = `import os, subprocess, time
env = dict(os.environ, BOTYARD_BOT="${other.botId}:1")
subprocess.Popen(["/bin/sleep", "600"], env=env)
print("ready", flush=True)
time.sleep(600)`;
    const liar = await stage.launch(["/usr/bin/python3", "-c", script]);
    await soon(() => expect(carriers(other.botId)).toHaveLength(1));
    await other.processes.killAll(other.botId);
    expect(carriers(other.botId)).toEqual([]);
    expect(isThere(liar.pid)).toBe(true);
    const victim = await other.launch(bot("polite.mjs"));
    await liar.killTree();
    expect(isThere(victim.pid)).toBe(true);
  } finally {
    await other.end();
  }
});

test("kills of many bots at once share their looks and end all", async () => {
  const stages = await Promise.all(Array.from({ length: 10 }, () => createStage()));
  const lives = await Promise.all(
    stages.map((one) => stage.processes.launch({ ...one.spec(["/bin/sleep", "600"]), botId: one.botId })),
  );
  await Promise.all(lives.map((live) => live.killTree()));
  for (const one of stages) {
    expect(carriers(one.botId)).toEqual([]);
    await one.end();
  }
});

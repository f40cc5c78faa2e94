import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogCursor, LogLine } from "#contracts/log";
import type { Logs } from "../ports/index";
import { openLogs } from "./index";

const bot = "abcdefghij";
const KB = 1024;
/** Its runs ended long ago. */
const kept = { keepMb: 256, keepDays: 0 };
/** So small that the log is cut dozens of times meanwhile. */
const sizes = { live: 256 * KB, unit: 128 * KB, stays: 32 * KB, outrun: 1e9, braked: 0, sample: 0, small: KB };
let home: string;
let logs: Logs;
/** The run that is alive, whose log is cut. */
let running: number | null;
let child: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-lossless-"));
  logs = openLogs({ botsDir: home, sizes });
  running = null;
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

/** Prints numbered lines from `first` on as fast as it can, in pieces that end anywhere, for `count` lines. */
const writer = `
  const [first, count] = process.argv.slice(1).map(Number);
  const fs = require("node:fs");
  let text = "";
  for (let i = first; i < first + count; i++) {
    text += "line " + i + " " + "x".repeat(i % 97) + "\\n";
    while (text.length > 500) { const cut = 1 + (i * 7919) % 500; fs.writeSync(1, text.slice(0, cut)); text = text.slice(cut); }
    if (i % 1000 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  fs.writeSync(1, text);
`;

async function runOnce(run: number, first: number, count: number): Promise<void> {
  const dir = join(home, bot, "runs", String(run));
  mkdirSync(dir, { recursive: true });
  const record = { botId: bot, run, startedAt: 1_000, cause: "crash" };
  writeFileSync(join(dir, "run.json"), JSON.stringify(record));
  const out = openSync(join(dir, "out.log"), "a");
  child = spawn(process.execPath, ["-e", writer, String(first), String(count)], { stdio: ["ignore", out, "inherit"] });
  closeSync(out);
  running = run;
  logs.stamp(bot, run, kept);
  await new Promise((resolve) => child?.once("exit", resolve));
  running = null;
  logs.stamp(bot, null);
  const exit = { code: 0, signal: null, at: 2_000, reason: { code: "done", values: {} } };
  writeFileSync(join(dir, "run.json"), JSON.stringify({ ...record, endedAt: 2_000, exit }));
}

test("nothing is lost or doubled while a follower comes and goes under a fast writer whose log is cut, over three runs", async () => {
  const each = 60_000;
  const heard: LogLine[] = [];
  let place: LogCursor = { run: 0, offset: 0 };
  let reopened = 0;
  let over = false;
  const follow = () =>
    logs.follow(bot, "console", place, (lines) => {
      heard.push(...lines);
      const last = lines.at(-1);
      if (last) place = { run: last.run, offset: last.next };
    });
  let close = follow();
  // Two that stay, read for together.
  const steady = openLogs({ botsDir: home });
  const counts = [0, 0];
  for (const which of [0, 1]) {
    steady.follow(bot, "console", { run: 0, offset: 0 }, (lines) => {
      counts[which] = (counts[which] ?? 0) + lines.length;
    });
  }

  const coming = (async () => {
    while (!over || reopened < 20) {
      await sleep(Math.random() * 60);
      await close();
      reopened += 1;
      if (reopened % 5 === 0) {
        await logs.close(); // As if the worker itself had come back.
        logs = openLogs({ botsDir: home, sizes });
        logs.stamp(bot, running, kept);
      }
      close = follow();
    }
  })();
  for (const run of [1, 2, 3]) await runOnce(run, (run - 1) * each, each);
  over = true;
  await coming;

  await vi.waitFor(() => expect(heard.at(-1)?.mark?.kind === "ended" && heard.at(-1)?.run === 3).toBe(true));
  await vi.waitFor(() => expect(counts).toEqual([3 * each + 6, 3 * each + 6]));
  await steady.close();
  const numbers = heard.filter((line) => !line.mark).map((line) => Number(line.text.split(" ")[1]));
  expect(numbers).toHaveLength(3 * each);
  expect(numbers.findIndex((number, index) => number !== index)).toBe(-1);
  expect(heard.filter((line) => line.mark).map((line) => `${line.run} ${line.mark?.kind}`)).toEqual(
    [1, 2, 3].flatMap((run) => [`${run} started`, `${run} ended`]),
  );
  expect(reopened).toBeGreaterThanOrEqual(20);
  const pieces = [1, 2, 3].map((run) => readdirSync(join(home, bot, "runs", String(run), "segments")).length);
  expect(pieces.reduce((sum, count) => sum + count)).toBeGreaterThan(6);
});

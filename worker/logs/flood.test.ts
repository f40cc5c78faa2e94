import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogCursor, LogLine } from "#contracts/log";
import type { Logs } from "../ports/index";
import { openLogs } from "./index";
import { hold, type Means } from "./means";
import type { Sizes } from "./rotate";

const bot = "abcdefghij";
const KB = 1024;
const MB = 1024 * KB;
/** So small that the flood outruns its packing many times. */
const sizes: Sizes = {
  live: 256 * KB,
  unit: 256 * KB,
  stays: 64 * KB,
  outrun: MB,
  braked: 0,
  sample: 64 * KB,
  small: KB,
};
const LINES = 200_000;
const LINE_BYTES = 100;
const kept = { keepMb: 1_000, keepDays: 0 };
const ways: readonly Means[] = ["collapse", "punch", "stop"];
const fixture = (name: string) => fileURLToPath(new URL(`../../tests/fixtures/bots/${name}`, import.meta.url));
let home: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-flood-"));
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((settle) => child?.once("exit", settle));
    child.kill("SIGKILL");
    await gone;
  }
  rmSync(home, { recursive: true, force: true });
});

const file = () => join(home, bot, "runs", "1", "out.log");

/** A bot that writes its own log. */
function run(...argv: readonly string[]): ChildProcess {
  mkdirSync(join(file(), ".."), { recursive: true });
  const record = { botId: bot, run: 1, startedAt: 1_000, cause: "person" };
  writeFileSync(join(file(), "../run.json"), JSON.stringify(record));
  const out = openSync(file(), "a");
  child = spawn(process.execPath, argv, { stdio: ["ignore", out, "inherit"] });
  closeSync(out);
  return child;
}

/** Everything that is kept of a bot that flooded its log. */
async function flooded(braked: number, means: Means): Promise<LogLine[]> {
  const logs = openLogs({ botsDir: home, means, sizes: { ...sizes, braked } });
  const flooding = run(fixture("floods.mjs"), String(LINES));
  logs.stamp(bot, 1, kept);
  const code = await new Promise((settle) => flooding.once("exit", settle));
  expect(code).toBe(0);
  logs.stamp(bot, null);
  const lines = await forward(logs);
  await logs.close();
  return lines;
}

async function forward(logs: Logs): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let after: LogCursor = { run: 0, offset: 0 }; ; ) {
    const page = await logs.read(bot, { source: "console", after, limit: 2_000 });
    if (page.lines.length === 0) return lines;
    lines.push(...page.lines);
    after = page.end ?? after;
  }
}
const numbersOf = (lines: readonly LogLine[]) =>
  lines.filter(({ mark }) => !mark).map(({ text }) => Number(text.split(" ")[0]));
const missingOf = (lines: readonly LogLine[]) =>
  lines.reduce((sum, { mark }) => sum + (mark?.kind === "gap" ? mark.bytes : 0), 0);

test.each(ways)("a bot that floods its log waits while it is packed (%s), and no line is lost", async (means) => {
  const lines = await flooded(1e12, means);
  expect(missingOf(lines)).toBe(0);
  const numbers = numbersOf(lines);
  expect(numbers).toHaveLength(LINES);
  expect(numbers.findIndex((number, index) => number !== index)).toBe(-1);
});

test("beyond what is packed for it, whole lines of the same flood are let go and counted", async () => {
  const lines = await flooded(0, "collapse");
  const missing = missingOf(lines);
  expect(missing).toBeGreaterThan(0);
  const numbers = numbersOf(lines);
  expect(numbers.length * LINE_BYTES + missing).toBe(LINES * LINE_BYTES);
  expect(numbers.at(-1)).toBe(LINES - 1);
});

test("nobody is held longer than was said, also by a worker that never lets go", async () => {
  const bot = run("-e", "setInterval(() => {}, 1_000)");
  const state = () => /\) (\w) /.exec(readFileSync(`/proc/${bot.pid}/stat`, "latin1"))?.[1];
  const stopped = (is: boolean) => vi.waitFor(() => expect(state() === "T").toBe(is), { interval: 5 });
  const release = await hold(file(), 60_000);
  await stopped(true);
  expect(await release()).toBe(true);
  await stopped(false);
  const never = await hold(file(), 1_500);
  await stopped(true);
  await stopped(false);
  expect(await never()).toBe(true);
});

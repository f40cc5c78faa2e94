import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogCursor, LogLine, LogQuery } from "#contracts/log";
import type { Logs } from "../ports/index";
import { finishCut } from "./cut";
import { openLogs } from "./index";
import type { Means } from "./means";
import { openRotation, type Sizes } from "./rotate";

const KB = 1024;
/** Of a log, without bounds. */
const keep = Number.POSITIVE_INFINITY;
const bot = "abcdefghij";
const sizes: Sizes = { live: 256 * KB, unit: 512 * KB, stays: 64 * KB, outrun: 1e9, braked: 0, sample: 0, small: KB };
const ways: readonly Means[] = ["collapse", "punch", "stop"];
const say = () => {};
let home: string;
let logs: Logs;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-rotate-"));
  logs = openLogs({ botsDir: home, sizes, say });
});
afterEach(async () => {
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

const dir = (run = 1, of = bot) => join(home, of, "runs", String(run));
const file = (run = 1, of = bot) => join(dir(run, of), "out.log");
const segments = () =>
  readdirSync(join(dir(), "segments")).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));

function record(run = 1, of = bot) {
  mkdirSync(dir(run, of), { recursive: true });
  writeFileSync(join(dir(run, of), "run.json"), JSON.stringify({ botId: of, run, startedAt: 1_000, cause: "person" }));
}
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `line ${from + i} ${"x".repeat((from + i) % 97)}\n`).join("");

/** Everything a bot can print, in pieces. */
function* oddities() {
  yield numbered(0, 4_000);
  yield "\n".repeat(100_000);
  yield `${"y".repeat(1_000_000)}\n`;
  yield Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0d, 0x0a, 0x80, 0x0a, 0x00, 0x0a]);
  yield "a\r\nb\rc\r\n".repeat(20_000);
  yield `${"é😀".repeat(150_000)}\n`;
  yield numbered(4_000, 8_000);
}

/** Writes it, shortening the log between the pieces. */
async function fill(means: Means, pieces: Iterable<string | Buffer>): Promise<void> {
  const rotation = await openRotation(dir(), { means, sizes, say });
  for (const piece of pieces) {
    appendFileSync(file(), piece);
    // One long line may need several steps: none of them is refused.
    for (let step = 0; step < 8 && rotation.isLong(statSync(file()).size); step++) await rotation.step(keep);
  }
}

const read = (query: Partial<LogQuery>, of = bot) => logs.read(of, { source: "console", limit: 2_000, ...query });

async function forward(of = bot): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let after: LogCursor = { run: 0, offset: 0 }; ; ) {
    const page = await read({ after }, of);
    if (page.lines.length === 0) return lines;
    lines.push(...page.lines);
    after = page.end ?? after;
  }
}
async function backward(of = bot): Promise<LogLine[]> {
  const pages: LogLine[][] = [];
  for (let before: LogCursor | null | undefined; before !== null; ) {
    const page = await read(before ? { before } : {}, of);
    pages.unshift(page.lines);
    before = page.start;
  }
  return pages.flat();
}
const plain = (lines: readonly LogLine[]) => lines.map(({ at: _, ...line }) => line);
/** For many lines: equal only when they are. */
const same = (lines: readonly LogLine[]) =>
  createHash("sha256")
    .update(JSON.stringify(plain(lines)))
    .digest("hex");
const kinds = (lines: readonly LogLine[]) => lines.flatMap(({ mark }) => (mark ? [mark.kind] : []));
const gapOf = (lines: readonly LogLine[]) => lines.find(({ mark }) => mark?.kind === "gap");

test.each(ways)("a log that was cut (%s) reads as one that was not, forward and backward", async (means) => {
  const other = "klmnopqrst";
  record();
  record(1, other);
  for (const piece of oddities()) appendFileSync(file(1, other), piece);
  writeFileSync(file(), "");
  await fill(means, oddities());
  expect(segments().length).toBeGreaterThan(3);
  expect(statSync(file()).blocks * 512).toBeLessThan(1024 * KB);
  const whole = same(await forward(other));
  expect(same(await forward())).toBe(whole);
  expect(same(await backward())).toBe(whole);
});

test("a segment is gzip, begins and ends with a line, and nothing is in two of them", async () => {
  record();
  writeFileSync(file(), "");
  await fill("collapse", [numbered(0, 20_000), numbered(20_000, 20_000)]);
  const texts = segments().map((name) => gunzipSync(readFileSync(join(dir(), "segments", name))).toString());
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) expect(text).toMatch(/^line \d+ [\s\S]*\n$/);
  expect(numbered(0, 40_000).startsWith(texts.join(""))).toBe(true);
});

test.each(ways.filter((way) => way !== "stop"))("a garbage or missing journal (%s) loses nothing", async (means) => {
  record();
  writeFileSync(file(), "");
  await fill(means, [numbered(0, 20_000), numbered(20_000, 20_000)]);
  const whole = plain(await forward());
  expect(whole).toHaveLength(40_001);
  writeFileSync(join(dir(), "rotate.json"), '{"base":');
  expect(plain(await forward())).toEqual(whole);
  const said: string[] = [];
  await finishCut(dir(), (text) => said.push(text));
  expect(said).toHaveLength(1);
  expect(plain(await forward())).toEqual(whole);
  rmSync(join(dir(), "rotate.json"));
  expect(plain(await forward())).toEqual(whole);
});

test("a segment that is garbage, torn or gone is a gap, and all around it is read", async () => {
  record();
  writeFileSync(file(), "");
  await fill("collapse", [numbered(0, 20_000), numbered(20_000, 40_000)]);
  const [first = "", second = "", third = ""] = segments();
  const path = (name: string) => join(dir(), "segments", name);
  for (const spoil of [
    () => writeFileSync(path(second), "garbage"),
    () => truncateSync(path(third), 5_000),
    () => rmSync(path(second)),
  ]) {
    const kept = [first, second, third].map((name) => readFileSync(path(name)));
    spoil();
    await logs.close();
    logs = openLogs({ botsDir: home, sizes, say });
    const lines = await forward();
    expect(plain(await backward())).toEqual(plain(lines));
    const gap = gapOf(lines);
    expect(gap?.mark).toMatchObject({ kind: "gap", why: "damaged", bytes: (gap?.next ?? 0) - (gap?.offset ?? 0) });
    expect(kinds(lines)).toEqual(["started", "gap"]);
    expect(lines[1]?.text).toMatch(/^line 0 /);
    expect(lines.at(-1)?.text).toMatch(/^line 59999 /);
    for (const [index, name] of [first, second, third].entries()) writeFileSync(path(name), kept[index] ?? "");
  }
});

test("beyond its bounds the oldest part of a run goes, and whoever stood there hears of it", async () => {
  record();
  writeFileSync(file(), "");
  await fill("collapse", [numbered(0, 20_000), numbered(20_000, 40_000)]);
  const before = segments();
  const heard: LogLine[] = [];
  const bytes = before.reduce((sum, name) => sum + statSync(join(dir(), "segments", name)).size, 0);
  await logs.prune(bot, { keepMb: (statSync(file()).size + bytes / 2) / KB / KB, keepDays: 0 });
  const kept = segments();
  expect(kept.length).toBeLessThan(before.length);
  expect(before.slice(-kept.length)).toEqual(kept);
  const start = Number.parseInt(kept[0] ?? "", 10);
  logs.follow(bot, "console", { run: 1, offset: 10 }, (lines) => void heard.push(...lines));
  await vi.waitFor(() => expect(heard.at(-1)?.text).toMatch(/^line 59999 /));
  expect(heard[0]).toMatchObject({ offset: 10, next: start, mark: { kind: "gap", why: "bounds", bytes: start - 10 } });
  expect(heard[1]).toMatchObject({ offset: start, text: expect.stringMatching(/^line \d+ x*$/) });
  const lines = await backward();
  expect(kinds(lines)).toEqual(["started", "gap"]);
  expect((await read({ after: { run: 1, offset: 10 } })).start).toBeNull();
  expect(plain(await forward())).toEqual(plain(lines));
});

test("what comes faster than it can be packed is let go, counted, and only whole lines", async () => {
  record();
  writeFileSync(file(), "");
  const rotation = await openRotation(dir(), {
    means: "collapse",
    sizes: { ...sizes, outrun: 300 * KB, sample: 100 * KB },
    say,
  });
  // One sample is kept every two seconds: all of this is within them.
  const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  try {
    for (let part = 0; part < 5; part++) {
      appendFileSync(file(), numbered(part * 20_000, 20_000));
      await rotation.step(keep);
    }
  } finally {
    clock.mockRestore();
  }
  const lines = await forward();
  expect(plain(await backward())).toEqual(plain(lines));
  expect(kinds(lines)).toEqual(["started", "gap"]);
  const gap = gapOf(lines);
  const all = Buffer.byteLength(numbered(0, 100_000));
  expect(lines.at(-1)?.next).toBe(all);
  expect(gap?.mark).toMatchObject({ why: "outrun" });
  const told = lines.filter(({ mark }) => !mark).reduce((sum, { offset, next }) => sum + next - offset, 0);
  expect(told + (gap?.next ?? 0) - (gap?.offset ?? 0)).toBe(all);
  for (const { text } of lines.filter(({ mark }) => !mark)) expect(text).toMatch(/^line \d+ x*$/);
  expect(statSync(file()).size).toBeLessThan(400 * KB);
});

test("after the machine itself went down, contents tell whether the log was cut", async () => {
  record();
  writeFileSync(file(), "");
  await fill("collapse", [numbered(0, 20_000)]);
  const rotation = await openRotation(dir(), { means: "collapse", sizes, say });
  appendFileSync(file(), numbered(20_000, 10_000));
  const whole = plain(await forward());
  const before = { log: readFileSync(file()), journal: readFileSync(join(dir(), "rotate.json"), "utf8") };
  const journals: string[] = [];
  // What is written on the way: the journal of a cut that has just begun.
  const watching = setInterval(() => journals.push(readFileSync(join(dir(), "rotate.json"), "utf8")), 0);
  await rotation.step(keep);
  clearInterval(watching);
  const after = readFileSync(file());
  const cutting = journals.find((text) => text.includes('"cutting"'));
  expect(cutting).toBeDefined();
  const journal = (cutting ?? "").replace(/"boot":"[^"]*"/, '"boot":"another"');
  for (const log of [before.log, after]) {
    writeFileSync(file(), log);
    writeFileSync(join(dir(), "rotate.json"), journal);
    await finishCut(dir());
    expect(plain(await forward())).toEqual(whole);
  }
  expect(before.journal).not.toBe(cutting);
});

function mounted(path: string, mb: number): (() => void) | undefined {
  try {
    mkdirSync(path, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mb}m`, "tmpfs", path], { stdio: "ignore" });
    return () => void execFileSync("umount", ["-l", path]);
  } catch {
    return undefined;
  }
}

test("on a full disk nothing is lost, and once there is space it goes on", async ({ skip }) => {
  const unmount = mounted(join(home, bot), 4);
  if (!unmount) return skip("nothing can be mounted here");
  try {
    record();
    writeFileSync(file(), numbered(0, 30_000));
    const whole = plain(await forward());
    const ballast = join(home, bot, "ballast");
    writeFileSync(ballast, "");
    expect(() => {
      for (;;) appendFileSync(ballast, Buffer.alloc(16 * KB));
    }).toThrow("ENOSPC");
    const rotation = await openRotation(dir(), { sizes, say });
    await expect(rotation.step(keep)).rejects.toThrow("ENOSPC");
    expect(plain(await forward())).toEqual(whole);
    rmSync(ballast);
    await rotation.step(keep);
    expect(segments().length).toBeGreaterThan(0);
    expect(plain(await forward())).toEqual(whole);
  } finally {
    unmount();
  }
});

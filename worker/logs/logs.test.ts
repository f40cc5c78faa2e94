import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LogLine, type LogQuery, logPage } from "#contracts/log";
import type { Logs } from "../ports/index";
import { openLogs } from "./index";

const bot = "abcdefghij";
let home: string;
let logs: Logs;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-logs-"));
  logs = openLogs({ botsDir: home, bounds: { runs: 3, pieces: 10 } });
});
afterEach(async () => {
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

const dir = (run: number) => join(home, bot, "runs", String(run));
const file = (run: number, name = "out.log") => join(dir(run), name);

function write(run: number, text: string | Buffer, name = "out.log") {
  mkdirSync(dir(run), { recursive: true });
  appendFileSync(file(run, name), text);
}
function record(run: number, ended: boolean) {
  mkdirSync(dir(run), { recursive: true });
  const end = {
    endedAt: 5_000,
    exit: { code: 7, signal: null, at: 5_000, reason: { code: "exited", values: { code: 7 } } },
  };
  const text = { botId: bot, run, startedAt: 1_000, cause: "person", ...(ended ? end : {}) };
  writeFileSync(file(run, "run.json"), JSON.stringify(text));
}
const read = async (query: Partial<LogQuery>) =>
  logPage.parse(await logs.read(bot, { source: "console", limit: 500, ...query }));
const said = (lines: readonly LogLine[]) =>
  lines.map((line) => (line.mark ? `${line.run}:${line.mark.kind}` : line.text));
const place = (line: LogLine | undefined) => ({ run: line?.run ?? 0, offset: line?.next ?? 0 });

test("a bot without a log has an empty page", async () => {
  expect(await read({})).toEqual({ lines: [], start: null, end: null });
  expect(await read({ after: { run: 0, offset: 0 } })).toMatchObject({ lines: [], end: { run: 0, offset: 0 } });
});

test("runs are told one after the other, each between its marks", async () => {
  record(1, true);
  write(1, "one\ntwo\nno newline");
  record(2, false);
  write(2, "three\nnot yet");
  const { lines, end, start } = await read({});
  expect(said(lines)).toEqual(["1:started", "one", "two", "no newline", "1:ended", "2:started", "three"]);
  expect(start).toBeNull();
  expect(end).toEqual({ run: 2, offset: 6 });
  expect(lines[4]).toMatchObject({ offset: 18, next: 19, mark: { kind: "ended", code: 7, signal: null, ms: 4_000 } });
  expect(said((await read({ after: { run: 0, offset: 0 } })).lines)).toEqual(said(lines));
});

test("from every place, before and after make the whole, with every page size", async () => {
  record(1, true);
  write(1, "a\n\nb\r\nlast");
  record(2, true);
  record(3, true);
  write(3, "c\nd\n");
  record(4, false);
  write(4, "e\n");
  const { lines: all } = await read({});
  for (const limit of [1, 2, 3, 500]) {
    for (const [index, line] of all.entries()) {
      const after: LogLine[] = [];
      for (let from = place(line); ; ) {
        const page = await read({ after: from, limit });
        if (page.lines.length === 0) break;
        after.push(...page.lines);
        from = page.end ?? from;
      }
      expect(said(after)).toEqual(said(all.slice(index + 1)));
      const before: LogLine[] = [];
      for (let to: LogQuery["before"] | null = place(line); to; ) {
        const page = await read({ before: to, limit });
        before.unshift(...page.lines);
        to = page.start;
      }
      expect(said(before)).toEqual(said(all.slice(0, index + 1)));
    }
  }
});

test("a place inside a line, or beyond the end, loses nothing and invents nothing", async () => {
  record(1, false);
  write(1, "first\nsecond\n");
  expect(said((await read({ after: { run: 1, offset: 8 } })).lines)).toEqual(["second"]);
  expect(said((await read({ before: { run: 1, offset: 8 } })).lines)).toEqual(["1:started", "first"]);
  expect((await read({ after: { run: 1, offset: 999 } })).lines).toEqual([]);
  expect((await read({ after: { run: 9, offset: 0 } })).lines).toEqual([]);
});

test("bytes of every kind are text: controls, NUL, invalid UTF-8, returns and lines without end", async () => {
  record(1, true);
  write(1, "\u001b[31mred\u0000\n50%\r100%\r\n");
  write(1, Buffer.from([0xff, 0xfe, 0x41, 0x0a]));
  write(1, `${"é".repeat(200_000)}\n${"😀".repeat(9_000)}\n`);
  write(1, "after\n");
  const [, colour, progress, invalid, long, faces, after] = (await read({})).lines;
  expect(colour?.text).toBe("\u001b[31mred\u0000");
  expect(progress?.text).toBe("50%\r100%");
  expect(invalid?.text).toBe("\ufffd\ufffdA");
  expect(long).toMatchObject({ cut: true, text: "é".repeat(16_384), next: (long?.offset ?? 0) + 400_001 });
  expect(faces).toMatchObject({ cut: true, text: "😀".repeat(8_192) });
  expect(after).toMatchObject({ text: "after" });
  expect(after?.cut).toBeUndefined();
});

test("the newest lines of a large file are found without reading it, and a page is bounded", async () => {
  record(1, false);
  for (let part = 0; part < 60; part++) {
    write(1, Array.from({ length: 10_000 }, (_, i) => `line ${part * 10_000 + i} ${"x".repeat(80)}\n`).join(""));
  }
  const before = process.memoryUsage().rss;
  const { lines } = await read({ limit: 2_000 });
  expect(lines).toHaveLength(2_000);
  expect(lines[0]?.text).toMatch(/^line 598000 /);
  expect(lines.at(-1)?.text).toMatch(/^line 599999 /);
  expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
  write(1, `${"y".repeat(1_000_000)}\n`.repeat(6));
  const { lines: few } = await read({ limit: 2_000 });
  expect(few.length).toBeGreaterThan(1);
  expect(few.length).toBeLessThan(6);
});

test("a follower hears whole lines across runs, each once", async () => {
  record(1, false);
  write(1, "old\n");
  const lines: LogLine[] = [];
  const heard = () => said(lines);
  const close = logs.follow(bot, "console", { run: 1, offset: 4 }, (more) => void lines.push(...more));
  write(1, "new\npar");
  await vi.waitFor(() => expect(heard()).toEqual(["new"]));
  write(1, "tial\nend without newline");
  await vi.waitFor(() => expect(heard()).toEqual(["new", "partial"]));
  mkdirSync(dir(2)); // The next run is being prepared: nothing of it yet.
  record(1, true);
  await vi.waitFor(() => expect(heard().slice(2)).toEqual(["end without newline", "1:ended"]));
  record(2, false);
  write(2, "hello\n");
  await vi.waitFor(() => expect(heard().slice(4)).toEqual(["2:started", "hello"]));
  await close();
  write(2, "unheard\n");
  await sleep(120);
  expect(lines).toHaveLength(6);
  expect(said((await read({ after: place(lines.at(-1)) })).lines)).toEqual(["unheard"]);
});

test("a follower without a place begins with what comes next", async () => {
  record(1, false);
  write(1, "old\n");
  const lines: LogLine[] = [];
  logs.follow(bot, "console", undefined, (more) => void lines.push(...more));
  await sleep(100);
  write(1, "new\n");
  await vi.waitFor(() => expect(said(lines)).toEqual(["new"]));
});

test("a follower of a bot that never ran hears its first start; the install log has no marks", async () => {
  const lines: LogLine[] = [];
  const install: LogLine[] = [];
  logs.follow(bot, "console", { run: 0, offset: 0 }, (more) => void lines.push(...more));
  logs.follow(bot, "install", { run: 0, offset: 0 }, (more) => void install.push(...more));
  write(1, "npm ci\n", "install.log");
  await vi.waitFor(() => expect(said(install)).toEqual(["npm ci"]));
  expect(lines).toEqual([]);
  record(1, false);
  write(1, "up\n");
  await vi.waitFor(() => expect(said(lines)).toEqual(["1:started", "up"]));
});

test("a follower survives the log folder being removed", async () => {
  record(1, false);
  write(1, "old\n");
  const lines: LogLine[] = [];
  logs.follow(bot, "console", { run: 1, offset: 0 }, (more) => void lines.push(...more));
  await vi.waitFor(() => expect(said(lines)).toEqual(["old"]));
  rmSync(join(home, bot), { recursive: true });
  await sleep(100);
  record(2, false);
  write(2, "again\n");
  await vi.waitFor(() => expect(said(lines)).toEqual(["old", "2:started", "again"]));
});

test("a follower too far behind jumps to the newest and hears how many it missed", async () => {
  record(1, false);
  write(1, Array.from({ length: 30_000 }, (_, i) => `n ${i}\n`).join(""));
  const heard: { lines: LogLine[]; missed: number }[] = [];
  const take = (lines: LogLine[], missed: number) => void heard.push({ lines, missed });
  logs.follow(bot, "console", { run: 1, offset: 0 }, take, { skipBeyond: 50_000 });
  await vi.waitFor(() => expect(heard.at(-1)?.lines.at(-1)?.text).toBe("n 29999"));
  expect(heard).toHaveLength(1);
  expect(heard[0]?.missed).toBe(29_500);
  expect(heard[0]?.lines[0]?.text).toBe("n 29500");
});

test("times are kept, rise, and do not change when asked again", async () => {
  record(1, false);
  write(1, "a\n");
  logs.stamp(bot, 1);
  await vi.waitFor(() => expect(existsSync(file(1, "out.idx"))).toBe(true));
  await vi.waitFor(() => expect(statSync(file(1, "out.idx")).size).toBe(16));
  const first = (await read({})).lines.at(-1);
  await sleep(50);
  write(1, "b\n");
  logs.stamp(bot, null); // The run is over: what came last is stamped at once.
  await vi.waitFor(() => expect(statSync(file(1, "out.idx")).size).toBe(32));
  appendFileSync(file(1, "out.idx"), "torn");
  await logs.close();
  logs = openLogs({ botsDir: home });
  write(1, "c\n");
  const lines = (await read({})).lines.slice(1);
  expect(lines[0]).toEqual(first);
  expect((lines[1]?.at ?? 0) - (lines[0]?.at ?? 0)).toBeGreaterThanOrEqual(40);
  expect(lines[2]?.at).toBeGreaterThanOrEqual(lines[1]?.at ?? Number.NaN);
  expect((await read({})).lines.slice(1)).toEqual(lines);
  expect(readFileSync(file(1, "out.idx")).length).toBe(48);
});

test("an index of times that grows too large is thinned, and times still rise", async () => {
  record(1, false);
  const rows = 65_535;
  write(1, "a\n".repeat(rows));
  const index = Buffer.alloc(rows * 16);
  for (let row = 0; row < rows; row++) {
    index.writeDoubleLE((row + 1) * 2, row * 16);
    index.writeDoubleLE(10_000 + row, row * 16 + 8);
  }
  writeFileSync(file(1, "out.idx"), index);
  write(1, "b\n");
  const newest = (await read({ limit: 3 })).lines;
  expect(newest.map(({ at }) => at).slice(0, 2)).toEqual([10_000 + rows - 2, 10_000 + rows - 1]);
  expect(statSync(file(1, "out.idx")).size).toBe(((65_536 * 9) / 16) * 16);
  const oldest = (await read({ after: { run: 1, offset: 0 }, limit: 4 })).lines.map(({ at }) => at);
  expect(oldest).toEqual([10_001, 10_001, 10_003, 10_003]);
});

test("the tail of a run is its last words, also without a newline", async () => {
  write(1, "a\nb\nc");
  expect(await logs.tail(bot, 1, "console", 2)).toEqual(["b", "c"]);
  expect(await logs.tail(bot, 7, "console", 2)).toEqual([]);
});

test("prune keeps the newest runs within the bounds and what is alive", async () => {
  for (const run of [1, 2, 3, 4]) {
    record(run, true);
    write(run, "x\n");
  }
  await logs.prune(bot, { keepMb: 256, keepDays: 0 });
  expect([1, 2, 3, 4].filter((run) => existsSync(dir(run)))).toEqual([2, 3, 4]);
  write(5, "y".repeat(5_000));
  record(3, false);
  await logs.prune(bot, { keepMb: 0.02, keepDays: 0 });
  expect([2, 3, 4, 5].filter((run) => existsSync(dir(run)))).toEqual([3, 5]);
  record(3, true);
  await logs.prune(bot, { keepMb: 256, keepDays: 30 });
  expect([3, 5].filter((run) => existsSync(dir(run)))).toEqual([5]);
});

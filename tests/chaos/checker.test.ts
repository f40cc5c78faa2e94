import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LogLine } from "#contracts/log";
import { type Given, wanted } from "../../chaos/ledger";
import { compose, understand } from "../../chaos/line";
import { livesIn } from "../../chaos/reader";
import { judge, Reading } from "../../chaos/reading";
import { findOverlaps, type Life, readRecord } from "../../chaos/records";
import { judgeExit, judgeRest } from "../../chaos/verdict";
import { root } from "../support/sources";

const life = (more: Partial<Life> = {}): Life => ({
  stream: "a-1",
  botId: "abcdefghij",
  run: 1,
  pid: 1,
  child: false,
  startedAt: 1_000,
  from: 1_000,
  until: 9_000,
  due: 3,
  begun: 3,
  missed: [],
  refused: 0,
  torn: new Set(),
  ...more,
});

/** A log of these texts, as Botyard would tell it. */
function told(texts: readonly string[], run = 1): LogLine[] {
  let offset = 0;
  return texts.map((text) => {
    const line = {
      run,
      offset,
      next: offset + Buffer.byteLength(text) + 1,
      at: 1,
      level: "plain",
      stream: "out",
      text,
    } as const;
    offset = line.next;
    return line;
  });
}
function judgeTexts(texts: readonly string[], lives: readonly Life[] = [life()]) {
  const reading = new Reading();
  reading.take(told(texts));
  return judge(reading, lives);
}
const line = (n: number, stream = "a-1") => compose(stream, n, 20 + n);

test("what a bot printed and recorded is found whole", async () => {
  const folder = mkdtempSync(join(tmpdir(), "by-voice-"));
  const options = JSON.stringify({ perSecond: 100, length: 300 });
  const bot = spawn(process.execPath, [join(root, "chaos/bots/steady.cjs"), folder, options], {
    env: { ...process.env, BOTYARD_BOT: "abcdefghij:4" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => bot.once("close", resolve));
  let text = "";
  bot.stdout.on("data", (bytes) => {
    text += bytes;
    if (text.split("\n").length > 12) bot.kill("SIGINT");
  });
  await gone;
  const lives = livesIn(folder);
  rmSync(folder, { recursive: true });
  expect(lives).toMatchObject([{ botId: "abcdefghij", run: 4, child: false, end: { code: 0 } }]);
  expect(lives[0]?.due).toBeGreaterThanOrEqual(12);
  const reading = new Reading();
  reading.take(told(text.split("\n").slice(0, -1), 4));
  expect(judge(reading, lives)).toEqual({ due: lives[0]?.due, lost: [], doubled: [], inGaps: 0, torn: 0, odd: [] });
});

test("a line that is missing, comes twice, or was changed is seen", () => {
  expect(judgeTexts([line(1), line(2), line(3)])).toMatchObject({ lost: [], doubled: [], odd: [] });
  expect(judgeTexts([line(1), line(3)]).lost).toMatchObject([{ numbers: [2] }]);
  expect(judgeTexts([line(1), line(2)]).lost).toMatchObject([{ numbers: [3] }]);
  expect(judgeTexts([line(1), line(2), line(2), line(3)]).doubled).toMatchObject([{ numbers: [2] }]);
  const changed = judgeTexts([line(1), line(2).replace("a", "A"), line(3)]);
  expect(changed.lost).toMatchObject([{ numbers: [2] }]);
  expect(changed.odd).toHaveLength(1);
});

test("what nobody wrote, or nobody finished, is told apart", () => {
  expect(judgeTexts([line(1), line(2), line(3), line(4)]).odd).toMatchObject([
    { what: expect.stringContaining("began 3") },
  ]);
  expect(judgeTexts([line(1), line(2), line(3), line(1, "b-2")]).odd).toMatchObject([
    { what: expect.stringContaining("no record of its own") },
  ]);
  const half = line(4).slice(0, 20);
  expect(judgeTexts([line(1), line(2), line(3), half], [life({ begun: 4 })]).odd).toEqual([]);
  expect(judgeTexts([line(1), line(2), line(3), half]).odd).toEqual([]);
  expect(judgeTexts([line(1), line(2), line(3), line(3).slice(0, 20)]).odd).toHaveLength(1);
});

test("of a line that a full disk tore, others' lines may stand between the parts; of no other", () => {
  const lives = (torn: Set<number>) => [life({ torn }), life({ stream: "b-2c", child: true, due: 1, begun: 1 })];
  for (const at of [2, 6, 8, 15, 25]) {
    const texts = [line(1), line(2).slice(0, at) + line(1, "b-2c"), line(2).slice(at), line(3)];
    expect(judgeTexts(texts, lives(new Set([2])))).toMatchObject({ lost: [], torn: 1, odd: [] });
    const not = judgeTexts(texts, lives(new Set()));
    expect(not.lost).toMatchObject([{ numbers: [2] }]);
    expect(not.odd.length).toBeGreaterThan(0);
  }
});

test("bytes that were not told are seen, and gaps that are told of are counted apart", () => {
  const reading = new Reading();
  const [first, second, third] = told([line(1), line(2), line(3)]);
  if (!first || !second || !third) throw new Error("three lines");
  const { offset, next } = second;
  const mark = { kind: "gap", bytes: next - offset, why: "outrun" } as const;
  reading.take([first, { ...second, stream: "system", text: "gap", mark }, third]);
  expect(judge(reading, [life()])).toMatchObject({ lost: [], inGaps: 1, odd: [] });
  const bare = new Reading();
  bare.take([first, third]);
  expect(judge(bare, [life()]).odd).toMatchObject([{ what: expect.stringContaining("were not told") }]);
});

test("a line cut short for showing is known by its length", () => {
  const whole = compose("a-1", 1, 50_000);
  expect(
    understand({ text: whole.slice(0, 16_384), bytes: 50_000 + whole.length - 50_000 + 1, cut: true }),
  ).toMatchObject({
    number: 1,
  });
  expect(understand({ text: whole.slice(0, 16_384), bytes: 49_000, cut: true })).toBeNull();
});

test("a record that a kill broke off counts as far as it is whole", () => {
  const start = { stream: "a-1", mark: "abcdefghij:2", pid: 5, boot: "b", parent: null, clock: "100", at: 7 };
  const text = `start ${JSON.stringify(start)}\nb 1 1 200\nd 1 300\nb 2 2 400\nd 2`;
  expect(readRecord(text)).toMatchObject({ run: 2, due: 1, begun: 2, until: 400 });
  expect(readRecord("start {")).toBeNull();
});

test("two lives at once are a second copy, a child that outlives its run is left over", () => {
  const second = life({ stream: "b-2", run: 2, from: 8_000, until: 20_000 });
  expect(findOverlaps([life(), second])).toMatchObject([{ kind: "second copy" }]);
  expect(findOverlaps([life({ until: 7_000 }), second])).toEqual([]);
  const child = life({ stream: "c-3c", child: true });
  expect(findOverlaps([life({ until: 7_000 }), child, second])).toMatchObject([{ kind: "left over" }]);
});

const given = (command: Given["command"], from: number, to: number, outcome: Given["outcome"] = "taken"): Given => ({
  botId: "abcdefghij",
  command,
  from,
  to,
  outcome,
});

test("what is wanted follows from the last order that nothing contradicts", () => {
  expect(wanted([given("start", 0, 1), given("stop", 2, 3)])).toBe("down");
  expect(wanted([given("start", 0, 1), given("stop", 2, 3, "refused")])).toBe("up");
  expect(wanted([given("start", 0, 5), given("stop", 2, 3)])).toBeUndefined();
  expect(wanted([given("start", 0, 1), given("stop", 2, 3, "unknown")])).toBeUndefined();
  expect(wanted([given("stop", 2, 3, "unknown"), given("start", 40_000, 40_001)])).toBe("up");
  expect(wanted([])).toBeUndefined();
});

test("an end is true when it is the one the bot meant, or a kill that somebody asked for", () => {
  const exit = (code: number | null, signal: string | null, reason: "asked" | "exited" | "lost" = "exited") => ({
    code,
    signal,
    at: 50_000,
    reason: { code: reason, values: {} },
  });
  const calm = { killed: [], spells: [] };
  const crashed = life({ end: { code: 7 } });
  expect(judgeExit(crashed, exit(7, null), calm)).toBe("true");
  expect(judgeExit(crashed, exit(1, null), calm)).toMatchObject({ wrong: expect.stringContaining("code 7") });
  expect(judgeExit(life(), exit(null, "SIGKILL", "asked"), calm)).toBe("true");
  expect(judgeExit(life(), exit(null, "SIGKILL"), calm)).toMatchObject({
    wrong: expect.stringContaining("nobody killed it"),
  });
  expect(judgeExit(life(), exit(null, "SIGKILL"), { ...calm, killed: [49_000] })).toBe("true");
  expect(judgeExit(life(), exit(null, null, "lost"), calm)).toMatchObject({ wrong: expect.any(String) });
  expect(judgeExit(life(), exit(null, null, "lost"), { ...calm, spells: [{ from: 45_000, to: 49_000 }] })).toBe(
    "unrecorded",
  );
});

test("a bot at rest is where it was told to be, and is what it is shown to be", () => {
  const running = { state: "running", pid: 5, run: 1, since: 1, ready: "ready" } as const;
  const up = { desired: "up", wished: "up", status: running, newest: life(), alive: true } as const;
  expect(judgeRest(up)).toEqual([]);
  expect(judgeRest({ ...up, alive: false })).toHaveLength(1);
  expect(judgeRest({ ...up, newest: life({ run: 2 }) })).toHaveLength(1);
  expect(judgeRest({ ...up, wished: "down" })).toHaveLength(1);
  const stopped = { ...up, desired: "down", wished: "down", status: { state: "stopped" }, alive: false } as const;
  expect(judgeRest(stopped)).toEqual([]);
  expect(judgeRest({ ...stopped, alive: true })).toHaveLength(1);
  expect(judgeRest({ ...stopped, wished: "up" })).toHaveLength(1);
  expect(judgeRest({ ...stopped, wished: "up", newest: life({ end: { code: 0 } }) })).toEqual([]);
});

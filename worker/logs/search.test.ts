import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type LogCursor, type LogLine, type LogSearch, logHits, logSearch } from "#contracts/log";
import type { Logs } from "../ports/index";
import { openLogs } from "./index";
import { MASK } from "./mask";

let bot = "";
let count = 0;
let home: string;
let logs: Logs;
const said: string[] = [];

const open = () =>
  openLogs({
    botsDir: home,
    secretsOf: () => ({ revision: 1, values: () => ["hunter2hunter2"] }),
    say: (text) => said.push(text),
  });

// One for all tests, each with a bot of its own: its thread takes a moment to start.
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "by-search-"));
  logs = open();
});
beforeEach(() => {
  bot = `searched${String(count++).padStart(2, "0")}`;
});
afterEach(() => expect(said.splice(0)).toEqual([]));
afterAll(async () => {
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

function write(run: number, text: string, ended = true) {
  const dir = join(home, bot, "runs", String(run));
  mkdirSync(dir, { recursive: true });
  appendFileSync(join(dir, "out.log"), text);
  const end = {
    endedAt: run * 10_000 + 5_000,
    exit: { code: 0, signal: null, at: 5_000, reason: { code: "exited", values: { code: 0 } } },
  };
  const record = { botId: bot, run, startedAt: run * 10_000, cause: "person", ...(ended ? end : {}) };
  writeFileSync(join(dir, "run.json"), JSON.stringify(record));
}
const slice = async (asked: Partial<LogSearch>) => logHits.parse(await logs.search(bot, logSearch.parse(asked)));
/** All hits, asked for as a person would: until there is no next. */
async function all(asked: Partial<LogSearch>): Promise<LogLine[]> {
  const hits: LogLine[] = [];
  let from: LogCursor | undefined = asked.from;
  for (;;) {
    const answer = await slice({ ...asked, from });
    hits.push(...answer.hits);
    if (!answer.next) return hits;
    expect(from === undefined || answer.next.run < from.run || answer.next.offset < from.offset).toBe(true);
    from = answer.next;
  }
}
const texts = async (asked: Partial<LogSearch>) => (await all(asked)).map((line) => line.text);

test("hits come newest first, over all runs, with their places, levels and times", async () => {
  write(1, "one fish\n[ERROR] two Fish\nred\n");
  write(2, "nothing\nblue FISH no newline");
  write(3, "fish growing\nfish not yet", false);
  const hits = await all({ text: "fish" });
  expect(hits.map(({ run, offset, next, level, text }) => [run, offset, next, level, text])).toEqual([
    [3, 0, 13, "plain", "fish growing"],
    [2, 8, 28, "plain", "blue FISH no newline"],
    [1, 9, 26, "error", "[ERROR] two Fish"],
    [1, 0, 9, "plain", "one fish"],
  ]);
  expect(await texts({ text: "Fish", exact: true })).toEqual(["[ERROR] two Fish"]);
  expect(await texts({ text: "fish", limit: 1 })).toEqual(hits.map((hit) => hit.text));
  expect(await texts({ text: "started" })).toEqual([]);
  expect(hits.every((hit) => hit.at > 1_700_000_000_000 && hit.stream === "out")).toBe(true);
  const around = await logs.read(bot, { source: "console", around: { run: 1, offset: 9 }, limit: 500 });
  expect(around.lines).toContainEqual(hits[2]);
});

test("levels, with a text or without", async () => {
  write(1, "INFO a\nERROR b\nplain\nwarning: c\n\u001b[31mERROR\u001b[0m d\n");
  expect(await texts({ levels: ["error"] })).toEqual(["\u001b[31mERROR\u001b[0m d", "ERROR b"]);
  expect(await texts({ levels: ["warn", "info"] })).toEqual(["warning: c", "INFO a"]);
  expect(await texts({ levels: ["error"], text: "b" })).toEqual(["ERROR b"]);
  expect(await texts({})).toHaveLength(5);
});

test("what people see is searched: not colours, and not secrets", async () => {
  write(1, "err\u001b[1mor\u001b[0m in red\ncolour \u001b[31mred\u001b[0m\ntoken hunter2hunter2 leaked\n");
  expect(await texts({ text: "error in" })).toEqual(["err\u001b[1mor\u001b[0m in red"]);
  expect(await texts({ text: "[31m" })).toEqual([]);
  expect(await texts({ text: "error in", regex: true })).toHaveLength(1);
  // Neither found, nor found out letter by letter.
  for (const text of ["hunter2hunter2", "hunter", "h", "2h"])
    expect(await texts({ text: `token ${text}` })).toEqual([]);
  expect(await texts({ text: "token hunter", regex: true })).toEqual([]);
  expect(await texts({ text: "token .{6} leaked$", regex: true })).toEqual([`token ${MASK} leaked`]);
  expect(await texts({ text: `${MASK} leaked` })).toEqual([`token ${MASK} leaked`]);
});

test("patterns are RE2's, a line at a time", async () => {
  write(1, "user=1 ok\r\nuser=22 failed\nUSER=333 failed\n\nend");
  expect(await texts({ text: "^user=\\d{2,} f", regex: true })).toEqual(["USER=333 failed", "user=22 failed"]);
  expect(await texts({ text: "^user=\\d+ f", regex: true, exact: true })).toEqual(["user=22 failed"]);
  expect(await texts({ text: "ok$", regex: true })).toEqual(["user=1 ok"]);
  expect(await texts({ text: "\\Aend\\z", regex: true })).toEqual(["end"]);
  expect(await texts({ text: "^$", regex: true })).toEqual([""]);
  expect(await texts({ text: "ok\\s+user", regex: true })).toEqual([]);
  expect(await texts({ text: "a|(?-s:22.f)", regex: true })).toHaveLength(2);
});

test("a pattern that is none is said to be none, and the next search goes on", async () => {
  write(1, "x\n");
  await expect(slice({ text: "(", regex: true })).rejects.toMatchObject({
    code: "bad_input",
    message: expect.stringContaining("missing closing )"),
  });
  for (const text of ["[z-a]", "(?<=a)b", "\\1", "((a{100}){100}){100}"])
    await expect(slice({ text, regex: true })).rejects.toMatchObject({ code: "bad_input" });
  expect(await texts({ text: "x" })).toEqual(["x"]);
});

test("a pattern built to hang is answered slice by slice, and holds nobody up", async () => {
  write(1, `${"a".repeat(15_000)}\n`.repeat(40));
  const [answer, other] = await Promise.all([
    slice({ text: "(a|aa)*(a*)*(a|b|ab){50,200}c$", regex: true }),
    texts({ text: "b" }),
  ]);
  expect(answer.hits).toEqual([]);
  expect(answer.scanned).toBeGreaterThan(0);
  expect(other).toEqual([]);
});

test("other letters than ASCII, invalid bytes, NUL and lines longer than any block", async () => {
  write(1, "Grüße aus ÖSTERREICH\nnul \0 here\n");
  const dir = join(home, bot, "runs", "1");
  appendFileSync(join(dir, "out.log"), Buffer.from([0xff, 0xfe, 0x41, 0x0a]));
  write(1, `needle ${"x".repeat(3_000_000)} behind\nlast needle\n`);
  expect(await texts({ text: "österreich" })).toEqual(["Grüße aus ÖSTERREICH"]);
  expect(await texts({ text: "grü" })).toEqual(["Grüße aus ÖSTERREICH"]);
  expect(await texts({ text: "nul \0" })).toEqual(["nul \0 here"]);
  expect(await texts({ text: "\ufffdA" })).toEqual(["\ufffd\ufffdA"]);
  const [last, long, ...none] = await all({ text: "needle" });
  expect(last?.text).toBe("last needle");
  expect(long).toMatchObject({ cut: true, text: `needle ${"x".repeat(16_377)}` });
  expect(none).toEqual([]);
  expect(await texts({ text: "behind" })).toEqual([]);
});

test("every page size finds the same, in blocks and out of them", async () => {
  let text = "";
  for (let line = 0; line < 30_000; line++)
    text += `line ${line} ${line % 997 === 0 ? "special" : "usual"} ${"y".repeat(line % 60)}\n`;
  write(1, text.slice(0, 600_000));
  write(2, text.slice(600_000));
  const expected = text.slice(0, 600_000).split("\n").concat(text.slice(600_000).split("\n"));
  const want = expected.filter((line) => line.includes("special")).reverse();
  expect(want.length).toBeGreaterThan(29);
  for (const limit of [1, 7, 500]) expect(await texts({ text: "special", limit })).toEqual(want);
  expect(await texts({ text: "spec[i]al", regex: true })).toEqual(want);
  const first = await slice({ text: "usual", limit: 3 });
  expect(first.left).toBe(text.length);
  expect(first.scanned).toBeLessThan(1_000);
});

test("from one moment to another", async () => {
  write(1, "old\n");
  await logs.read(bot, { source: "console", limit: 1 });
  const between = Date.now() + 5;
  await new Promise((resolve) => setTimeout(resolve, 20));
  write(2, "new\n", false);
  const { lines } = await logs.read(bot, { source: "console", limit: 500 });
  expect(lines.filter((line) => line.stream === "out").map(({ at }) => at >= between)).toEqual([false, true]);
  // The records of these runs are of 1970; their lines are of now.
  expect(await texts({ since: between })).toEqual(["new"]);
  expect(await texts({ until: between })).toEqual(["old"]);
  expect(await texts({ since: between, until: between })).toEqual([]);
});

test("who closes the logs ends a search", async () => {
  write(1, "x\n");
  const others = open();
  const outcome = others.search(bot, logSearch.parse({ text: "x" })).then(
    () => "answered",
    (error: unknown) => String(error),
  );
  await others.close();
  expect(await outcome).toMatch(/^answered$|^AppError: The worker/);
});

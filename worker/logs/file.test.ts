import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogLine, LogRange } from "#contracts/log";
import type { Logs } from "../ports/index";
import { openLogs } from "./index";
import { MASK } from "./mask";

const bot = "abcdefghij";
const secret = "hunter2hunter2-äöü";
let home: string;
let logs: Logs;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-file-"));
  logs = openLogs({ botsDir: home, secretsOf: () => ({ revision: 1, values: () => [secret] }) });
});
afterEach(async () => {
  await logs.close();
  rmSync(home, { recursive: true, force: true });
});

function write(run: number, text: string, ended = true) {
  const dir = join(home, bot, "runs", String(run));
  mkdirSync(dir, { recursive: true });
  appendFileSync(join(dir, "out.log"), text);
  const end = {
    endedAt: 5_000,
    exit: { code: 0, signal: null, at: 5_000, reason: { code: "exited", values: { code: 0 } } },
  };
  const record = { botId: bot, run, startedAt: 1_000, cause: "person", ...(ended ? end : {}) };
  writeFileSync(join(dir, "run.json"), JSON.stringify(record));
}
async function read(range: Partial<LogRange> = {}): Promise<string> {
  let text = "";
  for await (const piece of logs.file(bot, { source: "console", ...range })) text += piece;
  return text;
}

test("a file has every line of every run whole, with secrets masked", async () => {
  write(1, `first\nkey ${secret} in\nno newline`);
  write(2, `\u001b[31mred\u001b[0m ${secret}\n${"x".repeat(600_000)}\n\nhalf`, false);
  expect(await read()).toBe(
    `first\nkey ${MASK} in\nno newline\n\u001b[31mred\u001b[0m ${MASK}\n${"x".repeat(600_000)}\n\nhalf\n`,
  );
  expect(await read({ run: 1 })).toBe(`first\nkey ${MASK} in\nno newline\n`);
  expect(await read({ run: 9 })).toBe("");
  expect(await read({ source: "install" })).toBe("");
});

test("wherever a line without end is parted, no half of a secret is in either part", async () => {
  const part = 4 * 1024 * 1024;
  for (const before of [part - 18, part - 10, part - 3, part - 1, part]) {
    rmSync(join(home, bot), { recursive: true, force: true });
    write(1, `${"x".repeat(before)}${secret}${"é".repeat(3_000_000)}\n`);
    const text = await read();
    expect(text.length).toBe(before + MASK.length + 3_000_001);
    expect(text.slice(before - 1, before + MASK.length + 1)).toBe(`x${MASK}é`);
  }
});

test("a line that is being written shows no beginning of a secret", async () => {
  write(1, `ready\nkey ${secret.slice(0, 9)}`, false);
  expect(await read()).toBe(`ready\nkey ${MASK}\n`);
});

test("a file from one moment to another", async () => {
  write(1, "old\n");
  await logs.read(bot, { source: "console", limit: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const between = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  write(2, "new\n");
  expect(await read({ since: between })).toBe("new\n");
  expect(await read({ until: between })).toBe("old\n");
  expect(await read({ since: 1, until: Date.now() + 1_000 })).toBe("old\nnew\n");
});

test("lines around a line, and from a moment on", async () => {
  write(1, Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join(""));
  const page = async (query: object) => logs.read(bot, { source: "console", limit: 500, ...query });
  const said = (lines: readonly LogLine[]) => lines.map((line) => line.text);
  const { lines } = await page({});
  const middle = lines.find((line) => line.text === "line 25");
  const around = { run: 1, offset: middle?.offset ?? 0 };
  const near = await page({ around, limit: 5 });
  expect(said(near.lines)).toEqual(["line 23", "line 24", "line 25", "line 26", "line 27"]);
  // A place within the line means the line, and from both ends it goes on without a gap.
  expect((await page({ around: { run: 1, offset: around.offset + 3 }, limit: 5 })).lines).toEqual(near.lines);
  expect(said((await page({ after: near.end, limit: 1 })).lines)).toEqual(["line 28"]);
  expect(said((await page({ before: near.start, limit: 1 })).lines)).toEqual(["line 22"]);
  // At the end of the log there is more of what was before.
  const end = await page({ around: { run: 1, offset: lines.at(-2)?.offset ?? 0 }, limit: 6 });
  expect(said(end.lines)).toEqual(["line 45", "line 46", "line 47", "line 48", "line 49", "ended"]);
  expect(said((await page({ since: 1, limit: 3 })).lines)).toEqual(["started", "line 0", "line 1"]);
  expect((await page({ since: Date.now() + 60_000 })).lines).toEqual([]);
});

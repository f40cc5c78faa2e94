import { expect, test } from "vitest";
import { cpuMs } from "../../tests/support/cpu";
import { levelOf, loud } from "./level";

const lines: [string, string][] = [
  ['{"level":30,"time":1,"msg":"ready"}', "info"],
  ['{"level":60,"msg":"gone"}', "error"],
  ['{"level":20,"msg":"x"}', "debug"],
  ['{"time":1,"severity":"WARNING","message":"x"}', "warn"],
  ['{"level": "error", "message": "cut in the mid', "error"],
  ['{"msg":"no level"}', "plain"],
  ["ts=2026-01-01 level=warn msg=slow", "warn"],
  ['time="2026" level="error" msg="x"', "error"],
  ["[ERROR] it broke", "error"],
  ["[bot] [warn] slow", "warn"],
  ["2026-01-01 12:00:00 INFO     discord.client logging in", "info"],
  ["2026-01-01 12:00:00,123 WARNING discord.gateway late", "warn"],
  ["2026-01-01T12:00:00.000Z debug: hello", "debug"],
  ["[12:00:00 INFO]: done", "info"],
  ["ERROR:root:no", "error"],
  ["error: cannot", "error"],
  ["WARN slow", "warn"],
  ["\u001b[31mERROR\u001b[0m red", "error"],
  ["Traceback (most recent call last):", "error"],
  ["TypeError: x is not a function", "error"],
  ["DiscordAPIError[50001]: Missing Access", "error"],
  ["discord.errors.LoginFailure: Improper token has been passed.", "error"],
  ["Error [TokenInvalid]: An invalid token was provided.", "error"],
  ["npm ERR! code E404", "error"],
  ["npm warn deprecated x", "warn"],
  ["(node:12) ExperimentalWarning: x", "warn"],
  ["bot.py:3: DeprecationWarning: old", "warn"],
  ["Logged in as demo", "plain"],
  ["log in to see errors", "plain"],
  ["Error handling is on", "plain"],
  ["no error here", "plain"],
  ["information wants to be free", "plain"],
  ["", "plain"],
];

test.each(lines)("%s is %s", (line, level) => {
  expect(levelOf(line)).toBe(level);
});

test("passing over a log by what is loud misses no warning and no error", () => {
  const levels = lines.filter(([, level]) => level === "warn" || level === "error");
  expect(levels.length).toBeGreaterThan(10);
  for (const [line] of levels) expect(line).toMatch(new RegExp(loud.source, "i"));
  const words = "warn warning wrn error err fatal critical crit severe panic emerg alert".split(" ");
  for (const word of words)
    expect([levelOf(`level=${word}`), word]).toEqual([
      expect.stringMatching(/warn|error/),
      expect.stringMatching(new RegExp(loud.source, "i")),
    ]);
});

test("a line made to be slow is not", async () => {
  const nasty = [
    "1 ".repeat(50_000),
    "((((".repeat(50_000),
    " ".repeat(100_000),
    "a.".repeat(50_000),
    "1:".repeat(50_000),
  ];
  const spent = await cpuMs(() => {
    for (const line of nasty) for (let i = 0; i < 100; i++) levelOf(line);
  });
  expect(spent).toBeLessThan(1_500);
});

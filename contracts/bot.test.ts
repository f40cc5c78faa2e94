import { expect, test } from "vitest";
import { botName, botSettings, envKey, innerPath } from "./bot";

test.each([
  ["  Music  bot ", "Music bot"],
  ["音楽ボット 🎵", "音楽ボット 🎵"],
  ["e\u0301clair", "\u00e9clair"],
  ["x".repeat(64), "x".repeat(64)],
])("the name %j is taken as %j", (given, taken) => {
  expect(botName.parse(given)).toBe(taken);
});

test.each([
  [""],
  ["   "],
  ["x".repeat(65)],
  ["x".repeat(200)],
  ["a/b"],
  ["..\\b"],
  [".."],
  ["a\nb"],
  ["a\u202eb"],
  ["a\0b"],
])("the name %j is refused", (given) => {
  expect(botName.safeParse(given).success).toBe(false);
});

test.each([["index.js"], ["src/main.py"], ["a b/ü.mjs"]])("the entry %j is inside", (path) => {
  expect(innerPath.safeParse(path).success).toBe(true);
});

test.each([["../x.js"], ["/etc/passwd"], ["a//b"], ["a/./b"], ["a/../../b"], ["C:\\x"], ["-e"], ["a\0.js"], [""]])(
  "the entry %j is refused",
  (path) => {
    expect(innerPath.safeParse(path).success).toBe(false);
  },
);

test.each([["BOTYARD_BOT"], ["PATH"], ["1A"], ["A-B"], [""], ["A=B"]])("the variable %j is refused", (key) => {
  expect(envKey.safeParse(key).success).toBe(false);
});

test("settings left out have the defaults of the design", () => {
  const settings = botSettings.parse({});
  expect(settings.restart).toMatchObject({
    mode: "on-failure",
    backoffMs: 1_000,
    backoffMaxMs: 600_000,
    crashLimit: 8,
    crashWindowMs: 600_000,
  });
  expect(settings.stop).toEqual({ signal: "SIGINT", graceMs: 10_000 });
});

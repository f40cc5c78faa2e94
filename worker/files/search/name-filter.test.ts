import { expect, test } from "vitest";
import { createNameFilter } from "./name-filter";

const paths = ["bot.js", "src/bot.js", "src/deep/Bot.ts", "lib/src/a.js", "a+b.txt", "src/line\nbreak.js"];

test.each([
  ["", paths],
  [" , !", paths],
  ["*.js", ["bot.js", "src/bot.js", "lib/src/a.js", "src/line\nbreak.js"]],
  ["bot.*", ["bot.js", "src/bot.js", "src/deep/Bot.ts"]],
  ["/bot.js", ["bot.js"]],
  ["src/*.js", ["src/bot.js", "src/line\nbreak.js"]],
  ["src/**", ["src/bot.js", "src/deep/Bot.ts", "src/line\nbreak.js"]],
  ["src/", ["src/bot.js", "src/deep/Bot.ts", "lib/src/a.js", "src/line\nbreak.js"]],
  ["**/src/*", ["src/bot.js", "lib/src/a.js", "src/line\nbreak.js"]],
  ["?+b.txt, *.ts", ["src/deep/Bot.ts", "a+b.txt"]],
  ["!*.js", ["src/deep/Bot.ts", "a+b.txt"]],
  ["src/**,!*.ts,!line*", ["src/bot.js"]],
  ["[a-z].js", []],
])("%o means what it says", (patterns, meant) => {
  expect(paths.filter(createNameFilter(patterns))).toEqual(meant);
});

test("no pattern takes long", () => {
  const filter = createNameFilter(Array(80).fill("*a*a*").join(","));
  expect(filter("b".repeat(4_000))).toBe(false);
});

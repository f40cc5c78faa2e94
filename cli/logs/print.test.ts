import { expect, test } from "vitest";
import { parseMoment } from "./moment";
import { safe } from "./print";

test.each([
  ["90s", 1_000_000 - 90_000],
  ["2h", 1_000_000 - 7_200_000],
  ["1970-01-01T00:10:00Z", 600_000],
  ["2026-02-30x", undefined],
  ["tomorrow", undefined],
  ["10", undefined],
])("%s is a moment or none", (text, at) => {
  expect(parseMoment(text, 1_000_000)).toBe(at);
});

test.each([
  ["plain", "plain"],
  ["\x1b[31mred", "\x1b[31mred\x1b[0m"],
  ["\x1b[1;38;5;9mred\x1b[0m\x1b]0;title\x07", "\x1b[1;38;5;9mred\x1b[0m\ufffd]0;title\ufffd\x1b[0m"],
  ["\x1b[2J\x1b[H", "\ufffd[2J\ufffd[H"],
  ["a\u202eb\x9bc", "a\ufffdb\ufffdc"],
])("of %j a terminal obeys only colours", (text, shown) => {
  expect(safe(text)).toBe(shown);
});

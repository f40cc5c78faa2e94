import { expect, test } from "vitest";
import { cutTo, widthOf } from "./width";

test.each([
  ["abc", 3],
  ["日本語", 6],
  ["한글 bot", 8],
  ["🎉", 2],
  ["👩‍👩‍👧", 2],
  ["é", 1],
  ["e\u0301", 1],
  ["ｆｕｌｌ", 8],
  ["Ωмега", 5],
])("%s takes %d columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test("what is cut never is more than fits, and no sign is cut in two", () => {
  expect([cutTo("日本語", 5), cutTo("日本語", 1), cutTo("a👩‍👩‍👧b", 2), cutTo("abc", 2)]).toEqual([
    "日本",
    "",
    "a",
    "ab",
  ]);
});

import { expect, test } from "vitest";
import type { FileHits } from "#contracts/file-search";
import { askFor, HUNT_REST, huntOn, newHunt, noWords, rowsOf, takeHits } from "./hunt";

const hit = (line: number) => ({ line, column: 1, text: "x", start: 0, end: 1 });
const answer = (files: FileHits["files"], next: string | null): FileHits => ({
  files,
  next,
  looked: 2,
  passedOver: { large: 1, binary: 1, unreadable: 0 },
});

test("answers are put together, a file that comes again as one", () => {
  const words = { ...noWords, text: "x" };
  const first = takeHits(newHunt(words), answer([{ path: "a", hits: [hit(1)], more: false }], "0.1:a"));
  expect(first).toMatchObject({ state: "hunting", lines: 1, looked: 2, passed: 2, next: "0.1:a" });
  const second = takeHits(
    first,
    answer(
      [
        { path: "a", hits: [hit(7)], more: true },
        { path: "b", hits: [hit(2)], more: false },
      ],
      null,
    ),
  );
  expect(second).toMatchObject({ state: "done", lines: 3, looked: 4 });
  expect(second.files.map(({ path, hits, more }) => [path, hits.map(({ line }) => line), more])).toEqual([
    ["a", [1, 7], true],
    ["b", [2], false],
  ]);
  expect(rowsOf(second.files, new Set(["a"])).map(({ file, hit: one }) => [file.path, one?.line])).toEqual([
    ["a", undefined],
    ["b", undefined],
    ["b", 2],
  ]);
  expect(huntOn(second)).toBe(second);
});

test("it rests when much was found, and goes on when it is asked to", () => {
  const many = answer(
    [{ path: "a", hits: Array.from({ length: HUNT_REST }, (_, n) => hit(n + 1)), more: true }],
    "0.1:b",
  );
  const rested = takeHits(newHunt(noWords), many);
  expect(rested.state).toBe("enough");
  expect(huntOn(rested)).toMatchObject({ state: "hunting", rest: 2 * HUNT_REST });
  expect(takeHits(huntOn(rested), answer([], "0.1:c")).state).toBe("hunting");
});

test("a whole word is asked for as a pattern, whatever signs are in it", () => {
  const asked = (text: string, regex = false) => askFor({ ...noWords, text, word: true, regex });
  expect(asked("a.b")).toMatchObject({ text: "\\b(?:a\\.b)\\b", regex: true });
  expect(asked("$cost")).toMatchObject({ text: "(?:\\$cost)\\b", regex: true });
  expect(asked("a|b", true)).toMatchObject({ text: "\\b(?:a|b)\\b", regex: true });
  expect(askFor({ ...noWords, text: "a.b" })).toMatchObject({ text: "a.b", regex: false });
});

import { expect, test } from "vitest";
import { awayMs, parseRecords, written } from "./records";

const text = [
  "S bot1 aaaaaaaa 1000000 0",
  "P bot1 aaaaaaaa 2000000 20",
  "X bot1 aaaaaaaa 3000000 0",
  "S bot1 bbbbbbbb 7500000 0",
  "E bot1 bbbbbbbb 9000000 50",
  "S bot1 ccc",
].join("\n");

test("a record that is still being written is left out", () => {
  expect(parseRecords(text)).toHaveLength(5);
  expect(parseRecords("")).toEqual([]);
  expect(parseRecords("rubbish\n")).toEqual([]);
});

test("how long a child was away, and what each life wrote", () => {
  const records = parseRecords(text);
  expect(awayMs(records)).toBe(4.5);
  expect(awayMs(records.slice(0, 3))).toBeUndefined();
  expect(awayMs(records.slice(0, 2))).toBeUndefined();
  expect([...written(records)]).toEqual([
    ["aaaaaaaa", 20],
    ["bbbbbbbb", 50],
  ]);
});

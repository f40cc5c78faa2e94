import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Tally, writtenAt } from "./lines";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "by-lines-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (number: number, tag = "0badcafe") =>
  `${`${tag} ${String(number).padStart(12, "0")} ${String(7_000_000_000 + number).padStart(19, "0")} `.padEnd(99, "x")}\n`;

function count(...texts: string[]): Tally {
  const tally = new Tally();
  for (const [at, text] of texts.entries()) {
    writeFileSync(join(folder, String(at)), text);
    tally.addFile(join(folder, String(at)));
  }
  return tally;
}

test("what is there once, twice and not at all is told apart, for each life", () => {
  const tally = count(line(0) + line(1) + line(1) + line(9_000), line(0, "00000002") + line(0));
  expect(tally.of("0badcafe")).toEqual({ lines: 5, unique: 3, doubled: 2 });
  expect(tally.of("00000002")).toEqual({ lines: 1, unique: 1, doubled: 0 });
  expect(tally.of("00000003")).toEqual({ lines: 0, unique: 0, doubled: 0 });
  expect(tally.odd).toBe(0);
});

test("torn and foreign lines are no lines", () => {
  const torn = line(3).slice(0, 40);
  const tally = count(`${line(1)}hello\n${torn}${line(2)}\n${line(4).replace("0000", "00x0")}${torn}`);
  expect(tally.of("0badcafe")).toEqual({ lines: 1, unique: 1, doubled: 0 });
  // hello, the torn one with the next, the one without a number, and what has no newline.
  expect(tally.odd).toBe(4);
});

test("lines that lie over the edge of a block are whole", () => {
  const many = 25_000;
  const file = join(folder, "many");
  writeFileSync(file, "");
  for (let from = 0; from < many; from += 5_000) {
    appendFileSync(file, Array.from({ length: 5_000 }, (_, at) => line(from + at)).join(""));
  }
  const tally = new Tally();
  tally.addFile(file);
  expect(tally.of("0badcafe")).toEqual({ lines: many, unique: many, doubled: 0 });
  expect(tally.odd).toBe(0);
});

test("a file longer than a block without any newline ends the count, not the reader", () => {
  const tally = count("x".repeat((1 << 20) + 10) + line(1), line(5));
  expect(tally.of("0badcafe").unique).toBe(1);
  expect(tally.odd).toBeGreaterThan(0);
});

test("a file that is not there holds nothing", () => {
  const tally = new Tally();
  tally.addFile(join(folder, "none"));
  expect(tally.odd).toBe(0);
});

test("a line tells when it was written", () => {
  expect(writtenAt(line(12).trimEnd())).toBe(7_000_000_012n);
  expect(writtenAt("hello")).toBeUndefined();
});

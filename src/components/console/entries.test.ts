import { describe, expect, it } from "vitest";
import { emptyLog, type LogEntry, takeLines } from "#client/live/log-buffer";
import type { LogLine } from "#contracts/log";
import { filterEntries, linesAfter, untilPause } from "./entries";

const line = (offset: number, text: string, mark?: LogLine["mark"]): LogLine => ({
  run: 1,
  offset,
  next: mark ? offset : offset + 1,
  at: 0,
  stream: mark ? "system" : "out",
  level: "plain",
  text,
  mark,
});
const entriesOf = (...lines: LogLine[]): readonly LogEntry[] => takeLines(emptyLog, lines).entries;
const texts = (entries: readonly LogEntry[]) => entries.map((entry) => (entry.kind === "line" ? entry.line.text : "…"));

describe("filterEntries", () => {
  const entries = entriesOf(
    line(0, "", { kind: "started", cause: "person" }),
    line(0, "Hello World"),
    line(1, "\x1b[31mhel\x1b[0mlo"),
    line(2, "other"),
  );

  it("finds text whatever its case, across colours", () => {
    expect(texts(filterEntries(entries, " HELLO "))).toEqual(["Hello World", "\x1b[31mhel\x1b[0mlo"]);
  });

  it("does not read the pattern as one", () => {
    expect(filterEntries(entries, ".*")).toEqual([]);
    expect(filterEntries(entries, "(((((a+)+)+)+)+$")).toEqual([]);
  });

  it("leaves everything without a text to look for", () => {
    expect(filterEntries(entries, "  ")).toBe(entries);
  });
});

describe("pausing", () => {
  const held = entriesOf(line(0, "a"), line(1, "b"));

  it("shows what was there, counts what waits, and takes older lines in", () => {
    const now = entriesOf(line(0, "a"), line(1, "b"), line(2, "c"), line(3, "d"));
    expect(texts(untilPause(now, held))).toEqual(["a", "b"]);
    expect(linesAfter(now, held.at(-1)?.key)).toBe(2);
  });

  it("keeps what was held when it has fallen off the old end", () => {
    const now = entriesOf(line(8, "x"), line(9, "y"));
    expect(untilPause(now, held)).toBe(held);
    expect(linesAfter(now, held.at(-1)?.key)).toBe(2);
  });

  it("shows nothing when paused with nothing there", () => {
    const now = entriesOf(line(0, "a"));
    expect(untilPause(now, [])).toEqual([]);
    expect(linesAfter(now, undefined)).toBe(1);
  });
});

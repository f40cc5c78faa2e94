import { describe, expect, it } from "vitest";
import { emptyLog, type LogEntry, takeLines } from "#client/live/log-buffer";
import type { LogLine } from "#contracts/log";
import { linesAfter, untilPause } from "./entries";

const line = (offset: number, text: string): LogLine => ({
  run: 1,
  offset,
  next: offset + 1,
  at: 0,
  stream: "out",
  level: "plain",
  text,
});
const entriesOf = (...lines: LogLine[]): readonly LogEntry[] => takeLines(emptyLog, lines).entries;
const texts = (entries: readonly LogEntry[]) => entries.map((entry) => (entry.kind === "line" ? entry.line.text : "…"));

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

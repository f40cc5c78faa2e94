import { describe, expect, it } from "vitest";
import { emptyLog, type LogEntry, takeLines } from "#client/live/log-buffer";
import type { LogLevel, LogLine } from "#contracts/log";
import { countLines, filterRows, type LogRow, linesAfterRow, plainText, rowAt, rowsOf, unfolded } from "./rows";

const line = (offset: number, text: string, more: Partial<LogLine> = {}): LogLine => ({
  run: 1,
  offset,
  next: offset + 10,
  at: offset,
  stream: "out",
  level: "plain",
  text,
  ...more,
});
const started: LogLine = {
  ...line(0, ""),
  next: 0,
  at: 60,
  stream: "system",
  mark: { kind: "started", cause: "person" },
};
const entriesOf = (...lines: LogLine[]): readonly LogEntry[] => takeLines(emptyLog, lines).entries;
const shown = (rows: readonly LogRow[]) =>
  rows.map((row) => (row.kind === "text" ? [row.line.text, ...row.more.map(({ text }) => text)] : row.kind));
const all = { text: "", levels: [], since: 0 };

const rows = rowsOf(
  entriesOf(
    started,
    line(0, "Hello World"),
    line(10, "\x1b[31mError:\x1b[0m boom", { level: "error" }),
    line(20, "\x1b[90m    at send (app.js:1:1)\x1b[0m"),
    line(30, "    at main (app.js:2:2)"),
    line(40, "after"),
    // What lay between was left out for a slow viewer.
    line(90, "    at lonely (app.js:3:3)"),
  ),
);

describe("rows", () => {
  it("fold a trace into its line, and nothing over a place where lines are missing", () => {
    expect(shown(rows)).toEqual([
      "mark",
      ["Hello World"],
      ["\x1b[31mError:\x1b[0m boom", "\x1b[90m    at send (app.js:1:1)\x1b[0m", "    at main (app.js:2:2)"],
      ["after"],
      "missed",
      ["    at lonely (app.js:3:3)"],
    ]);
  });

  it("have each line for itself when unfolded, and tell it to the clipboard without colours", () => {
    expect(shown(unfolded(rows))).toHaveLength(8);
    expect(rows.map(plainText)[2]).toBe("Error: boom\n    at send (app.js:1:1)\n    at main (app.js:2:2)");
  });

  it("are bounded: an endless trace makes several", () => {
    const endless = rowsOf(entriesOf(...Array.from({ length: 1_000 }, (_, i) => line(i * 10, "    at f (a.js:1:1)"))));
    expect(countLines(endless)).toBe(1_000);
    expect(Math.max(...endless.map((row) => (row.kind === "text" ? row.more.length : 0)))).toBeLessThan(500);
  });

  it("are found by a place in them, a mark where no line is", () => {
    expect(rowAt(rows, { run: 1, offset: 0 })).toBe(1);
    expect(rowAt(rows, { run: 1, offset: 30 })).toBe(2);
    expect(rowAt(rows, { run: 1, offset: 47 })).toBe(3);
    expect(rowAt(rows.slice(0, 1), { run: 1, offset: 0 })).toBe(0);
    expect(rowAt(rows, { run: 2, offset: 0 })).toBe(-1);
  });

  it("are counted from the end", () => {
    expect(linesAfterRow(rows, rows[3]?.key ?? "")).toBe(1);
    expect(linesAfterRow(rows, "gone")).toBe(6);
  });
});

describe("filterRows", () => {
  const texts = (filter: { text?: string; levels?: readonly LogLevel[]; since?: number }) =>
    shown(filterRows(rows, { ...all, ...filter }));

  it("finds text whatever its case, across colours, also deep in a trace", () => {
    expect(texts({ text: " HELLO " })).toEqual([["Hello World"]]);
    expect(texts({ text: "error: boom" })).toHaveLength(1);
    expect(texts({ text: "app.js:2" })).toEqual([shown(rows)[2]]);
  });

  it("does not read the text as a pattern", () => {
    expect(texts({ text: ".*" })).toEqual([]);
    expect(texts({ text: "(((((a+)+)+)+)+$" })).toEqual([]);
  });

  it("keeps levels, traces whole, and marks only for a time", () => {
    expect(texts({ levels: ["error", "warn"] })).toEqual([shown(rows)[2]]);
    expect(texts({ since: 40 })).toEqual(["mark", ["after"], ["    at lonely (app.js:3:3)"]]);
    expect(texts({ since: 40, text: "a" })).not.toContain("mark");
    expect(filterRows(rows, all)).toBe(rows);
  });
});

import { describe, expect, test } from "vitest";
import type { LogLine } from "#contracts/log";
import {
  atBeginning,
  emptyLog,
  fillMissed,
  KEPT_LINES,
  type LogBuffer,
  type MissedEntry,
  takeLines,
} from "./log-buffer";

/** A line of ten bytes: the n-th of its run. */
const line = (run: number, n: number): LogLine => ({
  run,
  offset: n * 10,
  next: n * 10 + 10,
  at: 1_000 + n,
  stream: "out",
  level: "plain",
  text: `line ${n}`,
});
const started = (run: number): LogLine => ({
  ...line(run, 0),
  next: 0,
  stream: "system",
  text: "",
  mark: { kind: "started", cause: "person" },
});
const ended = (run: number, n: number): LogLine => ({
  ...line(run, n),
  next: n * 10,
  stream: "system",
  text: "",
  mark: { kind: "ended", code: 1, signal: null, ms: 5 },
});
const range = (run: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => line(run, from + i));
const shown = (log: LogBuffer) =>
  log.entries.map((entry) =>
    entry.kind === "missed"
      ? `missed ${entry.count ?? "?"}${entry.gone ? " gone" : ""}`
      : `${entry.line.run}.${entry.line.mark?.kind ?? entry.line.offset / 10}`,
  );
const missedIn = (log: LogBuffer): MissedEntry => {
  const found = log.entries.find((entry) => entry.kind === "missed");
  if (!found) throw new Error("no missed entry");
  return found;
};

describe("a log in the browser", () => {
  test("lines that come twice are shown once", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 5)), range(1, 3, 7));
    expect(shown(log)).toEqual(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]);
  });
  test("an answer that comes after the first live lines finds its place before them", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 5, 7)), range(1, 0, 5));
    expect(shown(log)).toEqual(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]);
  });
  test("marks share an offset with lines and keep their order", () => {
    const log = takeLines(emptyLog, [line(1, 0), ended(1, 1), started(1), started(2), line(2, 0)]);
    expect(shown(log)).toEqual(["1.started", "1.0", "1.ended", "2.started", "2.0"]);
    expect(shown(takeLines(log, [ended(1, 1), started(1)]))).toEqual(shown(log));
  });
  test("a gap that nobody announced is seen", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 2)), range(1, 5, 6));
    expect(shown(log)).toEqual(["1.0", "1.1", "missed ?", "1.5"]);
    expect(missedIn(log)).toMatchObject({ after: { run: 1, offset: 20 }, before: { run: 1, offset: 50 }, gone: false });
  });
  test("a gap across runs is seen where a run does not begin at its beginning", () => {
    const log = takeLines(takeLines(emptyLog, [line(1, 0), ended(1, 1)]), range(2, 4, 6));
    expect(shown(log)).toEqual(["1.0", "1.ended", "missed ?", "2.4", "2.5"]);
  });
  test("runs that print nothing, never launch or were never marked as ended leave no gap", () => {
    const installs = takeLines(takeLines(emptyLog, [line(1, 0)]), [line(4, 0)]);
    expect(shown(installs)).toEqual(["1.0", "4.0"]);
    const unlaunched = takeLines(takeLines(emptyLog, [line(1, 0), ended(1, 1)]), [started(3), line(3, 0)]);
    expect(shown(unlaunched)).toEqual(["1.0", "1.ended", "3.started", "3.0"]);
    const lost = takeLines(takeLines(emptyLog, [line(1, 0)]), [started(2)]);
    expect(shown(lost)).toEqual(["1.0", "2.started"]);
  });
  test("runs that are gone from disk, or were left out for a slow viewer, are a gap all the same", () => {
    const log = takeLines(emptyLog, [line(1, 0), ended(1, 1)]);
    expect(shown(takeLines(log, [started(5)], { gap: true }))).toEqual([
      "1.0",
      "1.ended",
      "missed ? gone",
      "5.started",
    ]);
    expect(shown(takeLines(log, [started(5)], { missed: 9 }))).toEqual(["1.0", "1.ended", "missed 9", "5.started"]);
    expect(shown(takeLines(takeLines(log, [started(2)]), [started(2)], { gap: true }))).not.toContain("missed ? gone");
  });
  test("lines left out for a slow viewer are counted, and filled from disk", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 2)), range(1, 5, 6), { missed: 3 });
    expect(shown(log)).toEqual(["1.0", "1.1", "missed 3", "1.5"]);
    expect(shown(fillMissed(log, missedIn(log), range(1, 2, 8), true))).toEqual([
      "1.0",
      "1.1",
      "1.2",
      "1.3",
      "1.4",
      "1.5",
    ]);
  });
  test("a stretch too long for one read is filled piece by piece", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 1)), range(1, 9, 10), { missed: 8 });
    const half = fillMissed(log, missedIn(log), range(1, 1, 5), false);
    expect(shown(half)).toEqual(["1.0", "1.1", "1.2", "1.3", "1.4", "missed ?", "1.9"]);
    expect(missedIn(half).after).toEqual({ run: 1, offset: 50 });
    expect(
      shown(fillMissed(half, missedIn(half), range(1, 5, 10), true)).filter((entry) => entry.startsWith("missed")),
    ).toEqual([]);
  });
  test("a stretch with nothing in it closes", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 2)), range(1, 5, 6));
    expect(shown(fillMissed(log, missedIn(log), [], true))).toEqual(["1.0", "1.1", "1.5"]);
  });
  test("lines that are gone from disk are said to be gone", () => {
    const log = takeLines(takeLines(emptyLog, range(1, 0, 2)), range(1, 5, 6), { gap: true });
    expect(shown(log)).toEqual(["1.0", "1.1", "missed ? gone", "1.5"]);
  });
  test("what it keeps is bounded, and cutting forgets that the beginning was there", () => {
    const full = atBeginning(takeLines(emptyLog, range(1, 0, KEPT_LINES)));
    expect(full.complete).toBe(true);
    const more = takeLines(full, range(1, KEPT_LINES, KEPT_LINES + 1));
    expect(more.lines.length).toBeLessThan(KEPT_LINES);
    expect(more.lines.at(-1)?.offset).toBe(KEPT_LINES * 10);
    expect(more.complete).toBe(false);
    expect(more.entries.every((entry) => entry.kind === "line")).toBe(true);
  });
});

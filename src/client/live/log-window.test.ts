import { describe, expect, test } from "vitest";
import type { LogCursor, LogLine, LogPage } from "#contracts/log";
import { growNewer, growOlder, hearOf, type LogWindow, openWindow, WINDOW_LINES, WINDOW_PAGE } from "./log-window";

const LINES = 20_000;
const line = (n: number): LogLine => ({
  run: 1,
  offset: n * 10,
  next: n * 10 + 10,
  at: n,
  stream: "out",
  level: "plain",
  text: `line ${n}`,
});
const begin: LogLine = { ...line(0), next: 0, stream: "system", text: "", mark: { kind: "started", cause: "person" } };

/** A log of a start mark and 20,000 lines of ten bytes, read as the worker reads it. */
const log = [begin, ...Array.from({ length: LINES }, (_, n) => line(n))];
const place = (each: LogLine): LogCursor => ({ run: each.run, offset: each.next });
const liesBefore = (each: LogLine, cursor: LogCursor) =>
  each.run < cursor.run || (each.run === cursor.run && each.next <= cursor.offset);
function read({ before, after }: { before?: LogCursor | null; after?: LogCursor | null }): LogPage {
  const lines = before
    ? log.filter((each) => liesBefore(each, before)).slice(-WINDOW_PAGE)
    : log.filter((each) => !after || !liesBefore(each, after)).slice(0, WINDOW_PAGE);
  const [first, last] = [lines[0], lines.at(-1)];
  return {
    lines,
    start: !first || first === begin ? null : { run: first.run, offset: first.offset },
    end: last ? place(last) : (after ?? null),
  };
}
const numbers = (held: LogWindow) => held.lines.filter((each) => !each.mark).map((each) => each.at);
const whole = (held: LogWindow) => {
  const [first = 0] = numbers(held);
  expect(numbers(held)).toEqual(numbers(held).map((_, index) => first + index));
  expect(held.lines.length).toBeLessThanOrEqual(WINDOW_LINES);
};

describe("a window on a log", () => {
  test("goes back to the beginning and forth to the end with bounded memory, no line missing, none twice", () => {
    let held = openWindow(read({ before: { run: 2, offset: 0 } }), true);
    expect(numbers(held).at(-1)).toBe(LINES - 1);
    for (let pages = 0; held.start && pages < 100; pages += 1) {
      held = growOlder(held, read({ before: held.start }));
      whole(held);
    }
    expect(held.lines[0]).toBe(begin);
    expect(held.atEnd).toBe(false);
    for (let pages = 0; !held.atEnd && pages < 100; pages += 1) {
      held = growNewer(held, read({ after: held.end }));
      whole(held);
    }
    expect(numbers(held).at(-1)).toBe(LINES - 1);
    expect(held.start).not.toBeNull();
  });

  test("takes a mark in once, though reading back from it brings it again", () => {
    const held = openWindow({ lines: [begin, line(0)], start: { run: 1, offset: 0 }, end: place(line(0)) }, false);
    const more = growOlder(held, { lines: [begin], start: null, end: place(begin) });
    expect(more.lines).toEqual([begin, line(0)]);
    expect(more.start).toBeNull();
  });

  test("knows that the log went on when a newer line is heard of", () => {
    const held = openWindow(read({ before: { run: 2, offset: 0 } }), true);
    expect(hearOf(held, line(LINES - 1)).atEnd).toBe(true);
    expect(hearOf(held, line(LINES)).atEnd).toBe(false);
    expect(hearOf(held, undefined)).toBe(held);
    expect(hearOf(openWindow({ lines: [], start: null, end: null }, true), begin).atEnd).toBe(false);
  });

  test("a place that ends nothing is the end only when nothing comes after it", () => {
    const held = openWindow(read({}), false);
    const short = growNewer(held, { lines: [line(500)], start: null, end: place(line(500)) });
    expect(short.atEnd).toBe(false);
    expect(growNewer(short, { lines: [], start: null, end: null })).toMatchObject({
      atEnd: true,
      end: place(line(500)),
    });
  });
});

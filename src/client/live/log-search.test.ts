import { describe, expect, test } from "vitest";
import type { LogCursor, LogHits, LogLine } from "#contracts/log";
import {
  HUNT_HITS,
  HUNT_PAGE,
  HUNT_REST,
  huntFrom,
  huntOn,
  type LogHunt,
  newHunt,
  pursue,
  takeHits,
} from "./log-search";

/** Three runs of 5,000 hits each; an answer looks through at most 100 of them. */
const RUN = 5_000;
const hit = (run: number, n: number): LogLine => ({
  run,
  offset: n * 10,
  next: n * 10 + 10,
  at: n,
  stream: "out",
  level: "plain",
  text: "hit",
});
function ask(from: LogCursor | undefined): LogHits {
  const { run, offset } = from ?? { run: 4, offset: 0 };
  const at = offset === 0 ? { run: run - 1, offset: RUN * 10 } : { run, offset };
  const end = at.offset / 10;
  const begin = Math.max(0, end - Math.min(100, HUNT_PAGE));
  const hits = Array.from({ length: end - begin }, (_, i) => hit(at.run, end - 1 - i));
  const next = begin > 0 ? { run: at.run, offset: begin * 10 } : at.run > 1 ? { run: at.run, offset: 0 } : null;
  return { hits, next, scanned: (end - begin) * 10, left: (at.run - 1) * RUN * 10 + at.offset };
}
function goOn(hunt: LogHunt, run: number | null = null): LogHunt {
  let now = hunt;
  while (now.state === "hunting") now = takeHits(now, ask(huntFrom(now, run)), run);
  return now;
}

describe("a search through a log", () => {
  test("rests when it has many hits, goes on when asked, and holds no more than some thousand", () => {
    let hunt = goOn(newHunt);
    expect(hunt).toMatchObject({ state: "enough", scanned: HUNT_REST * 10, total: 3 * RUN * 10 });
    expect(hunt.hits).toHaveLength(HUNT_REST);
    const seen = new Set(hunt.hits.map(({ run, offset }) => `${run}.${offset}`));
    for (let rests = 0; hunt.state === "enough" && rests < 100; rests += 1) {
      hunt = goOn(huntOn(hunt));
      expect(hunt.hits.length).toBeLessThanOrEqual(HUNT_HITS);
      for (const { run, offset } of hunt.hits) seen.add(`${run}.${offset}`);
    }
    expect(hunt).toMatchObject({
      state: "done",
      found: 3 * RUN,
      next: null,
      scanned: 3 * RUN * 10,
      total: 3 * RUN * 10,
    });
    expect(seen.size).toBe(3 * RUN);
    expect(huntOn(hunt)).toBe(hunt);
  });

  test("of one run begins at its end and ends at its beginning", () => {
    let hunt = goOn(newHunt, 2);
    const runs = new Set<number>();
    for (;;) {
      for (const each of hunt.hits) runs.add(each.run);
      if (hunt.state === "done") break;
      hunt = goOn(huntOn(hunt), 2);
    }
    expect([...runs]).toEqual([2]);
    expect(hunt.hits.at(-1)?.offset).toBe(0);
    expect(hunt.scanned).toBeLessThan(2 * RUN * 10);
  });

  test("goes on where it was cancelled or broken", () => {
    const half = takeHits(newHunt, ask(undefined));
    for (const state of ["cancelled", "broken"] as const) {
      const again = huntOn({ ...half, state });
      expect(again).toMatchObject({ state: "hunting", hits: half.hits });
      expect(huntFrom(again, null)).toEqual(half.next);
    }
  });

  test("that finds nothing is done with nothing", () => {
    expect(takeHits(newHunt, { hits: [], next: null, scanned: 5, left: 5 })).toMatchObject({
      state: "done",
      hits: [],
      total: 5,
    });
  });

  test("asks on from where the last answer ended, and falls silent when it is no longer wanted", async () => {
    const stop = new AbortController();
    const told: LogHunt[] = [];
    const asked: (LogCursor | undefined)[] = [];
    await pursue(newHunt, {
      ask: async (from) => {
        asked.push(from);
        return ask(from);
      },
      tell: (hunt) => {
        told.push(hunt);
        if (told.length === 3) stop.abort();
      },
      run: null,
      signal: stop.signal,
    });
    expect(asked).toEqual([undefined, told[0]?.next, told[1]?.next]);
    expect(told).toHaveLength(3);
  });

  test("tells why it broke, with what it had found", async () => {
    const told: [string, number, unknown][] = [];
    const gone = new Error("the worker is away");
    await pursue(newHunt, {
      ask: async (from) => {
        if (from) throw gone;
        return ask(from);
      },
      tell: (hunt, failure) => told.push([hunt.state, hunt.hits.length, failure]),
      run: null,
      signal: new AbortController().signal,
    });
    expect(told).toEqual([
      ["hunting", 100, null],
      ["broken", 100, gone],
    ]);
  });
});

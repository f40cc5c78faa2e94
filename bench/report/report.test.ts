import { expect, test } from "vitest";
import { contestants } from "../contestants";
import { sizes } from "../plan";
import { briefTable, cell, placeBrief, ratio, resultsPage } from "./markdown";
import { add, type Samples, summarize } from "./results";
import { type Row, rowsOf } from "./rows";

const row = (key: string, ...goals: Row["goals"]): Row => ({
  key,
  label: key,
  unit: "ms",
  digits: 1,
  goals,
  brief: true,
});

function sampled(...given: [string, Parameters<typeof add>[2], number[]][]): Samples {
  const samples: Samples = new Map();
  for (const [key, name, values] of given) for (const value of values) add(samples, key, name, value);
  return samples;
}

test("a goal is judged by the median, one of nothing at all by the worst run", () => {
  const samples = sampled(
    ["a", "botyard", [1, 2, 90]],
    ["a", "pm2", [40, 40, 41]],
    ["lost", "botyard", [0, 0, 3]],
    ["late", "botyard", [9, 10, 11]],
  );
  const rows = [
    row("a", { of: "pm2", atMost: 1 / 20 }, { of: "pm2", atMost: 1 / 50 }, { of: "s6", atMost: 1 }),
    row("lost", { atMost: 0 }),
    row("late", { atMost: 10 }),
    row("unmeasured", { atMost: 10 }),
  ];
  const results = summarize(rows, samples);
  expect(results.map(({ key, verdicts }) => [key, verdicts.map(({ met, text }) => [text, met])])).toEqual([
    [
      "a",
      [
        ["≤ 1/20 of pm2", true],
        ["≤ 1/50 of pm2", false],
      ],
    ],
    ["lost", [["≤ 0 ms", false]]],
    ["late", [["≤ 10 ms", true]]],
  ]);
  expect(results[0]?.ratios).toEqual({ pm2: 0.05 });
});

test("figures read well", () => {
  expect(cell({ n: 3, median: 1_234.56, min: 1_000, max: 2_000 }, 1)).toBe("1,234.6 (1,000.0–2,000.0)");
  expect(cell({ n: 3, median: 0, min: 0, max: 0 }, 0)).toBe("0");
  expect(cell(undefined, 0)).toBe("–");
  expect([0.02, 0.5, 0.99, 1.4, 20, 0, undefined].map(ratio)).toEqual([
    "1/50",
    "1/2.0",
    "1",
    "1.4 ×",
    "20 ×",
    "0",
    "–",
  ]);
});

test("the page names what fell short, and leaves out who was not measured", () => {
  const samples = sampled(["a", "botyard", [5]], ["a", "pm2", [4]]);
  const results = summarize([row("a", { of: "pm2", atMost: 1 / 2 })], samples);
  const page = resultsPage(results, contestants, [["Date", "today"]], ["A note."]);
  expect(page).toContain("| a, ms | 5.0 | 4.0 | 1 |");
  expect(page).toContain("≤ 1/2 of pm2: **missed**");
  expect(page).toContain("- Date: today");
  expect(page).toContain("- A note.");
  expect(page).not.toContain("supervisord");
});

test("the short table takes the place between the markers and nothing else", () => {
  const brief = briefTable(summarize([row("a")], sampled(["a", "botyard", [5]])), contestants);
  const readme = "# Botyard\n<!-- bench -->\nold\n<!-- /bench -->\nend\n";
  expect(placeBrief(readme, brief)).toBe(`# Botyard\n<!-- bench -->\n${brief}\n<!-- /bench -->\nend\n`);
  expect(placeBrief("# Botyard\n", brief)).toBeUndefined();
});

test.each(Object.entries(sizes))("no two rows of a %s run have the same name", (_name, size) => {
  const rows = rowsOf(size);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

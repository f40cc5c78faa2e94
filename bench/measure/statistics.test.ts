import { expect, test } from "vitest";
import { median, quantile, spread } from "./statistics";

test("the median is the middle one, or lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("a quantile is one of the values", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect(quantile(hundred, 0.5)).toBe(50);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 1)).toBe(100);
  expect(quantile([7], 0.99)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test("a spread says how many there were; of none there is none", () => {
  expect(spread([3, 1, 2])).toEqual({ n: 3, median: 2, min: 1, max: 3 });
  expect(spread([])).toBeUndefined();
});

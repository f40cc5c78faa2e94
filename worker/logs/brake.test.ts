import { expect, test } from "vitest";
import { createBrake } from "./brake";

const MB = 1024 * 1024;

test("as much is packed at once as is allowed, and what was is forgotten in time", () => {
  let now = 0;
  const brake = createBrake(() => now);
  expect(brake.covers(256 * MB, 256 * MB)).toBe(true);
  expect(brake.covers(256 * MB + 1, 256 * MB)).toBe(false);
  brake.spend(200 * MB);
  expect(brake.covers(56 * MB, 256 * MB)).toBe(true);
  expect(brake.covers(57 * MB, 256 * MB)).toBe(false);
  expect(brake.covers(57 * MB, 512 * MB)).toBe(true);
  now = 10_000;
  expect(brake.covers(96 * MB, 256 * MB)).toBe(true);
  expect(brake.covers(97 * MB, 256 * MB)).toBe(false);
  now = 1e9;
  expect(brake.covers(256 * MB, 256 * MB)).toBe(true);
  expect(brake.covers(257 * MB, 256 * MB)).toBe(false);
});

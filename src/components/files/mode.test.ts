import { expect, test } from "vitest";
import { bitOf, digitsOf, lettersOf, modeOf } from "./mode";

test("permission bits as digits and letters, and back", () => {
  expect(digitsOf(0o644)).toBe("644");
  expect(digitsOf(0o4755)).toBe("755");
  expect(digitsOf(0)).toBe("000");
  expect(lettersOf(0o754)).toBe("rwxr-xr--");
  expect(modeOf("640")).toBe(0o640);
  expect(["", "64", "648", "0644", "rwx"].map(modeOf)).toEqual([null, null, null, null, null]);
});

test("each box is one bit", () => {
  expect(bitOf(0, 0)).toBe(0o400);
  expect(bitOf(1, 1)).toBe(0o020);
  expect(bitOf(2, 2)).toBe(0o001);
});

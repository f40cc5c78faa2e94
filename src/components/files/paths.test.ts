import { expect, test } from "vitest";
import { follow, isWithin, nameFault, nameOf, parentOf, topmost, trailOf } from "./paths";

test("a path knows its folder, its name, and the way down to it", () => {
  expect(["a.js", "src/a.js", "src/deep/a.js"].map(parentOf)).toEqual(["", "src", "src/deep"]);
  expect(["a.js", "src/deep/a.js"].map(nameOf)).toEqual(["a.js", "a.js"]);
  expect(trailOf("")).toEqual([""]);
  expect(trailOf("src/deep")).toEqual(["", "src", "src/deep"]);
});

test("a folder that only begins alike holds nothing of the other", () => {
  expect(isWithin("src/a.js", "src")).toBe(true);
  expect(isWithin("src", "src")).toBe(true);
  expect(isWithin("srcs/a.js", "src")).toBe(false);
  expect(follow("src/deep/a.js", "src", "lib")).toBe("lib/deep/a.js");
  expect(follow("srcs/a.js", "src", "lib")).toBeNull();
});

test("what lies in something chosen goes with it", () => {
  expect(topmost(["src/a.js", "src", "src/deep/b.js", "c.js"])).toEqual(["src", "c.js"]);
});

test.each([
  ["", true, "empty"],
  ["  ", false, "empty"],
  ["a/b", false, "slash"],
  ["a/b", true, null],
  ["a//b", true, "dots"],
  ["../b", true, "dots"],
  ["..", false, "dots"],
  [".env", false, null],
] as const)("the name %j (deep: %j) is wrong by %j", (name, deep, fault) => {
  expect(nameFault(name, deep)).toBe(fault);
});

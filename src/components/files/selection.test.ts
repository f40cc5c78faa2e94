import { expect, test } from "vitest";
import { chosen, nothing, only } from "./selection";

const all = ["a", "b", "c", "d"];
const between = (from: string, to: string) => {
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort() as [number, number];
  return all.slice(first, last + 1);
};
const plain = { shift: false, ctrl: false };
const shift = { shift: true, ctrl: false };
const ctrl = { shift: false, ctrl: true };

test("a click chooses one, Ctrl adds and takes away", () => {
  const one = chosen(only("a"), "b", plain, between);
  expect([...one.paths]).toEqual(["b"]);
  const two = chosen(one, "d", ctrl, between);
  expect([...two.paths]).toEqual(["b", "d"]);
  expect([...chosen(two, "b", ctrl, between).paths]).toEqual(["d"]);
});

test("Shift reaches from where the range began, in either direction", () => {
  const down = chosen(only("b"), "d", shift, between);
  expect([...down.paths]).toEqual(["b", "c", "d"]);
  const up = chosen(down, "a", shift, between);
  expect([...up.paths]).toEqual(["a", "b"]);
  expect(up.cursor).toBe("a");
  expect([...chosen(nothing, "c", shift, between).paths]).toEqual(["c"]);
});

import { expect, test } from "vitest";
import { readPlace, writePlace } from "./use-address";

test.each([
  ["", { folder: "", file: null }],
  ["?folder=src%2Fdeep", { folder: "src/deep", file: null }],
  ["?file=src%2Fa+b.js", { folder: "src", file: "src/a b.js" }],
  ["?folder=lib&file=src%2Fa.js", { folder: "lib", file: "src/a.js" }],
  ["?folder=&file=src%2Fa.js", { folder: "", file: "src/a.js" }],
  ["?file=a.js", { folder: "", file: "a.js" }],
])("the address %j is the place %j, both ways", (address, place) => {
  expect(readPlace(new URLSearchParams(address))).toEqual(place);
  expect(writePlace(place)).toBe(address);
});

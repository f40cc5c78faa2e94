import { expect, test } from "vitest";
import { best, score } from "./quick";

const paths = ["src/commands/ping.js", "src/pages/index.js", "package.json", "src/index.js", "docs/pinning.md"];

test("letters in their order match, in another order or absent they do not", () => {
  expect(score("src/index.js", "sidx")).not.toBeNull();
  expect(score("src/index.js", "xi")).toBeNull();
  expect(score("src/index.js", "q")).toBeNull();
});

test("the name counts more than the folders, and what begins a word more than what does not", () => {
  expect(best(paths, "index", 2)).toEqual(["src/index.js", "src/pages/index.js"]);
  expect(best(paths, "ping", 1)).toEqual(["src/commands/ping.js"]);
});

test("nothing typed shows everything, up to the limit", () => {
  expect(best(paths, "", 3)).toHaveLength(3);
});

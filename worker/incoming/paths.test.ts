import { expect, test } from "vitest";
import { clash, createNames } from "./paths";

const namesOf = (limit: number, paths: readonly string[]) => {
  const names = createNames(limit);
  return paths.map((path) => names.take(path.replace(/\/$/, ""), path.endsWith("/")));
};

test("a name stands once, and is a file or a folder", () => {
  expect(namesOf(9, ["a/b", "a/c", "a/b"])).toEqual([undefined, undefined, "twice"]);
  expect(namesOf(9, ["a/", "a/", "a/b/", "a/b/c"])).toEqual([undefined, undefined, undefined, undefined]);
  expect(namesOf(9, ["a/b", "a"])).toEqual([undefined, "both"]);
  expect(namesOf(9, ["a", "a/b/c"])).toEqual([undefined, "both"]);
  expect(namesOf(9, ["a", "a/"])).toEqual([undefined, "both"]);
  expect(namesOf(9, ["a/b", "a/b/c/"])).toEqual([undefined, "both"]);
  expect(clash(["a/b"], ["a/b"])).toEqual(["a/b", "both"]);
  expect(clash(["a/b", "c"], ["a", "d"])).toBeUndefined();
});

test("folders count whether they have an entry or only a path tells of them", () => {
  expect(namesOf(3, ["a", "b", "c", "d"])).toEqual([undefined, undefined, undefined, "many"]);
  expect(namesOf(3, ["a/b/c", "a/b/d"])).toEqual([undefined, "many"]);
  expect(namesOf(3, ["a/", "a/", "a/", "a/"])).toEqual([undefined, undefined, undefined, "many"]);
});

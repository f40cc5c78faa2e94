import { expect, test } from "vitest";
import { archiveAddress, fileAddress, isArchive, selectionOf, stemOf } from "./download";

test("addresses carry any name", () => {
  expect(fileAddress("abc", "a b/ü&=.js")).toBe("/api/v1/bots/abc/files/download?path=a+b%2F%C3%BC%26%3D.js");
  expect(archiveAddress("abc", { folder: "src", names: ["a", "b c"] }, "tar.gz")).toBe(
    "/api/v1/bots/abc/files/archive?folder=src&format=tar.gz&names=a&names=b+c",
  );
});

test("things of one folder are asked for by their names, all of a folder without any", () => {
  expect(selectionOf(["src/a", "src/b"], "")).toEqual({ folder: "src", names: ["a", "b"] });
  expect(selectionOf(["a"], "src")).toEqual({ folder: "", names: ["a"] });
  expect(selectionOf([], "src")).toEqual({ folder: "src", names: [] });
  expect(selectionOf(["src/a", "b"], "")).toBeNull();
});

test("archives are known by their names", () => {
  for (const name of ["a.zip", "b.tar", "c.TAR.GZ", "d.tgz"]) expect(isArchive(name)).toBe(true);
  for (const name of ["a.gz", "zip", "a.zip.txt", "b.7z"]) expect(isArchive(name)).toBe(false);
  expect(["a.tar.gz", "b.c.zip", "c.tar.zst", "plain"].map(stemOf)).toEqual(["a", "b.c", "c", "plain"]);
});

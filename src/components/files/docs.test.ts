import { expect, test } from "vitest";
import { beside, changed, type Docs, docAt, moved, opened, removed } from "./docs";

const of = (...paths: string[]): Docs => paths.reduce<Docs>(opened, []);
const paths = (docs: Docs) => docs.map(({ path }) => path);

test("a file has one tab, however often it is opened", () => {
  const docs = of("a.js", "b.js", "a.js");
  expect(paths(docs)).toEqual(["a.js", "b.js"]);
  expect(new Set(docs.map(({ key }) => key)).size).toBe(2);
});

test("the tab beside comes to the front: the next, else the one before", () => {
  const docs = of("a", "b", "c");
  expect(beside(docs, "b")).toBe("c");
  expect(beside(docs, "c")).toBe("b");
  expect(beside(of("a"), "a")).toBeNull();
});

test("tabs follow what is moved, and keep their key", () => {
  const docs = of("src/a.js", "srcs/b.js");
  const key = docAt(docs, "src/a.js")?.key;
  const after = moved(docs, "src", "lib");
  expect(paths(after)).toEqual(["lib/a.js", "srcs/b.js"]);
  expect(docAt(after, "lib/a.js")?.key).toBe(key);
});

test("a tab of what was written over by a move is gone", () => {
  expect(paths(moved(of("a.js", "b.js"), "a.js", "b.js"))).toEqual(["b.js"]);
});

test("deleting closes tabs, but never one with changes", () => {
  const docs = of("src/a.js", "src/b.js", "c.js");
  const dirty = changed(docs, docAt(docs, "src/b.js")?.key ?? 0, { dirty: true });
  expect(paths(removed(dirty, "src"))).toEqual(["src/b.js", "c.js"]);
});

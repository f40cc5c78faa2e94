import { expect, test } from "vitest";
import type { FileEntry, FolderPage } from "#contracts/files";
import { byName, entryAt, Folders, keyOf, type Order, PAGE } from "./folders";
import { layOut, placeOf, rowAt } from "./tree";

const entry = (name: string, kind: FileEntry["kind"] = "file"): FileEntry => ({
  name,
  kind,
  size: 1,
  changedAt: 0,
  mode: 0o644,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => entry(`f${String(index).padStart(6, "0")}`));

/** A bot's folders, as a worker would list them; `asked` says which pages it was asked for. */
function listing(folders: Record<string, FileEntry[]>) {
  const asked: string[] = [];
  let version = 1;
  const list = async ({ path, offset, limit }: Order & { offset: number; limit: number }): Promise<FolderPage> => {
    asked.push(`${path}+${offset}`);
    const entries = folders[path];
    if (!entries) throw new Error("gone");
    return { path, entries: entries.slice(offset, offset + limit), total: entries.length, etag: `e${version}` };
  };
  return { asked, folders: new Folders(list), changed: () => version++ };
}

/** Waits until all that was asked for is here. */
async function load(folders: Folders, ...wanted: [path: string, index: number][]) {
  for (const [path, index] of wanted) {
    const key = keyOf(byName(path));
    const here = () => {
      const folder = folders.held.get().get(key);
      return folder !== undefined && (folder.failure !== null || entryAt(folder, index) !== undefined);
    };
    const done = new Promise<void>((resolve) => {
      const stop = folders.held.subscribe(() => {
        if (!here()) return;
        stop();
        resolve();
      });
    });
    folders.want(byName(path), index);
    if (!here()) await done;
  }
}

const names = (folders: Folders, open: ReadonlySet<string>) => {
  const tree = layOut(folders.held.get(), open);
  return Array.from({ length: tree.count }, (_, at) => {
    const row = rowAt(tree, open, at);
    return `${" ".repeat(row?.depth ?? 0)}${row?.entry?.name ?? "?"}`;
  });
};

const small = () => ({
  "": [entry("lib", "folder"), entry("src", "folder"), entry("a.js")],
  src: [entry("deep", "folder"), entry("b.js")],
  "src/deep": [entry("c.js")],
});

test("only open folders show what is in them, in their place", async () => {
  const { folders } = listing(small());
  await load(folders, ["", 0], ["src", 0], ["src/deep", 0]);
  expect(names(folders, new Set())).toEqual(["lib", "src", "a.js"]);
  expect(names(folders, new Set(["src"]))).toEqual(["lib", "src", " deep", " b.js", "a.js"]);
  const open = new Set(["src", "src/deep"]);
  expect(names(folders, open)).toEqual(["lib", "src", " deep", "  c.js", " b.js", "a.js"]);
  const tree = layOut(folders.held.get(), open);
  for (let at = 0; at < tree.count; at++) expect(placeOf(tree, rowAt(tree, open, at)?.path ?? "")).toBe(at);
  expect(placeOf(tree, "lib/none")).toBe(-1);
  expect(rowAt(tree, open, tree.count)).toBeUndefined();
});

test("a folder of 100,000 is laid out at once, and only the pages in sight are asked for", async () => {
  const { folders, asked } = listing({ "": many(100_000) });
  await load(folders, ["", 0], ["", 70_123]);
  expect(asked).toEqual(["+0", "+70000"]);
  const tree = layOut(folders.held.get(), new Set());
  expect(tree.count).toBe(100_000);
  expect(rowAt(tree, new Set(), 70_123)?.path).toBe("f070123");
  expect(rowAt(tree, new Set(), 5_000)).toMatchObject({ entry: undefined, index: 5_000, path: null });
  expect(placeOf(tree, "f070123")).toBe(70_123);
});

test("a page is asked for once, and not again after it failed", async () => {
  const { folders, asked } = listing({});
  folders.want(byName("gone"));
  await load(folders, ["gone", 0]);
  folders.want(byName("gone"));
  expect(asked).toEqual(["gone+0"]);
});

test("reading again drops the pages of a folder that changed, and keeps those of one that did not", async () => {
  const { folders, asked, changed } = listing({ "": many(PAGE * 2) });
  await load(folders, ["", 0], ["", PAGE]);
  const pages = () => [
    ...(folders.held
      .get()
      .get(keyOf(byName("")))
      ?.pages.keys() ?? []),
  ];
  await folders.again("");
  expect(pages()).toEqual([0, 1]);
  changed();
  await folders.again("");
  expect(pages()).toEqual([0]);
  expect(asked.at(-1)).toBe("+0");
});

test("something is found in whatever order its folder was listed", async () => {
  const { folders } = listing(small());
  await load(folders, ["src", 0]);
  expect(folders.entryOf("src/b.js")?.kind).toBe("file");
  expect(folders.entryOf("src/none")).toBeUndefined();
  expect(folders.entryOf("a.js")).toBeUndefined();
});

import { expect, test } from "vitest";
import { fromDrop, fromInput } from "./dropped";

type Tree = { [name: string]: Tree | string };

/** An entry as browsers hand it over: a folder tells of a hundred things at a time. */
function entryOf(name: string, what: Tree | string, above = ""): FileSystemEntry {
  const fullPath = `${above}/${name}`;
  if (typeof what === "string") {
    const file = (done: (file: File) => void) => done(new File([what], name));
    return { isFile: true, isDirectory: false, name, fullPath, file } as unknown as FileSystemEntry;
  }
  const rest = Object.entries(what).map(([inner, of]) => entryOf(inner, of, fullPath));
  const createReader = () => ({
    readEntries: (done: (entries: FileSystemEntry[]) => void) => done(rest.splice(0, 100)),
  });
  return { isFile: false, isDirectory: true, name, fullPath, createReader } as unknown as FileSystemEntry;
}

const dropped = (tree: Tree, files: File[] = []) =>
  ({
    items: Object.entries(tree).map(([name, what]) => ({
      kind: "file",
      webkitGetAsEntry: () => entryOf(name, what),
    })),
    files,
  }) as unknown as DataTransfer;

test("a folder is read whole, however much is in it, with its empty folders", async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`f${n}`, "x"]));
  const { files, folders } = await fromDrop(dropped({ bot: { many, empty: {}, deep: { er: {} } }, "a.txt": "a" }));
  expect(files.length).toBe(251);
  expect(files.at(-1)?.path).toBe("a.txt");
  expect(files[0]?.path).toBe("bot/many/f0");
  expect(folders).toEqual(["bot/empty", "bot/deep/er"]);
});

test("what is to be left is not even opened, and counted", async () => {
  const picked = await fromDrop(
    dropped({ bot: { node_modules: { a: "x" }, a: "x" } }),
    (name) => name === "node_modules",
  );
  expect(picked.files.map(({ path }) => path)).toEqual(["bot/a"]);
  expect(picked.leftOut).toBe(1);
});

test("a browser without entries, and a button, hand over plain files", async () => {
  const file = new File(["a"], "a.txt");
  expect((await fromDrop(dropped({}, [file]))).files).toEqual([{ path: "a.txt", file }]);
  const inFolder = Object.assign(new File(["a"], "a.txt"), { webkitRelativePath: "bot/a.txt" });
  expect(fromInput([inFolder]).files.map(({ path }) => path)).toEqual(["bot/a.txt"]);
});

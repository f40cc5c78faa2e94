import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readGenerations, sweep, writeAtomic, writeGenerations } from "./atomic";

let folder: string;
let path: string;
const parse = (text: string): number => {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "number") throw new Error("not a number");
  return value;
};

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/botyard-atomic-`);
  path = `${folder}/file.json`;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps three generations and falls back on the newest that makes sense", async () => {
  expect(await readGenerations(path, parse)).toBeUndefined();
  for (const value of [1, 2, 3, 4]) await writeGenerations(path, String(value));
  expect((await readdir(folder)).sort()).toEqual(["file.json", "file.json.1", "file.json.2"]);
  expect(await readGenerations(path, parse)).toBe(4);
  await writeFile(path, "4{");
  expect(await readGenerations(path, parse)).toBe(3);
  await rm(path);
  expect(await readGenerations(path, parse)).toBe(3);
  await writeFile(`${path}.1`, '"three"');
  expect(await readGenerations(path, parse)).toBe(2);
  await writeFile(`${path}.2`, "");
  await expect(readGenerations(path, parse)).rejects.toThrow();
});

it("has what outlives a power cut there at every moment, while its generations move", async () => {
  await writeGenerations(path, "0");
  let isWriting = true;
  const writes = (async () => {
    for (let value = 1; value <= 60; value++) await writeGenerations(path, String(value));
    isWriting = false;
  })();
  const seen: number[] = [];
  while (isWriting) seen.push(parse(await readFile(path, "utf8")));
  await writes;
  expect(seen.length).toBeGreaterThan(10);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

it("is readable by its owner only, and leaves the old text when it fails", async () => {
  await writeAtomic(path, "1");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(writeAtomic(`${folder}/none/file`, "2")).rejects.toThrow();
  await expect(writeAtomic(folder, "2")).rejects.toThrow();
  expect(await readFile(path, "utf8")).toBe("1");
  expect(await readdir(folder)).toEqual(["file.json"]);
});

it("sweeps up what a dead worker was writing, and nothing else", async () => {
  await writeAtomic(path, "1");
  await writeFile(`${path}.tmp-4711-9`, "half");
  await writeFile(`${folder}/notes.tmp-x`, "somebody's");
  await sweep(folder);
  expect((await readdir(folder)).toSorted()).toEqual(["file.json", "notes.tmp-x"]);
});

import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFifos } from "./fifos";
import { findMkfifo } from "./shell";

let home: string;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/by-fifos-`);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const isFifo = (path: string) => lstatSync(path).isFIFO() && (lstatSync(path).mode & 0o777) === 0o600;

test("hundreds at once all get theirs, for the owner only", async () => {
  mkdirSync(`${home}/made`);
  writeFileSync(`${home}/made/left by a dead worker`, "");
  const fifos = openFifos(`${home}/made`, findMkfifo());
  const paths = Array.from({ length: 300 }, (_, n) => [`${home}/${n}.born`, `${home}/${n}.in`]);
  const placed = await Promise.all(paths.map((both) => fifos.place(both)));
  expect(placed.filter((done) => !done)).toEqual([]);
  expect(paths.flat().filter((path) => !isFifo(path))).toEqual([]);
  expect(readdirSync(`${home}/made`)).not.toContain("left by a dead worker");
});

test("where none can be made it says so, and tries again the next time", async () => {
  writeFileSync(`${home}/made`, "in the way of the folder");
  const broken = openFifos(`${home}/made`, "/bin/false");
  expect(await broken.place([`${home}/in`])).toBe(false);
  const fifos = openFifos(`${home}/made`, findMkfifo());
  expect(await fifos.place([`${home}/no/such/folder/in`])).toBe(false);
  expect(await fifos.place([`${home}/in`])).toBe(true);
  expect(isFifo(`${home}/in`)).toBe(true);
});

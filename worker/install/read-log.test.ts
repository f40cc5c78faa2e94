import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLog } from "./index";

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/by-log-`);
  path = `${dir}/log`;
});
afterEach(() => rm(dir, { recursive: true }));

test("a log that has ended is told in whole lines, all of it", async () => {
  const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n} ${"x".repeat(n % 90)}`);
  await writeFile(path, lines.join("\n"));
  const pieces: string[] = [];
  for (let at = 0, isLast = false; !isLast; ) {
    const stretch = await readLog(path, at, false);
    pieces.push(stretch.text);
    [at, isLast] = [stretch.end, stretch.isLast];
  }
  expect(pieces.join("")).toBe(lines.join("\n"));
  expect(pieces.length).toBeGreaterThan(1);
  for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n$/);
});

test("the end of a line is waited for while the log grows; one longer than a piece is not", async () => {
  expect(await readLog(path, 0, true)).toEqual({ text: "", end: 0, isLast: true });
  await writeFile(path, "one\ntw");
  expect(await readLog(path, 0, true)).toEqual({ text: "one\n", end: 4, isLast: false });
  await appendFile(path, "o\n");
  expect(await readLog(path, 4, true)).toEqual({ text: "two\n", end: 8, isLast: true });
  await writeFile(path, "y".repeat(70_000));
  expect((await readLog(path, 0, true)).end).toBe(64 * 1024);
});

test("from the middle of a line all of it is told, so that nobody reads a secret without its beginning", async () => {
  await writeFile(path, `one\nthe secret\n${"y".repeat(100_000)}\nend`);
  for (const from of [4, 7, 13]) expect((await readLog(path, from, false)).text.slice(0, 11)).toBe("the secret\n");
  expect((await readLog(path, 3, false)).text.slice(0, 4)).toBe("one\n");
  // A line that is cut at the end of a piece goes on there, and nothing comes twice at the end.
  const first = await readLog(path, 15, false);
  expect([first.end, (await readLog(path, first.end, false)).text]).toEqual([
    15 + 64 * 1024,
    `${"y".repeat(100_000 - 64 * 1024)}\nend`,
  ]);
  const size = 15 + 100_000 + 4;
  expect(await readLog(path, size, false)).toEqual({ text: "", end: size, isLast: true });
});

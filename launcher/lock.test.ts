import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockHolder, takeLock } from "./lock";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "by-lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a lock is held once and given back", () => {
  const release = takeLock(file, "home");
  expect(lockHolder(file)).toEqual({ pid: process.pid });
  expect(() => takeLock(file, "home")).toThrow(/already runs on home/);
  release();
  expect(existsSync(file)).toBe(false);
});

test("the lock of a process that is gone is taken over", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  writeFileSync(file, JSON.stringify({ pid: child.pid, began: "1" }));
  takeLock(file, "home");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
});

test("a pid that was given to another process since does not hold it", () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, began: "1" }));
  expect(lockHolder(file)).toBeUndefined();
});

test.each(["", "{", '{"pid":"x"}'])("a broken lock holds nobody off: %j", (text) => {
  writeFileSync(file, text);
  expect(takeLock(file, "home")).toBeTypeOf("function");
});

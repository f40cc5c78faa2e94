import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openShelf } from "./shelf";

test("a wish that was written before is changed on a disk with no room at all", async ({ skip }) => {
  const dir = mkdtempSync(`${tmpdir()}/by-full-`);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir], { stdio: "ignore" });
  } catch {
    rmSync(dir, { recursive: true });
    return skip("no file system can be mounted here");
  }
  try {
    mkdirSync(`${dir}/abcdefghij`);
    const shelf = openShelf(dir, "abcdefghij");
    await shelf.putWish({ desired: "up", at: 1, n: 1 });
    expect(() => writeFileSync(`${dir}/all`, Buffer.alloc(1 << 20))).toThrow("ENOSPC");
    expect(() => writeFileSync(`${dir}/more`, "x")).toThrow("ENOSPC");
    await shelf.putWish({ desired: "down", at: 1_900_000_000_000, n: 2 });
    expect(await openShelf(dir, "abcdefghij").wish()).toEqual({ desired: "down", at: 1_900_000_000_000, n: 2 });
  } finally {
    execFileSync("umount", [dir]);
    rmSync(dir, { recursive: true });
  }
});

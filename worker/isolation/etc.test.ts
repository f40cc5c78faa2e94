import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEtc } from "./etc";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "by-etc-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test.runIf(process.platform === "linux")(
  "who has it already sees it whole after the next worker has made it anew",
  () => {
    const dir = join(home, "etc");
    openEtc(dir);
    const before = readdirSync(dir);
    expect(before).toEqual(expect.arrayContaining(["passwd", "group"]));
    // As a bound folder does, a descriptor stays with the folder it was opened on.
    const held = openSync(dir, "r");
    try {
      openEtc(dir);
      expect(readdirSync(`/proc/self/fd/${held}`).sort()).toEqual(before.sort());
      expect(readFileSync(`/proc/self/fd/${held}/passwd`, "utf8")).toMatch(/^root:/);
    } finally {
      closeSync(held);
    }
  },
);

test("what cannot be copied now leaves the copies of before, and the worker comes up", () => {
  const dir = join(home, "etc");
  openEtc(dir);
  writeFileSync(join(dir, "passwd"), "an older one\n");
  // As a full disk would.
  mkdirSync(join(dir, "passwd.new"));
  openEtc(dir);
  expect(readFileSync(join(dir, "passwd"), "utf8")).toBe("an older one\n");
  rmSync(join(dir, "passwd.new"), { recursive: true });
  openEtc(dir);
  expect(readFileSync(join(dir, "passwd"), "utf8")).toMatch(/^root:/);
});

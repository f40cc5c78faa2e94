import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { give } from "./ownership";

const USER = 1_899_999_999;
let dir: string;
let root: string;
const note = () => `${dir}/note.json`;
const ownerOf = (path: string) => lstatSync(`${root}/${path}`).uid;
const give1 = () => give(root, USER, note());

beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/by-owner-`);
  root = `${dir}/files`;
  mkdirSync(`${root}/a/b/c`, { recursive: true });
  writeFileSync(`${root}/a/b/c/deep.js`, "");
  writeFileSync(`${root}/top.js`, "");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** As if it had been so for long: a folder that has just changed is read again in any case. */
const settle = (...paths: string[]) => {
  for (const path of paths) utimesSync(`${root}/${path}`, 1_000_000_000, 1_000_000_000);
};

describe.runIf(process.getuid?.() === 0)("giving a folder away", () => {
  it("gives everything in it, whatever it is called", async () => {
    const odd = ["-rf", " ", "new\nline", "--", "ünï"];
    for (const name of odd) writeFileSync(`${root}/a/${name}`, "");
    await give1();
    for (const path of [".", "a", "a/b", "a/b/c", "a/b/c/deep.js", "top.js", ...odd.map((name) => `a/${name}`)])
      expect(ownerOf(path), path).toBe(USER);
  });

  it("finds what root puts in later, however deep, also where much was given before", async () => {
    settle("a/b/c", "a/b", "a", ".");
    await give1();
    settle("a/b/c", "a/b", "a", ".");
    await give1();
    writeFileSync(`${root}/a/b/c/later.js`, "");
    mkdirSync(`${root}/a/new/below`, { recursive: true });
    writeFileSync(`${root}/a/new/below/x`, "");
    await give1();
    for (const path of ["a/b/c/later.js", "a/new", "a/new/below", "a/new/below/x"])
      expect(ownerOf(path), path).toBe(USER);
  });

  it("does not read a folder that nothing came into", async () => {
    settle("a/b/c");
    await give1();
    // An owner alone does not change the time of the folder: it shows whether the folder was read.
    chownSync(`${root}/a/b/c/deep.js`, 0, 0);
    await give1();
    expect(ownerOf("a/b/c/deep.js")).toBe(0);
  });

  it("follows no link, neither to a file nor to a folder, nor one that took a folder's place", async () => {
    const outside = `${dir}/outside`;
    mkdirSync(`${outside}/c`, { recursive: true });
    writeFileSync(`${outside}/c/theirs`, "");
    writeFileSync(`${outside}/theirs`, "");
    symlinkSync(`${outside}/theirs`, `${root}/file-link`);
    symlinkSync(outside, `${root}/folder-link`);
    await give1();
    renameSync(`${root}/a/b`, `${root}/a/moved`);
    symlinkSync(outside, `${root}/a/b`);
    await give1();
    expect(ownerOf("file-link")).toBe(USER);
    for (const path of ["", "/theirs", "/c", "/c/theirs"]) expect(lstatSync(`${outside}${path}`).uid, path).toBe(0);
  });

  it("leaves a file that has another name elsewhere", async () => {
    writeFileSync(`${dir}/shared`, "");
    linkSync(`${dir}/shared`, `${root}/name`);
    await give1();
    expect(ownerOf("name")).toBe(0);
  });

  it("starts over when the note is garbage, or of another folder, or of another user", async () => {
    settle("a/b/c", "a/b", "a", ".");
    writeFileSync(note(), "{");
    await give1();
    expect(ownerOf("a/b/c/deep.js")).toBe(USER);
    await give(root, USER - 1, note());
    expect(ownerOf("a/b/c/deep.js")).toBe(USER - 1);
  });

  it("refuses a folder that is a link, in words", async () => {
    symlinkSync(root, `${dir}/link`);
    await expect(give(`${dir}/link`, USER, note())).rejects.toMatchObject({ code: "disk_unwritable" });
  });
});

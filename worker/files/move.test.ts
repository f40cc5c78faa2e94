import { execFileSync } from "node:child_process";
import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileMove, fileMove } from "#contracts/files";
import { BOT, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
  await mkdir(at("src/deep"), { recursive: true });
  await mkdir(at("to"));
  await writeFile(at("src/bot.js"), "bot");
  await writeFile(at("src/deep/a"), "a");
  await writeFile(at("to/bot.js"), "old");
});
afterEach(async () => {
  expect(await stage.staged()).toEqual([]);
  await stage.remove();
});

const at = (path: string) => `${stage.at}/${path}`;
const text = (path: string) => readFile(at(path), "utf8");
const move = (from: string | string[], to: string, more: Partial<FileMove> = {}) =>
  stage.files.move(BOT, fileMove.parse({ from: [from].flat(), to, ...more }));
const one = async (...asked: Parameters<typeof move>) => (await move(...asked))[0];
const code = async (...asked: Parameters<typeof move>) => {
  const result = await one(...asked);
  return result?.outcome === "failed" ? result.code : result?.outcome;
};
const all = async (path = "") => (await readdir(at(path), { recursive: true })).toSorted();
const isRoot = process.getuid?.() === 0;

it("moves, renames and copies", async () => {
  expect(await one("src/bot.js", "", { name: "index.js" })).toEqual({
    from: "src/bot.js",
    path: "index.js",
    outcome: "done",
  });
  expect(await one("src/deep", "to")).toMatchObject({ path: "to/deep", outcome: "done" });
  expect(await one("to", "src", { copy: true })).toMatchObject({ path: "src/to", outcome: "done" });
  expect(await all()).toEqual([
    "index.js",
    "src",
    "src/to",
    "src/to/bot.js",
    "src/to/deep",
    "src/to/deep/a",
    "to",
    "to/bot.js",
    "to/deep",
    "to/deep/a",
  ]);
  expect(await text("src/to/deep/a")).toBe("a");
});

describe("when the name is taken", () => {
  it.each([false, true])(
    "(copy: %s) it is refused, kept, passed over or put into the trash, as was asked for",
    async (copy) => {
      expect(await code("src/bot.js", "to", { copy })).toBe("file_exists");
      expect(await one("src/bot.js", "to", { copy, conflict: "skip" })).toEqual({
        from: "src/bot.js",
        path: "to/bot.js",
        outcome: "skipped",
      });
      expect(await text("to/bot.js")).toBe("old");
      expect(await one("src/bot.js", "to", { copy, conflict: "keepBoth" })).toMatchObject({ path: "to/bot (2).js" });
      await writeFile(at("src/bot.js"), "newer");
      expect(await one("src/bot.js", "to", { copy, conflict: "overwrite" })).toMatchObject({ path: "to/bot.js" });
      expect([await text("to/bot.js"), await text("to/bot (2).js")]).toEqual(["newer", "bot"]);
      const [gone] = await stage.files.trash(BOT);
      expect(gone).toMatchObject({ path: "to/bot.js", bytes: 3 });
      expect(await stage.files.restore(BOT, gone?.id ?? "")).toBe("to/bot (3).js");
      expect(await text("to/bot (3).js")).toBe("old");
    },
  );

  it("by itself, a move is done and a copy lies beside", async () => {
    expect(await one("src/bot.js", "src")).toMatchObject({ path: "src/bot.js", outcome: "done" });
    expect(await code("src/bot.js", "src", { copy: true })).toBe("file_exists");
    expect(await code("src/bot.js", "src", { copy: true, conflict: "overwrite" })).toBe("file_into_itself");
    expect(await one("src/bot.js", "src", { copy: true, conflict: "keepBoth" })).toMatchObject({
      path: "src/bot (2).js",
    });
    expect(await one("src", "", { copy: true, conflict: "keepBoth" })).toMatchObject({ path: "src (2)" });
  });

  it.each([
    [".env", ".env (2)"],
    ["a.tar.gz", "a.tar (2).gz"],
    ["none", "none (2)"],
  ])("%s becomes %s", async (name, other) => {
    await writeFile(at(name), "");
    expect(await one(name, "", { copy: true, conflict: "keepBoth" })).toMatchObject({ path: other });
  });

  it("a name may not become too long", async () => {
    const name = `${"ä".repeat(126)}.js`;
    await writeFile(at(name), "");
    expect(await one(name, "", { copy: true, conflict: "keepBoth" })).toMatchObject({
      path: `${"ä".repeat(124)} (2).js`,
    });
  });
});

it("nothing goes into itself, nor takes the place of what it lies in", async () => {
  await mkdir(at("src/src"));
  for (const copy of [false, true]) {
    expect(await code("src", "src", { copy })).toBe("file_into_itself");
    expect(await code("src", "src/deep", { copy })).toBe("file_into_itself");
    expect(await code("src/src", "", { copy, conflict: "overwrite" })).toBe("file_into_itself");
  }
  expect(await code("", "to")).toBe("path_unsafe");
  expect(await all("src")).toEqual(["bot.js", "deep", "deep/a", "src"]);
});

it("each of many goes for itself", async () => {
  const results = await move(["src/none", "../outside", "src/bot.js", "src/deep"], "to");
  expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed", "done"]);
  expect(results.slice(0, 3)).toMatchObject([
    { code: "file_missing", values: { path: "src/none" } },
    { code: "path_unsafe" },
    { code: "file_exists", values: { path: "to/bot.js" } },
  ]);
});

it.each(["..", "a/b", "/etc", "a\nb", ".", "a\\b", ""])("nothing gets the name %j", async (name) => {
  expect(await code("src/bot.js", "to", { name })).toBe("path_unsafe");
});

it("links go and are copied as links, and lead nothing anywhere", async () => {
  await writeFile(`${stage.outside}/secret`, "secret");
  await symlink(stage.outside, at("src/away"));
  await symlink(`${stage.outside}/secret`, at("src/link"));
  expect(await code("src/bot.js", "src/away")).toBe("file_not_folder");
  expect(await code("src/away/secret", "to")).toBe("file_not_folder");
  expect(await code("src", "to", { copy: true })).toBe("done");
  expect(await readlink(at("to/src/away"))).toBe(stage.outside);
  expect(await code("to/src/link", "")).toBe("done");
  expect(await readlink(at("link"))).toBe(`${stage.outside}/secret`);
  expect(await code("to/src/away", "", { name: "src", conflict: "overwrite" })).toBe("done");
  expect(await readdir(stage.outside)).toEqual(["secret"]);
});

it("copies what a file may, but no setuid, and leaves out what is no file", async () => {
  await chmod(at("src/bot.js"), 0o4751);
  execFileSync("mkfifo", [at("src/fifo")]);
  if (isRoot) await chown(stage.at, 1234, 1235);
  expect(await code("src/fifo", "to", { copy: true })).toBe("file_special");
  expect(await code("src", "to", { copy: true })).toBe("done");
  expect(await all("to/src")).toEqual(["bot.js", "deep", "deep/a"]);
  expect((await lstat(at("to/src/bot.js"))).mode & 0o7777).toBe(0o751);
  for (const made of ["to/src", "to/src/deep/a", "to/src/bot.js"]) {
    if (isRoot) expect(await stat(at(made))).toMatchObject({ uid: 1234, gid: 1235 });
  }
});

it("names that are no UTF-8 are copied and moved with their folder", async () => {
  const odd = Buffer.from([0x61, 0xff]);
  await writeFile(Buffer.concat([Buffer.from(at("src/")), odd]), "odd");
  expect(await code("src", "to", { copy: true })).toBe("done");
  expect(await readFile(Buffer.concat([Buffer.from(at("to/src/")), odd]), "utf8")).toBe("odd");
  expect(await stage.files.remove(BOT, ["to/src"])).toMatchObject([{ outcome: "done" }]);
  await stage.files.purge(BOT);
  expect(await readdir(`${stage.root}/trash`)).toEqual([]);
});

it("a copy that would take too much is not made at all, and takes nothing", async () => {
  stage.limits.diskMb = 1;
  await mkdir(at("half"));
  for (const n of [1, 2, 3]) await writeFile(at(`half/${n}`), "x".repeat(200_000));
  const before = await stage.files.usage(BOT);
  expect(await code("half", "to", { copy: true })).toBe("files_over_quota");
  expect(await all("to")).toEqual(["bot.js"]);
  expect(await stage.files.usage(BOT)).toEqual(before);
});

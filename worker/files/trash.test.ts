import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TRASH_DAYS } from "#contracts/files";
import { BOT, codeOf, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  expect(await stage.staged()).toEqual([]);
  await stage.remove();
});

const at = (path: string) => `${stage.at}/${path}`;
const trash = () => stage.files.trash(BOT);
const newest = async () => (await trash())[0]?.id ?? "";
const text = (path: string) => readFile(at(path), "utf8");

/** Removes one file of so many bytes. */
async function thrown(path: string, bytes: number): Promise<string> {
  await writeFile(at(path), "x".repeat(bytes));
  const results = await stage.files.remove(BOT, [path]);
  const id = await newest();
  expect(results).toEqual([{ from: path, path, outcome: "done", trash: id }]);
  return id;
}

it("what is removed can be put back, with all that is in it", async () => {
  await mkdir(at("src/deep"), { recursive: true });
  await writeFile(at("src/deep/a"), "four");
  await stage.files.remove(BOT, ["src"]);
  expect(await readdir(stage.at)).toEqual([]);
  expect(await trash()).toMatchObject([{ path: "src", kind: "folder", bytes: 4 }]);
  expect(await stage.files.restore(BOT, await newest())).toBe("src");
  expect(await text("src/deep/a")).toBe("four");
  expect([await trash(), await readdir(`${stage.root}/trash`)]).toEqual([[], []]);
});

it("it comes back beside what took its place, and its folders are made anew", async () => {
  await mkdir(at("a/b"), { recursive: true });
  const first = await thrown("a/b/bot.js", 1);
  await rm(at("a"), { recursive: true });
  expect(await stage.files.restore(BOT, first)).toBe("a/b/bot.js");
  const second = await thrown("a/b/bot.js", 2);
  await writeFile(at("a/b/bot.js"), "new");
  expect(await stage.files.restore(BOT, second)).toBe("a/b/bot (2).js");
  expect(await codeOf(stage.files.restore(BOT, second))).toBe("trash_gone");
  expect(await codeOf(stage.files.restore(BOT, "../../files"))).toBe("trash_gone");
});

it("what cannot be put back stays in the trash", async () => {
  await mkdir(at("a"));
  const id = await thrown("a/bot.js", 3);
  await rm(at("a"), { recursive: true });
  await writeFile(at("a"), "a file now");
  expect(await codeOf(stage.files.restore(BOT, id))).toBe("file_not_folder");
  expect(await trash()).toMatchObject([{ id, path: "a/bot.js" }]);
});

it("each of many is removed for itself, and nothing outside", async () => {
  await writeFile(at("a"), "");
  await writeFile(`${stage.outside}/secret`, "secret");
  const results = await stage.files.remove(BOT, ["a", "none", "../outside/secret", ""]);
  expect(results.map((one) => (one.outcome === "failed" ? one.code : one.outcome))).toEqual([
    "done",
    "file_missing",
    "path_unsafe",
    "path_unsafe",
  ]);
  expect(await readdir(stage.outside)).toEqual(["secret"]);
});

it("the next worker knows it, but for what one that died left half", async () => {
  const id = await thrown("bot.js", 3);
  await mkdir(`${stage.root}/trash/0123456789abcdef`);
  await writeFile(`${stage.root}/trash/0123456789abcdef/entry.json`, "{");
  await mkdir(`${stage.root}/trash/fedcba9876543210`);
  const next = stage.open();
  expect(await next.trash(BOT)).toMatchObject([{ id, path: "bot.js" }]);
  expect(await readdir(`${stage.root}/trash`)).toEqual([id]);
  expect(await next.restore(BOT, id)).toBe("bot.js");
});

it("is emptied on demand, and what is too old goes by itself", async () => {
  await thrown("one", 1);
  await thrown("two", 2);
  await stage.files.purge(BOT);
  expect([await trash(), await readdir(`${stage.root}/trash`)]).toEqual([[], []]);

  const old = await thrown("old", 3);
  const entry = JSON.parse(await readFile(`${stage.root}/trash/${old}/entry.json`, "utf8"));
  entry.deletedAt -= (TRASH_DAYS + 0.1) * 86_400_000;
  await writeFile(`${stage.root}/trash/${old}/entry.json`, JSON.stringify(entry));
  const next = stage.open();
  expect(await next.trash(BOT)).toEqual([]);
  expect(await readdir(`${stage.root}/trash`)).toEqual([]);
});

it("makes room when the bot needs it, the oldest first", async () => {
  stage.limits.diskMb = 1;
  const MB = 1024 * 1024;
  await thrown("one", 0.3 * MB);
  const two = await thrown("two", 0.3 * MB);
  await stage.files.write(BOT, { path: "a", text: "x".repeat(0.3 * MB) }, "Ann");
  expect((await trash()).length).toBe(2);
  await stage.files.write(BOT, { path: "b", text: "x".repeat(0.3 * MB) }, "Ann");
  expect((await trash()).map(({ id }) => id)).toEqual([two]);
  await stage.files.write(BOT, { path: "c", text: "x".repeat(0.2 * MB) }, "Ann");
  expect(await codeOf(stage.files.restore(BOT, two))).toBe("trash_gone");
});

it("nothing of the panel's own is needed to look at files, nor made for it", async () => {
  await writeFile(at("bot.js"), "one");
  expect((await stage.files.read(BOT, "bot.js")).text).toBe("one");
  expect(await trash()).toEqual([]);
  expect(await readdir(stage.root)).toEqual(["files"]);
  // Of a bot that is being deleted nothing comes back.
  await rm(stage.root, { recursive: true });
  expect(await codeOf(stage.files.write(BOT, { path: "bot.js", text: "two" }, "Ann"))).toBe("folder_missing");
  expect(await readdir(`${stage.home}/bots`)).toEqual([]);
});

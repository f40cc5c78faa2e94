import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EDIT_BYTES } from "#contracts/files";
import { BOT, codeOf, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.remove());

const save = (path: string, text: string, author = "Ann") => stage.files.write(BOT, { path, text }, author);
const history = (path = "bot.js") => stage.files.history(BOT, path);
const texts = async (path = "bot.js") =>
  Promise.all((await history(path)).map(({ id }) => stage.files.version(BOT, path, id)));

it("keeps what was written over, and who wrote over it, newest first", async () => {
  await save("bot.js", "one");
  expect(await history()).toEqual([]);
  await save("bot.js", "two\u20ac\n", "Ben");
  await save("bot.js", "three", "Cy \ud83d\ude00".repeat(200));
  expect(await texts()).toEqual(["two\u20ac\n", "one"]);
  expect(await history()).toMatchObject([{ bytes: 7 }, { path: "bot.js", author: "Ben", bytes: 3 }]);
  // What changes nothing is no version.
  await save("bot.js", "three");
  expect((await history()).length).toBe(2);
});

it("holds the last twenty of a file", async () => {
  for (let n = 0; n < 25; n++) await save("bot.js", `text ${n}`);
  expect(await texts()).toEqual(Array.from({ length: 20 }, (_, n) => `text ${23 - n}`));
});

it("goes with a file that gets another name", async () => {
  await save("bot.js", "one");
  await save("bot.js", "two");
  await stage.files.move(BOT, { from: ["bot.js"], to: "", name: "index.js", copy: false, conflict: "refuse" });
  expect([await texts("index.js"), await history()]).toEqual([["one"], []]);
});

it("keeps texts only", async () => {
  await writeFile(`${stage.at}/binary`, Buffer.from([1, 0, 2]));
  await writeFile(`${stage.at}/large`, "x".repeat(EDIT_BYTES + 1));
  for (const name of ["binary", "large"]) {
    await save(name, "text");
    expect(await history(name)).toEqual([]);
  }
});

it("has a bound for the whole bot: the oldest goes first", async () => {
  const text = (n: number) => `${n} `.repeat(EDIT_BYTES / 4);
  for (let n = 10; n < 40; n++) await save(`file${n % 2}`, text(n));
  const bytes = await Promise.all(
    (await readdir(`${stage.root}/history`, { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile())
      .map(async (one) => (await readFile(`${one.parentPath}/${one.name}`)).length),
  );
  const sum = bytes.reduce((a, b) => a + b, 0);
  expect(sum).toBeLessThan(50 * 1024 * 1024);
  expect(sum).toBeGreaterThan(40 * 1024 * 1024);
  expect((await texts("file1"))[0]).toBe(text(37));
});

it("a version that is not there is gone, whatever it is called", async () => {
  await save("bot.js", "one");
  await save("bot.js", "two");
  await writeFile(`${stage.root}/history/secret`, "\nsecret");
  const [version] = await history();
  for (const id of ["0123456789abcdef", "../secret", "", "half"]) {
    expect(await codeOf(stage.files.version(BOT, "bot.js", id))).toBe("version_gone");
  }
  expect(await codeOf(stage.files.version(BOT, "other.js", version?.id ?? ""))).toBe("version_gone");
  expect(await codeOf(history("../bot.js"))).toBe("path_unsafe");
});

it("what a worker that died left half is nothing", async () => {
  await save("bot.js", "one");
  await save("bot.js", "two");
  const [folder] = await readdir(`${stage.root}/history`);
  await mkdir(`${stage.root}/history/0`);
  await writeFile(`${stage.root}/history/${folder}/x`, '{"author":"A');
  await rename(`${stage.root}/history/${folder}/x`, `${stage.root}/history/${folder}/half`);
  await save("bot.js", "three");
  expect(await texts()).toEqual(["two", "one"]);
  expect((await readdir(`${stage.root}/history/${folder}`)).length).toBe(2);
});

import { chmod, chown, link, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
const write = (path: string, text: string, etag?: string | null) => stage.files.write(BOT, { path, text, etag }, "Ann");
const modeOf = async (path: string) => (await lstat(at(path))).mode & 0o7777;
const isRoot = process.getuid?.() === 0;

describe("saving", () => {
  it("answers what stands there now, byte for byte", async () => {
    const text = "\ufeffa\r\nb\n\u0000".slice(0, -1);
    const saved = await write("bot.js", text, null);
    expect(saved).toMatchObject({ path: "bot.js", text, size: Buffer.byteLength(text), mode: 0o644 });
    expect(await readFile(at("bot.js"), "utf8")).toBe(text);
    expect(await stage.files.read(BOT, "bot.js")).toEqual(saved);
  });

  it("tells the second of two people who save one file", async () => {
    const { etag } = await write("bot.js", "one");
    const saves = await Promise.all(["Ann's", "Ben's"].map((text) => codeOf(write("bot.js", text, etag))));
    expect(saves).toEqual(["done", "file_changed"]);
    expect(await readFile(at("bot.js"), "utf8")).toBe("Ann's");
  });

  it("notices what the bot itself wrote, or removed", async () => {
    const { etag } = await write("bot.js", "one");
    await writeFile(at("bot.js"), "two");
    expect(await codeOf(write("bot.js", "mine", etag))).toBe("file_changed");
    await rm(at("bot.js"));
    expect(await codeOf(write("bot.js", "mine", etag))).toBe("file_changed");
    expect(await codeOf(write("bot.js", "mine", null))).toBe("done");
    expect(await codeOf(write("bot.js", "mine", null))).toBe("file_exists");
    expect(await codeOf(write("bot.js", "whatever is there"))).toBe("done");
  });

  it("keeps what the file was allowed to do and whose it was, but for setuid", async () => {
    await writeFile(at("run.sh"), "one");
    if (isRoot) await chown(at("run.sh"), 1234, 1235);
    await chmod(at("run.sh"), 0o4750);
    await write("run.sh", "two");
    expect(await modeOf("run.sh")).toBe(0o750);
    if (isRoot) expect(await stat(at("run.sh"))).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it.skipIf(!isRoot)("gives what is new to whoever the bot's folder belongs to", async () => {
    await mkdir(at("of-root"));
    await chown(stage.at, 1234, 1235);
    await write("of-root/new.js", "new");
    await stage.files.makeFolder(BOT, "of-root/folder");
    expect(await stat(at("of-root/new.js"))).toMatchObject({ uid: 1234, gid: 1235 });
    expect(await stat(at("of-root/folder"))).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it("does not write through a link, nor into a file of several names", async () => {
    await writeFile(`${stage.outside}/secret`, "secret", { mode: 0o600 });
    await symlink(`${stage.outside}/secret`, at("link"));
    await link(`${stage.outside}/secret`, at("twin"));
    await write("link", "mine");
    await write("twin", "mine");
    expect(await readFile(`${stage.outside}/secret`, "utf8")).toBe("secret");
    expect((await lstat(at("link"))).isFile()).toBe(true);
    expect(await readFile(at("twin"), "utf8")).toBe("mine");
  });

  it("refuses what is no file, and what is too large", async () => {
    await mkdir(at("src"));
    expect(await codeOf(write("src", ""))).toBe("file_is_folder");
    expect(await codeOf(write("", ""))).toBe("path_unsafe");
    expect(await codeOf(write("none/bot.js", ""))).toBe("file_missing");
    expect(await codeOf(write("bot.js", "€".repeat(2 * 1024 * 1024)))).toBe("file_not_text");
    expect(await codeOf(write("a\nb", ""))).toBe("path_unsafe");
    expect(await codeOf(write("bot.js", "half a pair: \ud800"))).toBe("bad_input");
    // A name that is odd but there already can be saved to.
    await writeFile(at("a\\b "), "one");
    expect(await codeOf(write("a\\b ", "two"))).toBe("done");
  });

  it("leaves nothing half when it fails", async () => {
    stage.limits.diskMb = 1;
    await writeFile(at("bot.js"), "old");
    expect(await codeOf(write("bot.js", "x".repeat(1024 * 1024 + 1)))).toBe("files_over_quota");
    expect(await readFile(at("bot.js"), "utf8")).toBe("old");
    expect(await codeOf(write("bot.js", "x".repeat(1024 * 1024 - 10)))).toBe("done");
  });
});

it("makes a folder once", async () => {
  await stage.files.makeFolder(BOT, "src");
  expect(await modeOf("src")).toBe(0o755);
  expect(await codeOf(stage.files.makeFolder(BOT, "src"))).toBe("file_exists");
  expect(await codeOf(stage.files.makeFolder(BOT, "none/deep"))).toBe("file_missing");
  expect(await codeOf(stage.files.makeFolder(BOT, ""))).toBe("path_unsafe");
  expect(await readdir(stage.at)).toEqual(["src"]);
});

it("knows no bot that is not there", async () => {
  expect(await codeOf(stage.files.read("zzzzzzzzzz", "bot.js"))).toBe("not_found");
});

import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { AppError } from "#contracts/errors";
import { type RawEntry, rawZip } from "./testing/raw-zip";
import { ENTRY_LIMIT, unpack } from "./zip";

let dir: string;
let zip: string;
let out: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "zip-"));
  zip = join(dir, "in.zip");
  out = join(dir, "out");
});
afterEach(() => rm(dir, { recursive: true }));

const MB = 1024 * 1024;
const open = (bytes = 10 * MB, signal = new AbortController().signal) => unpack(zip, out, { bytes, signal });

async function pack(fill: (file: ZipFile) => void) {
  const file = new ZipFile();
  fill(file);
  file.end();
  await pipeline(file.outputStream, createWriteStream(zip));
}

/** Tries to unpack and answers with the refusal; nothing may be on the disk afterwards. */
async function refused(bytes?: number): Promise<AppError> {
  const error: unknown = await open(bytes).catch((thrown: unknown) => thrown);
  expect(await readdir(dir)).toEqual(["in.zip"]);
  if (!(error instanceof AppError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

test("unpacks an ordinary zip, folders and unicode included", async () => {
  await pack((file) => {
    file.addBuffer(Buffer.from("console.log(1)"), "index.js");
    file.addBuffer(Buffer.from("é"), "src/süß/日本.txt", { compress: false });
    file.addEmptyDirectory("empty");
  });
  await open();
  expect(await readFile(join(out, "index.js"), "utf8")).toBe("console.log(1)");
  expect(await readFile(join(out, "src/süß/日本.txt"), "utf8")).toBe("é");
  expect((await stat(join(out, "empty"))).isDirectory()).toBe(true);
  expect((await readdir(dir)).sort()).toEqual(["in.zip", "out"]);
});

test("lifts the one folder that everything lies in, past what macOS adds", async () => {
  await pack((file) => {
    file.addBuffer(Buffer.from("1"), "my-bot/index.js");
    file.addBuffer(Buffer.from("2"), "my-bot/src/a.js");
    file.addBuffer(Buffer.from("3"), "__MACOSX/my-bot/._index.js");
  });
  await open();
  expect((await readdir(out)).sort()).toEqual(["index.js", "src"]);
});

test("keeps 'may be run' and takes setuid off", async () => {
  await pack((file) => {
    file.addBuffer(Buffer.from("#!"), "a/run", { mode: 0o104755 });
    file.addBuffer(Buffer.from(""), "b", { mode: 0o100666 });
  });
  await open();
  expect((await stat(join(out, "a/run"))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(out, "b"))).mode & 0o7777).toBe(0o644);
});

test("takes names in CP437, as old tools write them", async () => {
  await writeFile(zip, rawZip([{ name: Buffer.from([0x81, 0x2e, 0x6a, 0x73]), flags: 0, data: "x" }]));
  await open();
  expect(await readdir(out)).toEqual(["ü.js"]);
});

const good: RawEntry = { name: "index.js", data: "1" };
test.each<[string, RawEntry[], string]>([
  ["..", [{ name: "../evil.js" }], "leads out of the folder"],
  [".. in the middle", [{ name: "a/../../evil.js" }], "leads out of the folder"],
  ["..\\", [{ name: "..\\evil.js" }], "has a backslash in its name"],
  ["an absolute path", [{ name: "/etc/cron.d/evil" }], "is an absolute path"],
  ["a drive letter", [{ name: "C:/evil.js" }], "begins with a drive letter"],
  ["NUL", [{ name: "a\0b" }], "has control characters in its name"],
  ["a newline", [{ name: "a\nb" }], "has control characters in its name"],
  ["a dot part", [{ name: "a/./b" }], "has an empty part"],
  ["an empty part", [{ name: "a//b" }], "has an empty part"],
  ["an empty name", [{ name: "" }], "has an empty part"],
  ["a name of 300 bytes", [{ name: "x".repeat(300) }], "has a name that is too long"],
  ["broken UTF-8", [{ name: Buffer.from([0x61, 0xc0, 0xaf, 0x62]) }], "has a name that is not valid UTF-8"],
  ["a symbolic link", [{ name: "link", data: "/etc/passwd", mode: 0o120777 }], "is a symbolic link"],
  [
    "a link and then a file through it",
    [{ name: "a", data: "/tmp", mode: 0o120777 }, { name: "a/b" }],
    "is a symbolic link",
  ],
  ["a device", [{ name: "dev", mode: 0o020666 }], "is neither a file nor a folder"],
  ["a FIFO", [{ name: "fifo", mode: 0o010666 }], "is neither a file nor a folder"],
  ["an encrypted file", [{ name: "secret", flags: 0x801, method: 8, data: "123" }], "is encrypted"],
  ["a name twice", [{ name: "a.js" }, { name: "a.js" }], "is in it twice"],
  ["a file that is also a folder", [{ name: "a" }, { name: "a/b" }], "is a file and a folder at once"],
])("refuses the whole zip for %s", async (_what, evil, why) => {
  await writeFile(zip, rawZip([good, ...evil]));
  const error = await refused();
  expect(error.code, error.message).toBe("archive_unsafe");
  expect(error.message).toContain(why);
});

test("refuses more entries than anyone needs, before reading them", async () => {
  await writeFile(zip, rawZip(Array.from({ length: ENTRY_LIMIT + 1 }, (_, i) => ({ name: `${i}` }))));
  expect(await refused()).toMatchObject({
    code: "archive_unsafe",
    values: { why: "is one of more than 20000 entries" },
  });
});

test("refuses a bomb by what its headers admit", async () => {
  await writeFile(zip, rawZip([{ name: "bomb", data: Buffer.alloc(5 * MB), method: 8 }]));
  expect(await refused(MB)).toMatchObject({ code: "archive_too_big", values: { limit: "1 MB" } });
});

test("refuses a bomb whose headers lie, by the bytes that come out", async () => {
  const lie = (name: string): RawEntry => ({ name, data: Buffer.alloc(5 * MB), method: 8, size: 10 });
  await writeFile(zip, rawZip([good, lie("a"), lie("b")]));
  expect((await refused(MB)).code).toMatch(/^archive_(too_big|unreadable)$/);
});

test.each<[string, () => Buffer]>([
  ["is not a zip", () => Buffer.from("this is no zip at all, only some text")],
  ["is empty", () => Buffer.alloc(0)],
  ["breaks off", () => rawZip([{ name: "a", data: "x".repeat(500) }]).subarray(0, 300)],
  ["has lost its checksum", () => rawZip([{ name: "a", data: "hello", crc: 1 }])],
  ["uses a method nobody knows", () => rawZip([{ name: "a", data: "hello", method: 99 }])],
  ["claims more entries than it has", () => rawZip([good], { count: 5 })],
])("a file that %s is unreadable", async (_what, make) => {
  await writeFile(zip, make());
  expect((await refused()).code).toBe("archive_unreadable");
});

test("a cancel in the middle leaves nothing", async () => {
  await writeFile(
    zip,
    rawZip(Array.from({ length: 500 }, (_, i) => ({ name: `${i}`, data: "x".repeat(1000), method: 8 }))),
  );
  const stop = new AbortController();
  const work = open(10 * MB, stop.signal);
  setImmediate(() => stop.abort());
  await expect(work).rejects.toThrow();
  expect(await readdir(dir)).toEqual(["in.zip"]);
});

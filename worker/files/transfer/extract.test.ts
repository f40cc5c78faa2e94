import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { archiveFormat } from "#contracts/transfer";
import { type RawEntry, rawZip } from "../../imports/testing/raw-zip";
import { hasZstd, packer } from "../../incoming/packing";
import { BOT, createStage, type Stage } from "../stage";
import { shareDisk } from "./disk-share";
import { type TarRow, tarHeader, tarOf } from "./testing/raw-tar";
import { openTestRpc } from "./testing/rpc";

const botId = BOT;
const owner = "u1";
const MB = 1024 * 1024;
const GB = 1024 * MB;
let stage: Stage;
let files: string;
let rpc: Awaited<ReturnType<typeof openTestRpc>>;
/** What the disk has free whenever it is asked. */
let free: () => number | Promise<number>;

beforeEach(async () => {
  stage = await createStage();
  files = stage.at;
  free = () => 10 * GB;
  rpc = await openTestRpc(stage, { free: async () => free() });
});
afterEach(async () => {
  await rpc.close();
  expect(rpc.said).toEqual([]);
  await stage.remove();
});

type Status = { state: string; code?: string; message?: string };

/** Waits until a transfer is over. */
async function over(begun: { id: string; status: Status; code?: string }): Promise<Status> {
  let view = begun;
  while (view.status?.state === "working") {
    view = await rpc.ask("transfers.state", { botId, owner, transferId: begun.id });
  }
  return view.status ?? { state: "refused", code: view.code };
}
const extract = async (path: string, more = {}) =>
  over(await rpc.ask("transfers.extract", { botId, owner, request: { path, ...more } }));
const preview = (path: string, to = "") => rpc.ask("transfers.preview", { botId, request: { path, to } });
const text = (path: string) => readFile(join(files, path), "utf8");
const all = async () => (await readdir(files, { recursive: true })).toSorted();
const left = async () => (await readdir(join(stage.root, "uploads")).catch(() => [])).length;

/** A tar of one entry whose name is any bytes. */
const rawTar = (name: Buffer, claim = 0) => Buffer.concat([tarHeader(name, claim), Buffer.alloc(1024)]);

const smaller = (bytes: Buffer) => buffer(Readable.from([bytes]).pipe(packer("zstd")));

describe.each(["zip", "tar", "tar.gz", ...(hasZstd() ? ["tar.zst"] : [])])("an ordinary %s", (kind) => {
  beforeEach(async () => {
    const from = join(stage.home, "from");
    await mkdir(join(from, "src/süß"), { recursive: true });
    await mkdir(join(from, "empty"));
    await writeFile(join(from, "src/süß/a.txt"), "a");
    await writeFile(join(from, "run.sh"), "#!", { mode: 0o755 });
    const made = join(files, `a.${kind}`);
    if (kind === "zip") execFileSync("python3", ["-m", "zipfile", "-c", made, "src", "run.sh", "empty"], { cwd: from });
    else execFileSync("tar", [kind === "tar.gz" ? "-czf" : "-cf", made, "."], { cwd: from });
    if (kind === "tar.zst") await writeFile(made, await smaller(await readFile(made)));
  });

  it("is looked at, and then extracted into a folder that is made for it", async () => {
    expect(await preview(`a.${kind}`)).toMatchObject({ files: 2, bytes: 3, taken: null });
    expect(await all()).toEqual([`a.${kind}`]);
    expect(await extract(`a.${kind}`, { to: "out" })).toMatchObject({ state: "done", placed: 2, failed: [] });
    expect((await all()).filter((path) => path.startsWith("out/"))).toEqual([
      "out/empty",
      "out/run.sh",
      "out/src",
      "out/src/süß",
      "out/src/süß/a.txt",
    ]);
    expect(await text("out/src/süß/a.txt")).toBe("a");
    expect((await stat(join(files, "out/run.sh"))).mode & 0o7777).toBe(0o755);
    expect(await left()).toBe(0);
  });

  it("writes nothing at all when one of its files is there already", async () => {
    await writeFile(join(files, "run.sh"), "old");
    expect((await preview(`a.${kind}`)).taken).toBe("run.sh");
    expect(await extract(`a.${kind}`)).toMatchObject({ state: "failed", code: "file_exists" });
    expect(await all()).toEqual([`a.${kind}`, "run.sh"]);
    expect(await extract(`a.${kind}`, { conflict: "skip" })).toMatchObject({ state: "done", placed: 1, skipped: 1 });
    expect(await text("run.sh")).toBe("old");
  });
});

const good: TarRow = { name: "good", data: "1" };
const zipGood: RawEntry = { name: "good", data: "1" };
const hostile: [string, () => Buffer | Promise<Buffer>, string, string?][] = [
  ["zip-slip", () => rawZip([zipGood, { name: "../evil" }]), "archive_unsafe", "leads out"],
  ["an absolute path in a zip", () => rawZip([zipGood, { name: "/tmp/evil" }]), "archive_unsafe", "absolute"],
  ["a drive", () => rawZip([zipGood, { name: "C:/evil" }]), "archive_unsafe", "drive"],
  ["a link in a zip", () => rawZip([zipGood, { name: "l", data: "/etc", mode: 0o120777 }]), "archive_unsafe", "link"],
  ["a name twice", () => rawZip([zipGood, zipGood]), "archive_unsafe", "twice"],
  [
    "a lying bomb",
    () => rawZip([zipGood, { name: "b", data: Buffer.alloc(4 * MB), method: 8, size: 9 }]),
    "archive_unreadable",
  ],
  ["a tar.gz whose header tells of gigabytes", () => gzipSync(rawTar(Buffer.from("b"), 2 * GB)), "archive_too_big"],
  ["a bomb that says so", () => rawZip([zipGood, { name: "b", method: 8, size: 2 ** 31 }]), "archive_too_big"],
  ["tar-slip", () => tarOf([good, { name: "a/../../evil" }]), "archive_unsafe", "leads out"],
  ["an absolute path in a tar", () => tarOf([good, { name: "/tmp/evil" }]), "archive_unsafe", "absolute"],
  ["a link in a tar", () => tarOf([good, { name: "l", type: "symlink" }, { name: "l/x" }]), "archive_unsafe", "link"],
  ["a hard link", () => tarOf([good, { name: "l", type: "link" }]), "archive_unsafe", "link"],
  ["a device", () => tarOf([good, { name: "d", type: "character-device" }]), "archive_unsafe", "neither"],
  ["a FIFO", () => tarOf([good, { name: "d", type: "fifo" }]), "archive_unsafe", "neither"],
  ["a name twice in a tar", () => tarOf([good, good]), "archive_unsafe", "twice"],
  ["a file that is a folder too", () => tarOf([good, { name: "good/x" }]), "archive_unsafe", "at once"],
  ["a name that is no UTF-8", () => rawTar(Buffer.from([0x61, 0xff, 0x62])), "archive_unsafe", "UTF-8"],
  ["a tar that breaks off", () => rawTar(Buffer.from("a"), 100_000), "archive_unreadable"],
  [
    "a gzip that breaks off",
    async () => gzipSync(await tarOf([{ ...good, data: "x".repeat(9_999) }])).subarray(0, 40),
    "archive_unreadable",
  ],
  ["a gzip of no tar", () => gzipSync(Buffer.alloc(100_000, "x")), "archive_unreadable"],
  ["no archive at all", () => Buffer.from("only some text"), "archive_unreadable"],
];
it.each(hostile)("%s is refused whole", async (_what, make, code, why = "") => {
  await writeFile(join(files, "evil"), await make());
  const status = await extract("evil", { to: "out" });
  expect(status).toMatchObject({ state: "failed", code });
  expect(status.message).toContain(why);
  expect((await preview("evil")).code).toBe(code);
  expect(await all()).toEqual(["evil"]);
  expect(await left()).toBe(0);
});

it("setuid ends in the archive", async () => {
  await writeFile(
    join(files, "a.tar"),
    await tarOf([
      { name: "su", mode: 0o4755 },
      { name: "plain", mode: 0o2666 },
    ]),
  );
  await extract("a.tar");
  expect((await stat(join(files, "su"))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(files, "plain"))).mode & 0o7777).toBe(0o644);
});

it("more than the bot may have is refused while it comes out, and its room is given back", async () => {
  stage.limits.diskMb = 2;
  await writeFile(join(files, "a.tar.gz"), gzipSync(await tarOf([good, { name: "big", data: "x".repeat(4 * MB) }])));
  expect(await extract("a.tar.gz")).toMatchObject({ state: "failed", code: "files_over_quota" });
  expect(await all()).toEqual(["a.tar.gz"]);
  expect((await (await rpc.files.bot(botId)).quota.usage()).bytes).toBeLessThan(MB);
});

describe("of the disk", () => {
  const archive = async (bytes: number) =>
    writeFile(join(files, "a.tar.gz"), gzipSync(await tarOf([{ name: "b", data: "x".repeat(bytes) }])));

  it("an archive takes half of what is free at most", async () => {
    await archive(MB);
    free = () => 2 * MB - 1;
    expect(await extract("a.tar.gz")).toMatchObject({ state: "failed", code: "archive_no_room" });
    expect(await preview("a.tar.gz")).toMatchObject({ code: "archive_no_room" });
    expect(await all()).toEqual(["a.tar.gz"]);
    free = () => 2 * MB;
    expect(await extract("a.tar.gz")).toMatchObject({ state: "done", placed: 1 });
  });

  it("it is asked again while files come out, because others write to it too", async () => {
    const leave = [10, 6, 1];
    const take = await shareDisk(300 * MB, async () => (leave.shift() ?? 0) * 100 * MB);
    for (let taken = 0; taken < 140; taken += 20) await take(20 * MB);
    await expect(take(20 * MB)).rejects.toMatchObject({ code: "archive_no_room" });
    expect(leave).toEqual([]);
  });
});

it("an archive that the bot changes after we looked is given up", async () => {
  await writeFile(join(files, "a.tar"), await tarOf([good]));
  const more = await tarOf([good, { name: "more", data: "1" }]);
  free = () => {
    writeFileSync(join(files, "a.tar"), more);
    return 10 * GB;
  };
  expect(await extract("a.tar")).toMatchObject({ state: "failed", code: "archive_unreadable" });
  expect(await all()).toEqual(["a.tar"]);
});

it("headers without end are not collected", async () => {
  // A pax header that claims, and brings, more than any name needs.
  const head = rawTar(Buffer.from("pax"), 64 * MB).subarray(0, 512);
  head.write("x", 156);
  head.write("        ", 148);
  head.write(
    `${head
      .reduce((total, byte) => total + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  await writeFile(join(files, "evil.gz"), gzipSync(Buffer.concat([head, Buffer.alloc(64 * MB, "x")])));
  expect(await extract("evil.gz")).toMatchObject({ code: "archive_unreadable" });
});

it("neither an archive nor what it holds is reached through a link", async () => {
  await writeFile(join(stage.outside, "a.tar"), await tarOf([good]));
  await symlink(join(stage.outside, "a.tar"), join(files, "a.tar"));
  await symlink(stage.outside, join(files, "away"));
  expect(await extract("a.tar")).toMatchObject({ code: "file_special" });
  await writeFile(join(files, "b.tar"), await tarOf([{ name: "away/evil", data: "x" }]));
  expect(await extract("b.tar")).toMatchObject({ state: "failed", code: "file_not_folder" });
  expect(await readdir(stage.outside)).toEqual(["a.tar"]);
});

it("formats are offered that this Node can, and others refused with what to do", async () => {
  const { formats } = await rpc.ask("transfers.formats", { botId });
  expect(formats).toEqual(["zip", "tar.gz", ...(hasZstd() ? ["tar.zst"] : []), "tar"]);
  if (hasZstd()) return;
  await writeFile(join(files, "a.tar.zst"), Buffer.from("28b52ffd", "hex"));
  expect(await extract("a.tar.zst")).toMatchObject({ code: "archive_needs_node" });
  const request = { selection: { folder: "", names: [] }, format: "tar.zst", path: "b.tar.zst" };
  expect(await over(await rpc.ask("transfers.pack", { botId, owner, request }))).toMatchObject({
    code: "archive_needs_node",
    message: expect.stringContaining("Update Node"),
  });
  expect(await all()).toEqual(["a.tar.zst"]);
});

it("no more than two previews of a bot are made at once", async () => {
  await writeFile(join(files, "a.tar"), await tarOf([{ name: "a", data: "a" }]));
  let looked = 0;
  let go = (_bytes: number) => {};
  const gate = new Promise<number>((open) => {
    go = open;
  });
  free = () => {
    looked += 1;
    return gate;
  };
  const two = [preview("a.tar"), preview("a.tar")];
  await vi.waitFor(() => expect(looked).toBe(2));
  expect((await preview("a.tar")).code).toBe("transfer_busy");
  go(GB);
  expect(await Promise.all(two)).toMatchObject([{ files: 1 }, { files: 1 }]);
  expect(await preview("a.tar")).toMatchObject({ files: 1 });
});

it("an archive that takes too long to look through is not looked through for good", async () => {
  await rpc.close();
  rpc = await openTestRpc(stage, { free: async () => free(), previewMs: 1 });
  await writeFile(join(files, "a.tgz"), gzipSync(await tarOf([{ name: "a", data: "a".repeat(32 * MB) }])));
  expect((await preview("a.tgz")).code).toBe("archive_slow");
});

it.each(archiveFormat.options.filter((format) => format !== "tar.zst" || hasZstd()))(
  "a selection is packed into a %s that extracts to the same",
  async (format) => {
    await mkdir(join(files, "src/deep"), { recursive: true });
    await writeFile(join(files, "src/deep/a"), "a");
    await writeFile(join(files, "src/b"), "b");
    const request = { selection: { folder: "src", names: ["deep"] }, format, path: `out.${format}` };
    const begin = async () => over(await rpc.ask("transfers.pack", { botId, owner, request }));
    expect(await begin()).toMatchObject({ state: "done", placed: 1 });
    expect(await begin()).toMatchObject({ failed: [{ code: "file_exists" }] });
    await rm(join(files, "src"), { recursive: true });
    await extract(`out.${format}`);
    expect(await all()).toEqual(["deep", "deep/a", `out.${format}`]);
    expect(await left()).toBe(0);
  },
);

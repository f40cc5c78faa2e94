import { createHash, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHUNK_BYTES } from "#contracts/import";
import { type TakenPlace, UPLOAD_KEEP_MS, type UploadChoice, type UploadRequest } from "#contracts/transfer";
import { BOT, createStage, type Stage } from "../stage";
import { openTestRpc } from "./testing/rpc";

const botId = BOT;
const owner = "u1";
let stage: Stage;
let files: string;
let rpc: Awaited<ReturnType<typeof openTestRpc>>;
let now: number;

beforeEach(async () => {
  stage = await createStage();
  files = stage.at;
  now = Date.now();
  rpc = await openTestRpc(stage, { now: () => now });
});
afterEach(async () => {
  await rpc.close();
  expect(rpc.said).toEqual([]);
  await stage.remove();
});

async function restart() {
  await rpc.close();
  rpc = await openTestRpc(stage, { now: () => now });
}

const announce = (request: Partial<UploadRequest> & Pick<UploadRequest, "files">) =>
  rpc.ask("transfers.upload", { botId, owner, request });
const on = (transferId: string, more = {}) => ({ botId, owner, transferId, ...more });
/** What came of it in the end: of what takes longer than an answer waits for, it is told that it is being done. */
const finish = async (id: string, conflict?: string, conflicts: UploadChoice["conflicts"] = []) => {
  let view = await rpc.ask("transfers.finish", on(id, { conflict, conflicts }));
  for (; view.status?.state === "working"; await new Promise(setImmediate))
    view = await rpc.ask("transfers.state", on(id));
  return view;
};
const state = (id: string) => rpc.ask("transfers.uploadState", on(id));
const cancel = (id: string) => rpc.ask("transfers.cancel", on(id));
const send = async (transferId: string, file: number, offset: number, body: string | Buffer, who = owner) => {
  const query = { botId, owner: who, transferId, file, offset };
  return JSON.parse((await rpc.whole({ method: "PUT", path: "/upload", query, body })).bytes.toString());
};
/** Announces texts, sends them and gives them their names. */
async function upload(texts: Record<string, string>, more: Partial<UploadRequest> = {}) {
  const list = Object.entries(texts).map(([path, text]) => ({ path, size: Buffer.byteLength(text) }));
  const { id, ...view } = await announce({ ...more, files: list });
  if (id === undefined) return view;
  for (const [number, text] of Object.values(texts).entries()) if (text !== "") await send(id, number, 0, text);
  return finish(id);
}
const text = (path: string) => readFile(join(files, path), "utf8");
/** Nothing of any upload is left. */
const left = async () => (await readdir(join(stage.root, "uploads")).catch(() => [])).length;

describe("an upload", () => {
  it("gives whole files their names, folders and empty files included", async () => {
    await mkdir(join(files, "src"));
    const view = await upload({ "a.txt": "a", "new/deep/b.txt": "bb", "new/empty": "" }, { to: "src" });
    expect(view.status).toEqual({ state: "done", placed: 3, skipped: 0, failed: [] });
    expect(await Promise.all(["src/a.txt", "src/new/deep/b.txt", "src/new/empty"].map(text))).toEqual(["a", "bb", ""]);
    expect((await stat(join(files, "src/a.txt"))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(files, "src/new/deep"))).mode & 0o7777).toBe(0o755);
    expect(await left()).toBe(0);
  });

  it("takes a file in chunks, tells what is here, and goes on after the worker was started anew", async () => {
    const bytes = randomBytes(CHUNK_BYTES + 1_000_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { id } = await announce({ files: [{ path: "large", size: bytes.length, sha256 }] });
    expect((await send(id, 0, 0, bytes.subarray(0, CHUNK_BYTES))).status.received).toBe(CHUNK_BYTES);
    await restart();
    expect((await rpc.ask("transfers.uploads", { botId, owner })).uploads.map((one: { id: string }) => one.id)).toEqual(
      [id],
    );
    expect((await rpc.ask("transfers.uploads", { botId, owner: "u2" })).uploads).toEqual([]);
    const { received } = (await state(id)).files[0];
    expect(received).toBe(CHUNK_BYTES);
    expect((await finish(id)).code).toBe("upload_incomplete");
    await send(id, 0, received, bytes.subarray(received));
    expect(await readdir(files)).toEqual([]);
    expect((await finish(id)).status).toMatchObject({ state: "done", placed: 1 });
    expect((await readFile(join(files, "large"))).equals(bytes)).toBe(true);
  });

  it("makes the folders that nothing lies in, and they count", async () => {
    const { id } = await announce({ files: [], folders: ["top/empty", "top/deep/er"] });
    expect((await finish(id)).status).toEqual({ state: "done", placed: 0, skipped: 0, failed: [] });
    expect(await readdir(join(files, "top/empty"))).toEqual([]);
    expect(await readdir(join(files, "top/deep"))).toEqual(["er"]);
    for (const folder of ["../out", "a\\b", "x"])
      expect((await announce({ files: [{ path: "x", size: 1 }], folders: [folder] })).code).toBe("path_unsafe");
    expect(await left()).toBe(0);
  });

  it("whose bytes are others than those that were sent is refused whole", async () => {
    const sha256 = createHash("sha256").update("right").digest("hex");
    const { id } = await announce({
      files: [
        { path: "good", size: 1 },
        { path: "bad", size: 5, sha256 },
      ],
    });
    await send(id, 0, 0, "1");
    await send(id, 1, 0, "wrong");
    expect((await finish(id)).status).toMatchObject({
      state: "failed",
      code: "upload_damaged",
      values: { path: "bad" },
    });
    expect(await readdir(files)).toEqual([]);
    expect(await left()).toBe(0);
  });

  it("refuses chunks out of order, too long, too big, and of nobody's upload", async () => {
    const { id } = await announce({
      files: [
        { path: "a", size: 10 },
        { path: "b", size: CHUNK_BYTES * 2 },
      ],
    });
    expect((await send(id, 0, 3, "x")).code).toBe("upload_out_of_order");
    expect((await send(id, 0, 0, "0123456789x")).code).toBe("upload_too_long");
    expect((await send(id, 1, 0, Buffer.alloc(CHUNK_BYTES + 1))).code).toBe("chunk_too_big");
    expect((await send(id, 2, 0, "x")).code).toBe("not_found");
    expect((await send(id, 0, 0, "x", "u2")).code).toBe("transfer_gone");
    expect((await send(id, 0, 0, "01234")).status.received).toBe(5);
    expect((await send(id, 0, 0, "01234")).code).toBe("upload_out_of_order");
    expect((await state(id)).files).toMatchObject([{ received: 5 }, { received: 0 }]);
  });

  it("is forgotten when it is cancelled, and when nothing came of it for a day", async () => {
    const { id } = await announce({ files: [{ path: "a", size: 10 }] });
    await send(id, 0, 0, "x");
    expect(await cancel(id)).toEqual({});
    expect((await send(id, 0, 1, "x")).code).toBe("transfer_gone");
    expect(await left()).toBe(0);
    const old = await announce({ files: [{ path: "a", size: 10 }] });
    now += UPLOAD_KEEP_MS + 1;
    expect((await state(old.id)).code).toBe("transfer_gone");
    expect(await left()).toBe(0);
  });

  it.each([
    ["../a"],
    ["/etc/passwd"],
    ["a/../../b"],
    ["a\\b"],
    ["C:/a"],
    ["a\0b"],
    ["a//b"],
    ["a "],
    [`${"x/".repeat(70)}a`],
  ])("to %j is refused before any byte comes", async (path) => {
    expect((await announce({ files: [{ path, size: 1 }] })).code).toBe("path_unsafe");
    expect(await left()).toBe(0);
  });

  it("goes into no folder with a name that could not be given here", async () => {
    expect((await announce({ to: "..", files: [{ path: "a", size: 1 }] })).code).toBe("path_unsafe");
    expect((await announce({ to: "a\\b", files: [{ path: "a", size: 1 }] })).code).toBe("path_unsafe");
    expect(await readdir(files)).toEqual([]);
  });

  it("is never placed through a link", async () => {
    await symlink(stage.outside, join(files, "away"));
    expect((await upload({ "away/a": "x" })).status).toMatchObject({ failed: [{ code: "file_not_folder" }] });
    expect((await announce({ to: "away", files: [{ path: "a", size: 1 }] })).code).toBe("file_not_folder");
    expect(await readdir(stage.outside)).toEqual([]);
  });

  it("that was here before the worker was started anew takes its room again before it is placed", async () => {
    stage.limits.diskMb = 1;
    const { id } = await announce({ files: [{ path: "a", size: 600_000 }] });
    await send(id, 0, 0, Buffer.alloc(600_000));
    await restart();
    await writeFile(join(files, "meanwhile"), Buffer.alloc(600_000));
    expect((await finish(id)).code).toBe("files_over_quota");
    stage.limits.diskMb = 2;
    expect((await finish(id)).status.state).not.toBe("receiving");
  });

  it("is counted against what the bot may use before its bytes come, others on their way included", async () => {
    stage.limits.diskMb = 1;
    const half = { path: "a", size: 600_000 };
    const { id } = await announce({ files: [half] });
    expect((await announce({ files: [{ ...half, path: "b" }] })).code).toBe("files_over_quota");
    await cancel(id);
    expect((await announce({ files: [{ ...half, path: "b" }] })).id).toBeDefined();
  });
});

describe("what is there already", () => {
  beforeEach(async () => {
    await writeFile(join(files, "a.txt"), "old");
    await chmod(join(files, "a.txt"), 0o640);
  });

  it("is left alone with refuse, before any byte and at the end", async () => {
    expect(await upload({ "a.txt": "new" })).toMatchObject({ code: "file_exists", values: { path: "a.txt" } });
    const { id } = await announce({ files: [{ path: "b.txt", size: 1 }] });
    await send(id, 0, 0, "b");
    await writeFile(join(files, "b.txt"), "of the bot");
    expect((await finish(id)).code).toBe("file_exists");
    expect((await finish(id, "keepBoth")).status).toMatchObject({ state: "done", placed: 1 });
    expect([await text("b.txt"), await text("b (2).txt")]).toEqual(["of the bot", "b"]);
  });

  it("is written over, and keeps its permission bits", async () => {
    expect((await upload({ "a.txt": "new" }, { conflict: "overwrite" })).status).toMatchObject({ placed: 1 });
    expect(await text("a.txt")).toBe("new");
    expect((await stat(join(files, "a.txt"))).mode & 0o777).toBe(0o640);
  });

  it("stays with skip, and stands beside with keepBoth", async () => {
    expect((await upload({ "a.txt": "new", b: "b" }, { conflict: "skip" })).status).toMatchObject({
      placed: 1,
      skipped: 1,
    });
    await upload({ "a.txt": "2" }, { conflict: "keepBoth" });
    await upload({ "a.txt": "3" }, { conflict: "keepBoth" });
    expect([await text("a.txt"), await text("a (2).txt"), await text("a (3).txt")]).toEqual(["old", "2", "3"]);
  });

  it("is told before anything is sent, whatever it is", async () => {
    await mkdir(join(files, "folder"));
    await symlink("a.txt", join(files, "link"));
    const paths = ["a.txt", "b.txt", "folder", "link", "none/a.txt"];
    const { taken } = await rpc.ask("transfers.taken", { botId, request: { paths } });
    expect(taken.map(({ path, kind, size }: TakenPlace) => [path, kind, size])).toEqual([
      ["a.txt", "file", 3],
      ["folder", "folder", 0],
      ["link", "link", 0],
    ]);
    const away = { to: "link", paths: ["a.txt"] };
    expect((await rpc.ask("transfers.taken", { botId, request: away })).taken).toEqual([]);
    for (const request of [{ to: "..", paths }, { paths: ["../a"] }, { paths: [".."] }])
      expect((await rpc.ask("transfers.taken", { botId, request })).code).toBe("path_unsafe");
  });

  it("is decided about file by file, and what nothing was decided about is still refused", async () => {
    for (const name of ["b.txt", "c.txt"]) await writeFile(join(files, name), "old");
    const list = ["a.txt", "b.txt", "c.txt"].map((path) => ({ path, size: 3 }));
    const { id } = await announce({ files: list, conflict: "keepBoth" });
    for (const number of list.keys()) await send(id, number, 0, "new");
    const some = [
      { path: "a.txt", conflict: "overwrite" as const },
      { path: "b.txt", conflict: "skip" as const },
    ];
    expect(await finish(id, "refuse", some)).toMatchObject({ code: "file_exists", values: { path: "c.txt" } });
    expect(await text("a.txt")).toBe("old");
    const view = await finish(id, "refuse", [...some, { path: "c.txt", conflict: "keepBoth" }]);
    expect(view.status).toEqual({ state: "done", placed: 2, skipped: 1, failed: [] });
    expect(await Promise.all(["a.txt", "b.txt", "c.txt", "c (2).txt"].map(text))).toEqual(["new", "old", "old", "new"]);
  });

  it("is not written through: a link and a file of two names stay what they are", async () => {
    await writeFile(join(stage.outside, "secret"), "secret");
    await symlink(join(stage.outside, "secret"), join(files, "link"));
    await link(join(stage.outside, "secret"), join(files, "twin"));
    await mkdir(join(files, "folder"));
    const view = await upload({ link: "x", twin: "y", folder: "z" }, { conflict: "overwrite" });
    expect(view.status).toMatchObject({ placed: 2, failed: [{ path: "folder", code: "file_is_folder" }] });
    expect([await text("link"), await text("twin")]).toEqual(["x", "y"]);
    expect(await readFile(join(stage.outside, "secret"), "utf8")).toBe("secret");
    await expect(readlink(join(files, "link"))).rejects.toThrow();
  });
});

it("what a dead worker was placing is placed by the next", async () => {
  const { id } = await announce({
    files: [
      { path: "x/a", size: 1 },
      { path: "x/b", size: 1 },
    ],
  });
  await send(id, 0, 0, "a");
  await send(id, 1, 0, "b");
  const path = join(stage.root, "uploads", id, "record.json");
  await rpc.close();
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), placing: true }));
  // One got its name before the other, and still has both.
  await mkdir(join(files, "x"));
  await link(join(stage.root, "uploads", id, "0"), join(files, "x/a"));
  rpc = await openTestRpc(stage);
  expect([await text("x/a"), await text("x/b")]).toEqual(["a", "b"]);
  expect((await rpc.ask("transfers.state", on(id))).status).toEqual({
    state: "done",
    placed: 2,
    skipped: 0,
    failed: [],
  });
  expect((await stat(join(files, "x/a"))).nlink).toBe(1);
  expect(await left()).toBe(0);
});

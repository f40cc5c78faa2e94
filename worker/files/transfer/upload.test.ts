import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES } from "#contracts/import";
import { UPLOAD_KEEP_MS } from "#contracts/transfer";
import { openTestRpc } from "./testing/rpc";
import { botId, owner, uploadToOneBot } from "./testing/uploads";

const { world, announce, on, send, finish, state, cancel, upload, restart, text, left } = uploadToOneBot();

describe("an upload", () => {
  it("gives whole files their names, folders and empty files included", async () => {
    await mkdir(join(world.stage.at, "src"));
    const view = await upload({ "a.txt": "a", "new/deep/b.txt": "bb", "new/empty": "" }, { to: "src" });
    expect(view.status).toEqual({ state: "done", placed: 3, skipped: 0, failed: [] });
    expect(await Promise.all(["src/a.txt", "src/new/deep/b.txt", "src/new/empty"].map(text))).toEqual(["a", "bb", ""]);
    expect((await stat(join(world.stage.at, "src/a.txt"))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(world.stage.at, "src/new/deep"))).mode & 0o7777).toBe(0o755);
    expect(await left()).toBe(0);
  });

  it("takes a file in chunks, tells what is here, and goes on after the worker was started anew", async () => {
    const bytes = randomBytes(CHUNK_BYTES + 1_000_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { id } = await announce({ files: [{ path: "large", size: bytes.length, sha256 }] });
    expect((await send(id, 0, 0, bytes.subarray(0, CHUNK_BYTES))).status.received).toBe(CHUNK_BYTES);
    await restart();
    expect(
      (await world.rpc.ask("transfers.uploads", { botId, owner })).uploads.map((one: { id: string }) => one.id),
    ).toEqual([id]);
    expect((await world.rpc.ask("transfers.uploads", { botId, owner: "u2" })).uploads).toEqual([]);
    const { received } = (await state(id)).files[0];
    expect(received).toBe(CHUNK_BYTES);
    expect((await finish(id)).code).toBe("upload_incomplete");
    await send(id, 0, received, bytes.subarray(received));
    expect(await readdir(world.stage.at)).toEqual([]);
    expect((await finish(id)).status).toMatchObject({ state: "done", placed: 1 });
    expect((await readFile(join(world.stage.at, "large"))).equals(bytes)).toBe(true);
  });

  it("makes the folders that nothing lies in, and they count", async () => {
    const { id } = await announce({ files: [], folders: ["top/empty", "top/deep/er"] });
    expect((await finish(id)).status).toEqual({ state: "done", placed: 0, skipped: 0, failed: [] });
    expect(await readdir(join(world.stage.at, "top/empty"))).toEqual([]);
    expect(await readdir(join(world.stage.at, "top/deep"))).toEqual(["er"]);
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
    expect(await readdir(world.stage.at)).toEqual([]);
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
    world.now += UPLOAD_KEEP_MS + 1;
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
    expect(await readdir(world.stage.at)).toEqual([]);
  });

  it("is never placed through a link", async () => {
    await symlink(world.stage.outside, join(world.stage.at, "away"));
    expect((await upload({ "away/a": "x" })).status).toMatchObject({ failed: [{ code: "file_not_folder" }] });
    expect((await announce({ to: "away", files: [{ path: "a", size: 1 }] })).code).toBe("file_not_folder");
    expect(await readdir(world.stage.outside)).toEqual([]);
  });

  it("that was here before the worker was started anew takes its room again before it is placed", async () => {
    world.stage.limits.diskMb = 1;
    const { id } = await announce({ files: [{ path: "a", size: 600_000 }] });
    await send(id, 0, 0, Buffer.alloc(600_000));
    await restart();
    await writeFile(join(world.stage.at, "meanwhile"), Buffer.alloc(600_000));
    expect((await finish(id)).code).toBe("files_over_quota");
    world.stage.limits.diskMb = 2;
    expect((await finish(id)).status.state).not.toBe("receiving");
  });

  it("is counted against what the bot may use before its bytes come, others on their way included", async () => {
    world.stage.limits.diskMb = 1;
    const half = { path: "a", size: 600_000 };
    const { id } = await announce({ files: [half] });
    expect((await announce({ files: [{ ...half, path: "b" }] })).code).toBe("files_over_quota");
    await cancel(id);
    expect((await announce({ files: [{ ...half, path: "b" }] })).id).toBeDefined();
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
  const path = join(world.stage.root, "uploads", id, "record.json");
  await world.rpc.close();
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), placing: true }));
  // One got its name before the other, and still has both.
  await mkdir(join(world.stage.at, "x"));
  await link(join(world.stage.root, "uploads", id, "0"), join(world.stage.at, "x/a"));
  world.rpc = await openTestRpc(world.stage);
  expect([await text("x/a"), await text("x/b")]).toEqual(["a", "b"]);
  expect((await world.rpc.ask("transfers.state", on(id))).status).toEqual({
    state: "done",
    placed: 2,
    skipped: 0,
    failed: [],
  });
  expect((await stat(join(world.stage.at, "x/a"))).nlink).toBe(1);
  expect(await left()).toBe(0);
});

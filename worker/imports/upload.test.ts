import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHUNK_BYTES } from "#contracts/import";
import { rawZip } from "./testing/raw-zip";
import { body, eachOnOwnStage, KB, open, settled, stage, upload } from "./testing/stage";

eachOnOwnStage();

test("files of an upload keep their places, without the one folder they all lie in", async () => {
  const imports = await open();
  const id = await upload(imports, { "my-bot/index.js": "1", "my-bot/lib/a.js": "2", "my-bot/empty.txt": "" });
  expect(imports.get("ann", id).status).toEqual({ state: "receiving", received: 2, total: 2 });
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({
    state: "ready",
    files: 3,
    bytes: 2,
    detection: { entry: "index.js", name: "my-bot" },
  });
  const { folder = "" } = imports.take(id);
  expect(await readFile(join(folder, "lib/a.js"), "utf8")).toBe("2");
  expect(await readFile(join(folder, "empty.txt"), "utf8")).toBe("");
});

test("a zip in several chunks is put together and unpacked", async () => {
  const imports = await open();
  const zip = rawZip([{ name: "music/main.py", data: "import discord" }]);
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "Music.ZIP", size: zip.length }] });
  for (let at = 0; at < zip.length; at += 50) await imports.chunk("ann", id, 0, at, body(zip.subarray(at, at + 50)));
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({
    state: "ready",
    files: 1,
    detection: { runtime: "python", entry: "main.py", name: "Music", tokenOptional: false },
  });
  expect((await readdir(join(stage.dir, id))).sort()).toEqual(["files"]);
});

test("an evil zip fails with the reason and leaves no file", async () => {
  const imports = await open();
  const id = await upload(imports, { "x.zip": rawZip([{ name: "ok.js" }, { name: "../../evil.js" }]) });
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({
    state: "failed",
    code: "archive_unsafe",
    message: expect.stringContaining("../../evil.js"),
  });
  expect(await readdir(stage.dir)).toEqual([]);
  expect(() => imports.take(id)).toThrow(expect.objectContaining({ code: "import_not_ready" }));
});

test("a zip that unpacks to more than the limit fails", async () => {
  const imports = await open();
  const id = await upload(imports, { "x.zip": rawZip([{ name: "a", data: Buffer.alloc(200 * KB), method: 8 }]) });
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({ state: "failed", code: "archive_too_big" });
});

test("a zip without files is empty", async () => {
  const imports = await open();
  const id = await upload(imports, { "x.zip": rawZip([]) });
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({ state: "failed", code: "import_empty" });
});

test("2 GB against the quota are refused before any byte", async () => {
  const imports = await open();
  const files = [{ path: "big.zip", size: 2 * 1024 ** 3 }];
  await expect(imports.create("ann", { kind: "upload", files })).rejects.toMatchObject({
    code: "upload_over_quota",
    values: { size: "2 GB", limit: "100 KB" },
  });
  expect(await readdir(stage.dir)).toEqual([]);
});

test.each([["../evil.js"], ["/etc/passwd"], ["C:\\x"], ["a\\b"], ["a\0b"], ["a//b"], ["./a"], ["a/../b"]])(
  "the path %j is refused before any byte",
  async (path) => {
    const imports = await open();
    await expect(
      imports.create("ann", {
        kind: "upload",
        files: [
          { path: "ok.js", size: 1 },
          { path, size: 1 },
        ],
      }),
    ).rejects.toMatchObject({ code: "path_unsafe" });
    expect(await readdir(stage.dir)).toEqual([]);
  },
);

test("a path twice, or as file and folder, is refused", async () => {
  const imports = await open();
  const files = (...paths: string[]) => ({ kind: "upload", files: paths.map((path) => ({ path, size: 1 })) }) as const;
  await expect(imports.create("ann", files("a.js", "a.js"))).rejects.toMatchObject({ code: "path_unsafe" });
  await expect(imports.create("ann", files("a", "a/b.js"))).rejects.toMatchObject({ code: "path_unsafe" });
});

test("chunks come in order; one that is repeated, skipped, too long or broken off changes nothing", async () => {
  const imports = await open();
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "a.js", size: 10 }] });
  const send = (offset: number, ...pieces: (string | Uint8Array)[]) =>
    imports.chunk("ann", id, 0, offset, body(...pieces));
  await expect(send(4, "x")).rejects.toMatchObject({ code: "upload_out_of_order", values: { expected: 0, got: 4 } });
  await send(0, "01", "234");
  await expect(send(0, "01234")).rejects.toMatchObject({ code: "upload_out_of_order", values: { expected: 5 } });
  await expect(send(5, "56789", "a")).rejects.toMatchObject({ code: "upload_too_long" });
  async function* breaks() {
    yield Buffer.from("56");
    throw new Error("socket hang up");
  }
  await expect(imports.chunk("ann", id, 0, 5, breaks())).rejects.toMatchObject({ code: "import_failed" });
  await expect(imports.finish("ann", id)).rejects.toMatchObject({ code: "upload_incomplete", values: { missing: 5 } });
  expect(imports.get("ann", id).status).toEqual({ state: "receiving", received: 5, total: 10 });
  await expect(imports.chunk("ann", id, 1, 0, body("x"))).rejects.toMatchObject({ code: "not_found" });
  await send(5, "56789");
  await imports.finish("ann", id);
  expect(await settled(imports, id)).toMatchObject({ state: "ready" });
  expect(await readFile(join(imports.take(id).folder ?? "", "a.js"), "utf8")).toBe("0123456789");
});

test("two chunks at the same moment do not mix", async () => {
  const imports = await open();
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "a.js", size: 6 }] });
  const results = await Promise.allSettled([
    imports.chunk("ann", id, 0, 0, body("ab", "c")),
    imports.chunk("ann", id, 0, 0, body("xyz")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  await imports.chunk("ann", id, 0, 3, body("def"));
  await imports.finish("ann", id);
  await settled(imports, id);
  expect(await readFile(join(imports.take(id).folder ?? "", "a.js"), "utf8")).toBe("abcdef");
});

test("a chunk larger than 8 MiB is refused while it comes", async () => {
  const imports = await open({ limitBytes: 20 * KB * KB });
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "a.bin", size: 2 * CHUNK_BYTES }] });
  const half = new Uint8Array(CHUNK_BYTES / 2);
  await expect(imports.chunk("ann", id, 0, 0, body(half, half, "1"))).rejects.toMatchObject({ code: "chunk_too_big" });
  expect(imports.get("ann", id).status).toMatchObject({ received: 0 });
});

import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CHUNK_BYTES, importView } from "#contracts/import";
import type { Imports } from "../ports/index";
import { type ImportOptions, listTemplates, openImports } from "./index";
import { rawZip } from "./testing/raw-zip";

const templatesDir = join(import.meta.dirname, "../../templates");
const KB = 1024;
let home: string;
let dir: string;
let now: number;
const opened: Imports[] = [];

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "imports-")));
  dir = join(home, "imports");
  now = 1_000_000;
});

afterEach(async () => {
  for (const imports of opened.splice(0)) await imports.close();
  await rm(home, { recursive: true });
});

async function open(more: Partial<ImportOptions> = {}): Promise<Imports> {
  const imports = await openImports({
    dir,
    templatesDir,
    folders: [],
    allowNetworks: [],
    limitBytes: 100 * KB,
    now: () => now,
    ...more,
  });
  opened.push(imports);
  return imports;
}

async function* body(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Announces and sends whole files. */
async function upload(imports: Imports, files: Record<string, string | Buffer>) {
  const list = Object.entries(files);
  const { id } = await imports.create("ann", {
    kind: "upload",
    files: list.map(([path, data]) => ({ path, size: Buffer.byteLength(data) })),
  });
  for (const [index, [, data]] of list.entries())
    if (data.length > 0) await imports.chunk("ann", id, index, 0, body(data));
  return id;
}

/** The import once nothing is under way any more. */
async function settled(imports: Imports, id: string) {
  await vi.waitFor(() => expect(imports.get("ann", id).status.state).not.toBe("working"), { timeout: 10_000 });
  return importView.parse(imports.get("ann", id)).status;
}

test("lists the templates, each with its entry among its files", async () => {
  const templates = await listTemplates(templatesDir);
  expect(templates.map(({ id }) => id)).toEqual(["basic-js", "demo-js"]);
  for (const { id, entry } of templates)
    expect(await readFile(join(templatesDir, id, "files", entry), "utf8")).not.toBe("");
});

test("a template is ready at once and says how it is run", async () => {
  const imports = await open();
  const { id, status } = await imports.create("ann", { kind: "template", template: "demo-js" });
  expect(status).toMatchObject({
    state: "ready",
    source: { kind: "template", template: "demo-js" },
    detection: {
      runtime: "node",
      entry: "index.js",
      tokenOptional: true,
      readyLine: "Demo is ready",
      installer: "none",
      warnings: [],
    },
  });
  const { folder } = imports.take(id);
  expect((await readdir(folder ?? "")).sort()).toEqual([".gitignore", "README.md", "index.js", "package.json"]);
  expect(() => imports.get("ann", id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  expect(() => imports.take(id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  // What was taken is the bot's now: the end of the import does not touch it.
  await imports.close();
  expect(await readdir(dir)).toEqual([`${id}.taken`]);
});

test("the basic template wants a token and an install", async () => {
  const { status } = await (await open()).create("ann", { kind: "template", template: "basic-js" });
  expect(status).toMatchObject({ detection: { tokenOptional: false, installer: "npm", readyLine: "Ready as" } });
});

test.each(["nothing", "../basic-js", "/etc", ""])(
  "the template %j is unknown, and the answer names those there are",
  async (template) => {
    const imports = await open();
    await expect(imports.create("ann", { kind: "template", template })).rejects.toMatchObject({
      code: "template_unknown",
      values: { templates: "basic-js, demo-js" },
    });
    expect(await readdir(dir)).toEqual([]);
  },
);

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
  expect((await readdir(join(dir, id))).sort()).toEqual(["files"]);
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
  expect(await readdir(dir)).toEqual([]);
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
  expect(await readdir(dir)).toEqual([]);
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
    expect(await readdir(dir)).toEqual([]);
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

test("a cancel does not wait for a sender who has gone quiet, and leaves nothing", async () => {
  const imports = await open();
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "a.js", size: 10 }] });
  let began = () => {};
  const sending = new Promise<void>((resolve) => {
    began = resolve;
  });
  async function* stuck() {
    yield Buffer.from("1");
    began();
    await new Promise(() => {});
  }
  const chunk = imports.chunk("ann", id, 0, 0, stuck());
  chunk.catch(() => undefined);
  await sending;
  await imports.cancel("ann", id);
  await expect(chunk).rejects.toMatchObject({ code: "import_gone" });
  expect(await readdir(dir)).toEqual([]);
  expect(() => imports.get("ann", id)).toThrow(expect.objectContaining({ code: "import_gone" }));
});

test("nobody sees another's import", async () => {
  const imports = await open();
  const { id } = await imports.create("ann", { kind: "upload", files: [{ path: "a.js", size: 1 }] });
  const missing = expect.objectContaining({ code: "not_found" });
  expect(() => imports.get("bob", id)).toThrow(missing);
  await expect(imports.chunk("bob", id, 0, 0, body("x"))).rejects.toEqual(missing);
  await expect(imports.finish("bob", id)).rejects.toEqual(missing);
  await expect(imports.cancel("bob", id)).rejects.toEqual(missing);
  await imports.cancel("ann", id);
  expect(() => imports.get("bob", id)).toThrow(missing);
});

test("an import ends an hour after its last touch", async () => {
  const imports = await open();
  const { id } = await imports.create("ann", { kind: "template", template: "demo-js" });
  now += 59 * 60_000;
  imports.get("ann", id);
  now += 59 * 60_000;
  expect(imports.get("ann", id).status.state).toBe("ready");
  now += 61 * 60_000;
  expect(() => imports.get("ann", id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  await vi.waitFor(async () => expect(await readdir(dir)).toEqual([]));
});

test("a person has three at once; abandoned and finished ones give way", async () => {
  const imports = await open();
  const begin = (owner: string) => imports.create(owner, { kind: "upload", files: [{ path: "a.js", size: 1 }] });
  const first = await begin("ann");
  await begin("ann");
  await begin("ann");
  await expect(begin("ann")).rejects.toMatchObject({ code: "import_busy" });
  expect((await begin("bob")).status.state).toBe("receiving");
  now += 3 * 60_000;
  await begin("ann");
  expect(() => imports.get("ann", first.id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  for (let i = 0; i < 6; i += 1) await imports.create("eve", { kind: "template", template: "demo-js" });
  await vi.waitFor(async () => expect(await readdir(dir)).toHaveLength(3 + 1 + 3));
});

test("leftovers of an earlier worker are removed", async () => {
  await mkdir(join(dir, "abcdefghijklmnop/files"), { recursive: true });
  await writeFile(join(dir, "abcdefghijklmnop/files/x"), "");
  await open();
  expect(await readdir(dir)).toEqual([]);
});

test("a closed worker leaves nothing behind", async () => {
  const imports = await open();
  await upload(imports, { "a.js": "1" });
  await imports.create("bob", { kind: "template", template: "demo-js" });
  await imports.close();
  expect(await readdir(dir)).toEqual([]);
});

test("a folder of this server is run where it lies, if it is listed", async () => {
  const root = join(home, "srv");
  await mkdir(join(root, "my-bot"), { recursive: true });
  await writeFile(join(root, "my-bot/main.py"), "");
  await symlink(root, join(home, "way"));
  const imports = await open({ folders: [join(home, "way")] });
  for (const path of [join(root, "my-bot"), join(home, "way/my-bot"), `${root}/my-bot/`]) {
    const { id, status } = await imports.create("ann", { kind: "folder", path });
    expect(status).toMatchObject({
      state: "ready",
      source: { kind: "folder", path: join(root, "my-bot") },
      detection: { entry: "main.py", name: "my-bot" },
    });
    expect(imports.take(id)).toMatchObject({ source: { kind: "folder" } });
  }
  expect(await readdir(join(root, "my-bot"))).toEqual(["main.py"]);
});

test("a folder outside the list is refused, by link, by .. and by name alike", async () => {
  await mkdir(join(home, "srv/bots/a"), { recursive: true });
  await mkdir(join(home, "srv/bots-private"), { recursive: true });
  await symlink("/etc", join(home, "srv/bots/out"));
  const imports = await open({ folders: [join(home, "srv/bots")] });
  const paths = [
    "/etc",
    "/nowhere",
    "bots/a",
    join(home, "srv"),
    join(home, "srv/bots-private"),
    join(home, "srv/bots/out"),
    `${home}/srv/bots/../bots-private`,
    `${home}/srv/bots/../nothing`,
    "/proc/self/root/etc",
  ];
  for (const path of paths)
    await expect(imports.create("ann", { kind: "folder", path }), path).rejects.toMatchObject({
      code: "folder_not_listed",
    });
  await expect(imports.create("ann", { kind: "folder", path: join(home, "srv/bots/missing") })).rejects.toMatchObject({
    code: "folder_missing",
  });
  const none = await open({ dir: join(home, "other") });
  await expect(none.create("ann", { kind: "folder", path: join(home, "srv/bots/a") })).rejects.toMatchObject({
    code: "folder_not_listed",
  });
});

test("a file is not a folder, and an empty folder holds no bot", async () => {
  await mkdir(join(home, "srv/empty"), { recursive: true });
  await writeFile(join(home, "srv/file"), "");
  const imports = await open({ folders: [join(home, "srv")] });
  await expect(imports.create("ann", { kind: "folder", path: join(home, "srv/file") })).rejects.toMatchObject({
    code: "folder_missing",
  });
  expect((await imports.create("ann", { kind: "folder", path: join(home, "srv/empty") })).status).toMatchObject({
    state: "failed",
    code: "import_empty",
  });
  expect(await readdir(join(home, "srv"))).toEqual(["empty", "file"]);
});

test("a folder that belongs to a bot is refused, when it is named and when it is taken", async () => {
  const folder = join(home, "srv/a");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.js"), "");
  const botsDir = join(home, "bots");
  const imports = await open({ folders: [join(home, "srv")], botsDir });
  const { id } = await imports.create("ann", { kind: "folder", path: folder });
  await mkdir(join(botsDir, "abcdefghij"), { recursive: true });
  await mkdir(join(botsDir, "broken"), { recursive: true });
  await writeFile(
    join(botsDir, "abcdefghij/definition.json"),
    JSON.stringify({ name: "Music", source: { kind: "folder", path: folder } }),
  );
  await writeFile(join(botsDir, "broken/definition.json"), "{");
  const used = expect.objectContaining({ code: "folder_in_use", values: { name: "Music" } });
  await expect(imports.create("ann", { kind: "folder", path: folder })).rejects.toEqual(used);
  expect(() => imports.take(id)).toThrow(used);
});

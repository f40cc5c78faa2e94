import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { listTemplates } from "./index";
import { body, eachOnOwnStage, open, stage, templatesDir, upload } from "./testing/stage";

eachOnOwnStage();

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
  expect(await readdir(stage.dir)).toEqual([`${id}.taken`]);
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
    expect(await readdir(stage.dir)).toEqual([]);
  },
);

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
  expect(await readdir(stage.dir)).toEqual([]);
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
  stage.now += 59 * 60_000;
  imports.get("ann", id);
  stage.now += 59 * 60_000;
  expect(imports.get("ann", id).status.state).toBe("ready");
  stage.now += 61 * 60_000;
  expect(() => imports.get("ann", id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  await vi.waitFor(async () => expect(await readdir(stage.dir)).toEqual([]));
});

test("a person has three at once; abandoned and finished ones give way", async () => {
  const imports = await open();
  const begin = (owner: string) => imports.create(owner, { kind: "upload", files: [{ path: "a.js", size: 1 }] });
  const first = await begin("ann");
  await begin("ann");
  await begin("ann");
  await expect(begin("ann")).rejects.toMatchObject({ code: "import_busy" });
  expect((await begin("bob")).status.state).toBe("receiving");
  stage.now += 3 * 60_000;
  await begin("ann");
  expect(() => imports.get("ann", first.id)).toThrow(expect.objectContaining({ code: "import_gone" }));
  for (let i = 0; i < 6; i += 1) await imports.create("eve", { kind: "template", template: "demo-js" });
  await vi.waitFor(async () => expect(await readdir(stage.dir)).toHaveLength(3 + 1 + 3));
});

test("leftovers of an earlier worker are removed", async () => {
  await mkdir(join(stage.dir, "abcdefghijklmnop/files"), { recursive: true });
  await writeFile(join(stage.dir, "abcdefghijklmnop/files/x"), "");
  await open();
  expect(await readdir(stage.dir)).toEqual([]);
});

test("a closed worker leaves nothing behind", async () => {
  const imports = await open();
  await upload(imports, { "a.js": "1" });
  await imports.create("bob", { kind: "template", template: "demo-js" });
  await imports.close();
  expect(await readdir(stage.dir)).toEqual([]);
});

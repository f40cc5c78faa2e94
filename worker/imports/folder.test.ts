import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eachOnOwnStage, open, stage } from "./testing/stage";

eachOnOwnStage();

test("a folder of this server is run where it lies, if it is listed", async () => {
  const root = join(stage.home, "srv");
  await mkdir(join(root, "my-bot"), { recursive: true });
  await writeFile(join(root, "my-bot/main.py"), "");
  await symlink(root, join(stage.home, "way"));
  const imports = await open({ folders: [join(stage.home, "way")] });
  for (const path of [join(root, "my-bot"), join(stage.home, "way/my-bot"), `${root}/my-bot/`]) {
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
  await mkdir(join(stage.home, "srv/bots/a"), { recursive: true });
  await mkdir(join(stage.home, "srv/bots-private"), { recursive: true });
  await symlink("/etc", join(stage.home, "srv/bots/out"));
  const imports = await open({ folders: [join(stage.home, "srv/bots")] });
  const paths = [
    "/etc",
    "/nowhere",
    "bots/a",
    join(stage.home, "srv"),
    join(stage.home, "srv/bots-private"),
    join(stage.home, "srv/bots/out"),
    `${stage.home}/srv/bots/../bots-private`,
    `${stage.home}/srv/bots/../nothing`,
    "/proc/self/root/etc",
  ];
  for (const path of paths)
    await expect(imports.create("ann", { kind: "folder", path }), path).rejects.toMatchObject({
      code: "folder_not_listed",
    });
  await expect(
    imports.create("ann", { kind: "folder", path: join(stage.home, "srv/bots/missing") }),
  ).rejects.toMatchObject({
    code: "folder_missing",
  });
  const none = await open({ dir: join(stage.home, "other") });
  await expect(none.create("ann", { kind: "folder", path: join(stage.home, "srv/bots/a") })).rejects.toMatchObject({
    code: "folder_not_listed",
  });
});

test("a file is not a folder, and an empty folder holds no bot", async () => {
  await mkdir(join(stage.home, "srv/empty"), { recursive: true });
  await writeFile(join(stage.home, "srv/file"), "");
  const imports = await open({ folders: [join(stage.home, "srv")] });
  await expect(imports.create("ann", { kind: "folder", path: join(stage.home, "srv/file") })).rejects.toMatchObject({
    code: "folder_missing",
  });
  expect((await imports.create("ann", { kind: "folder", path: join(stage.home, "srv/empty") })).status).toMatchObject({
    state: "failed",
    code: "import_empty",
  });
  expect(await readdir(join(stage.home, "srv"))).toEqual(["empty", "file"]);
});

test("a folder that belongs to a bot is refused, when it is named and when it is taken", async () => {
  const folder = join(stage.home, "srv/a");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.js"), "");
  const botsDir = join(stage.home, "bots");
  const imports = await open({ folders: [join(stage.home, "srv")], botsDir });
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

import { chmod, link, mkdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { TakenPlace } from "#contracts/transfer";
import { botId, uploadToOneBot } from "./testing/uploads";

const { world, announce, send, finish, upload, text } = uploadToOneBot();

describe("what is there already", () => {
  beforeEach(async () => {
    await writeFile(join(world.stage.at, "a.txt"), "old");
    await chmod(join(world.stage.at, "a.txt"), 0o640);
  });

  it("is left alone with refuse, before any byte and at the end", async () => {
    expect(await upload({ "a.txt": "new" })).toMatchObject({ code: "file_exists", values: { path: "a.txt" } });
    const { id } = await announce({ files: [{ path: "b.txt", size: 1 }] });
    await send(id, 0, 0, "b");
    await writeFile(join(world.stage.at, "b.txt"), "of the bot");
    expect((await finish(id)).code).toBe("file_exists");
    expect((await finish(id, "keepBoth")).status).toMatchObject({ state: "done", placed: 1 });
    expect([await text("b.txt"), await text("b (2).txt")]).toEqual(["of the bot", "b"]);
  });

  it("is written over, and keeps its permission bits", async () => {
    expect((await upload({ "a.txt": "new" }, { conflict: "overwrite" })).status).toMatchObject({ placed: 1 });
    expect(await text("a.txt")).toBe("new");
    expect((await stat(join(world.stage.at, "a.txt"))).mode & 0o777).toBe(0o640);
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
    await mkdir(join(world.stage.at, "folder"));
    await symlink("a.txt", join(world.stage.at, "link"));
    const paths = ["a.txt", "b.txt", "folder", "link", "none/a.txt"];
    const { taken } = await world.rpc.ask("transfers.taken", { botId, request: { paths } });
    expect(taken.map(({ path, kind, size }: TakenPlace) => [path, kind, size])).toEqual([
      ["a.txt", "file", 3],
      ["folder", "folder", 0],
      ["link", "link", 0],
    ]);
    const away = { to: "link", paths: ["a.txt"] };
    expect((await world.rpc.ask("transfers.taken", { botId, request: away })).taken).toEqual([]);
    for (const request of [{ to: "..", paths }, { paths: ["../a"] }, { paths: [".."] }])
      expect((await world.rpc.ask("transfers.taken", { botId, request })).code).toBe("path_unsafe");
  });

  it("is decided about file by file, and what nothing was decided about is still refused", async () => {
    for (const name of ["b.txt", "c.txt"]) await writeFile(join(world.stage.at, name), "old");
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
    await writeFile(join(world.stage.outside, "secret"), "secret");
    await symlink(join(world.stage.outside, "secret"), join(world.stage.at, "link"));
    await link(join(world.stage.outside, "secret"), join(world.stage.at, "twin"));
    await mkdir(join(world.stage.at, "folder"));
    const view = await upload({ link: "x", twin: "y", folder: "z" }, { conflict: "overwrite" });
    expect(view.status).toMatchObject({ placed: 2, failed: [{ path: "folder", code: "file_is_folder" }] });
    expect([await text("link"), await text("twin")]).toEqual(["x", "y"]);
    expect(await readFile(join(world.stage.outside, "secret"), "utf8")).toBe("secret");
    await expect(readlink(join(world.stage.at, "link"))).rejects.toThrow();
  });
});

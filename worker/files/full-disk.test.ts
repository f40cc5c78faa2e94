import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BOT, codeOf, createStage, type Stage } from "./stage";
import { openTestRpc } from "./transfer/testing/rpc";

/* Disks that are full, and disks inside of a bot's folder: real ones of a few megabytes. Where none can be mounted nothing is tried. */

const MB = 1024 * 1024;
const owner = "u1";
const mounted: string[] = [];

function mount(dir: string, mb: number): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mb}m`, "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return false;
  }
  mounted.push(dir);
  return true;
}

let dir: string;
let stage: Stage;
const before = process.env.TMPDIR;

beforeEach(async ({ skip }) => {
  dir = mkdtempSync(`${tmpdir()}/by-full-`);
  if (!mount(dir, 8)) return skip("no file system can be mounted here");
  process.env.TMPDIR = dir;
  stage = await createStage();
});
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  for (const one of mounted.splice(0).reverse()) execFileSync("umount", [one]);
  rmSync(dir, { recursive: true });
});

const at = (path: string) => `${stage.at}/${path}`;
/** Takes all room that is left. */
function fill(): void {
  expect(() => writeFileSync(`${dir}/all`, Buffer.alloc(16 * MB))).toThrow("ENOSPC");
}

it("on a full disk a thing can be deleted, which makes room", async () => {
  writeFileSync(at("large"), Buffer.alloc(2 * MB));
  writeFileSync(at("small"), "x");
  // So that its folder is there.
  await stage.files.remove(BOT, ["small"]);
  await stage.files.purge(BOT);
  fill();
  const { bavail } = statfsSync(dir);
  expect(await stage.files.remove(BOT, ["large"])).toEqual([{ from: "large", path: "large", outcome: "done" }]);
  expect(await stage.files.trash(BOT)).toEqual([]);
  expect(statfsSync(dir).bavail).toBeGreaterThan(bavail);
  expect(await stage.staged()).toEqual([]);
});

it("an upload that finds the disk full goes on where it stopped when there is room again", async () => {
  const rpc = await openTestRpc(stage);
  try {
    const request = { to: "", files: [{ path: "a", size: 4 }] };
    const { id } = await rpc.ask("transfers.upload", { botId: BOT, owner, request });
    const send = (body: string) =>
      rpc.whole({
        method: "PUT",
        path: "/upload",
        query: { botId: BOT, owner, transferId: id, file: 0, offset: 0 },
        headers: { "content-type": "application/octet-stream" },
        body,
      });
    fill();
    const refused = await send("text");
    expect([refused.status, JSON.parse(refused.bytes.toString()).code]).toEqual([507, "disk_unwritable"]);
    rmSync(`${dir}/all`);
    expect((await send("text")).status).toBe(200);
    expect(await rpc.ask("transfers.finish", { botId: BOT, owner, transferId: id })).toMatchObject({
      status: { state: "done", placed: 1 },
    });
    expect(readFileSync(at("a"), "utf8")).toBe("text");
  } finally {
    await rpc.close();
  }
});

it("an archive that fills the disk all the same is refused whole", async () => {
  const rpc = await openTestRpc(stage, { free: async () => 1024 * MB });
  try {
    mkdirSync(`${dir}/from`);
    for (const name of ["a", "b", "c"]) writeFileSync(`${dir}/from/${name}`, Buffer.alloc(128 * 1024));
    execFileSync("tar", ["-czf", at("a.tar.gz"), "-C", `${dir}/from`, "."]);
    const { bavail, bsize } = statfsSync(dir);
    writeFileSync(`${dir}/all`, Buffer.alloc(bavail * bsize - 300 * 1024));
    let view = await rpc.ask("transfers.extract", { botId: BOT, owner, request: { path: "a.tar.gz" } });
    while (view.status.state === "working")
      view = await rpc.ask("transfers.state", { botId: BOT, owner, transferId: view.id });
    expect(view.status).toMatchObject({ state: "failed", code: "disk_unwritable" });
    expect(readdirSync(stage.at)).toEqual(["a.tar.gz"]);
    expect(readdirSync(`${stage.root}/uploads`)).toEqual([]);
  } finally {
    await rpc.close();
  }
});

it("what is moved to another disk is there or here, and never half of it", async ({ skip }) => {
  mkdirSync(at("disk"));
  if (!mount(at("disk"), 1)) return skip("no file system can be mounted in another");
  const move = (from: string, to: string) =>
    stage.files.move(BOT, { from: [from], to, copy: false, conflict: "overwrite" });
  mkdirSync(at("disk/things"));
  writeFileSync(at("disk/things/old"), "old");
  mkdirSync(at("things"));
  writeFileSync(at("things/1"), Buffer.alloc(MB / 2));
  writeFileSync(at("things/2"), Buffer.alloc(MB));
  const usage = await stage.files.usage(BOT);

  expect(await move("things", "disk")).toMatchObject([{ outcome: "failed", code: "disk_unwritable" }]);
  expect(readdirSync(at("things")).sort()).toEqual(["1", "2"]);
  expect(readdirSync(at("disk"))).toEqual(["things"]);
  expect(readdirSync(at("disk/things"))).toEqual(["old"]);
  expect(await stage.files.usage(BOT)).toEqual(usage);

  rmSync(at("things/2"));
  expect(await move("things", "disk")).toMatchObject([{ outcome: "done", path: "disk/things" }]);
  expect(readdirSync(at("disk/things"))).toEqual(["1"]);
  expect(readdirSync(stage.at)).toEqual(["disk"]);
  expect(await stage.files.trash(BOT)).toMatchObject([{ path: "disk/things" }]);
  expect(await move("disk/things", "")).toMatchObject([{ outcome: "done", path: "things" }]);
  expect(readdirSync(at("disk"))).toEqual([]);
  expect(await codeOf(stage.files.move(BOT, { from: ["things/1"], to: "disk", copy: false, conflict: "refuse" }))).toBe(
    "done",
  );
  expect(readdirSync(at("disk"))).toEqual(["1"]);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BOT, botOf, createDeployStage, patience, type Served, type Stage, serveRepositories } from "./testing/stage";

/* Deploys on disks that are full: real ones of a few megabytes. Where none can be mounted nothing is tried. */

vi.setConfig({ testTimeout: 120_000 });

const KB = 1024;
let dir: string;
let served: Served;
let stage: Stage;
const before = process.env.TMPDIR;

beforeEach(async ({ skip }) => {
  served = await serveRepositories();
  dir = mkdtempSync(`${tmpdir()}/by-full-`);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return skip("no file system can be mounted here");
  }
  process.env.TMPDIR = dir;
  stage = await createDeployStage(served);
});
afterEach(async () => {
  await stage?.remove();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  execFileSync("umount", [dir]);
  rmSync(dir, { recursive: true });
  await served.close();
});

const NAMES = Array.from({ length: 20 }, (_, n) => `files/${n % 4}/file${n}`);
const lay = (version: string, bytes = 100) => ({
  "index.js": botOf(version),
  [`only-${version}/file`]: version,
  ...Object.fromEntries(NAMES.map((name) => [name, `${name} ${version} ${"x".repeat(bytes)}`])),
});

/** Leaves so much room, bytes. */
function leave(bytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(`${dir}/all`, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

/** All of the first commit lies there, and nothing of the second. */
async function expectFirst(): Promise<void> {
  for (const [path, text] of Object.entries(lay("one"))) expect(await stage.read(path)).toBe(text);
  await expect(stage.read("only-two/file")).rejects.toThrow("ENOENT");
}

it("a commit for which there is no room is refused, and the bot runs on", async () => {
  await stage.put(stage.commit(lay("one")));
  await stage.runs();
  const pid = stage.worker.supervisor.liveRun(BOT)?.pid;
  // What is fetched is packed small.
  stage.commit({ ...lay("two", 100 * KB), "only-one": null });
  leave(600 * KB);
  expect((await stage.deploy()).status).toMatchObject({ state: "failed", code: "disk_unwritable" });
  await expectFirst();
  expect(stage.worker.supervisor.liveRun(BOT)?.pid).toBe(pid);
  expect(await stage.leftovers()).toEqual([]);
  rmSync(`${dir}/all`);
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.read("only-two/file")).toBe("two");
});

it("a disk that is full when all is placed takes nothing from the files of before", async () => {
  const fill = `try { require("fs").writeFileSync(${JSON.stringify(`${dir}/all`)}, Buffer.alloc(16 << 20)) } catch {} process.exit(1)`;
  const first = stage.commit(lay("one"));
  await stage.put(first, { build: [process.execPath, "-e", fill] });
  await stage.runs();
  stage.commit({ ...lay("two"), "only-one": null });
  const { status } = await stage.deploy();
  expect(["failed", "interrupted"]).toContain(status.state);
  rmSync(`${dir}/all`);
  await expectFirst();
  await vi.waitFor(() => expect(stage.state()).toBe("running"), patience);
  // Nor does the next worker, whatever could be written of it.
  await stage.set(first, {});
  await stage.again();
  await expectFirst();
  expect(await stage.leftovers()).toEqual([]);
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.read("only-two/file")).toBe("two");
});

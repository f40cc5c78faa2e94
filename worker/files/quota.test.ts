import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileMove } from "#contracts/files";
import { BOT, codeOf, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.remove());

const at = (path: string) => `${stage.at}/${path}`;
const MB = 1024 * 1024;
const write = (path: string, bytes: number) => codeOf(stage.files.write(BOT, { path, text: "x".repeat(bytes) }, "Ann"));
const usage = async () => {
  const { bytes, files } = await stage.files.usage(BOT);
  return [bytes, files];
};

it("counts every name and the bytes of files, links unfollowed", async () => {
  await writeFile(`${stage.outside}/large`, "x".repeat(1_000));
  await mkdir(at("src/deep"), { recursive: true });
  await writeFile(at("src/deep/a"), "four");
  await symlink(stage.outside, at("src/away"));
  expect(await stage.files.usage(BOT)).toEqual({ bytes: 4, files: 4, maxBytes: 0, maxFiles: 200_000 });
});

it("every way of writing counts, and what fails takes nothing", async () => {
  stage.limits.diskMb = 1;
  expect(await usage()).toEqual([0, 0]);
  await write("a", 1_000);
  await write("a", 400);
  await stage.files.makeFolder(BOT, "src");
  await stage.files.move(BOT, fileMove.parse({ from: ["a"], to: "src", copy: true }));
  expect(await usage()).toEqual([800, 3]);
  await stage.files.move(BOT, fileMove.parse({ from: ["a"], to: "src", copy: true, conflict: "skip" }));
  await stage.files.move(BOT, fileMove.parse({ from: ["a"], to: "src", conflict: "overwrite" }));
  expect(await usage()).toEqual([400, 2]);
  expect(await write("src/none/a", 5)).toBe("file_missing");
  expect(await write("a", MB)).toBe("files_over_quota");
  await stage.files.remove(BOT, ["src"]);
  expect(await usage()).toEqual([0, 0]);
  const [gone] = await stage.files.trash(BOT);
  await stage.files.restore(BOT, gone?.id ?? "");
  expect(await usage()).toEqual([400, 2]);
  // The next worker counts the same.
  stage.files = stage.open();
  expect(await usage()).toEqual([400, 2]);
});

it("of many who ask at the same time, before the first count too, no more get room than there is", async () => {
  stage.limits.diskMb = 1;
  const { quota } = await stage.files.bot(BOT);
  const taken = await Promise.all(Array.from({ length: 8 }, () => codeOf(quota.take(MB / 4, 0))));
  expect(taken.toSorted()).toEqual([...Array(4).fill("done"), ...Array(4).fill("files_over_quota")]);
});

it("a bot that is over its limit may still make things smaller", async () => {
  stage.limits.diskMb = 1;
  await writeFile(at("log"), "");
  await truncate(at("log"), 3 * MB);
  expect(await write("bot.js", 1)).toBe("files_over_quota");
  expect(await write("log", 10)).toBe("done");
  expect(await write("bot.js", 1)).toBe("done");
});

it("looking through fifty thousand files holds up nobody", async () => {
  const make = `import os, sys
for d in range(50):
  os.makedirs(f"{sys.argv[1]}/d{d}")
  for n in range(1000): open(f"{sys.argv[1]}/d{d}/f{n}", "w").write("four")`;
  execFileSync("python3", ["-c", make, stage.at]);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  expect(await usage()).toEqual([200_000, 50_050]);
  delay.disable();
  // In slices, however slow the machine is: whoever waits gets many turns meanwhile.
  expect(delay.count).toBeGreaterThan(20);
});

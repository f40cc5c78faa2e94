import { execFileSync } from "node:child_process";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EDIT_BYTES, folderPage, folderQuery } from "#contracts/files";
import { BOT, codeOf, createStage, type Stage } from "./stage";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.remove());

const at = (path: string) => `${stage.at}/${path}`;
const list = (query: Partial<Parameters<typeof folderQuery.parse>[0] & object> = {}) =>
  stage.files.list(BOT, folderQuery.parse(query));
const names = async (query = {}) => (await list(query)).entries.map(({ name }) => name);

it("folders come first, numbers count as numbers, case and accents do not", async () => {
  for (const name of ["log10.txt", "Log2.txt", "log01.txt", "état", "etwas", "_x", "Z", "a-1", ".env"])
    await writeFile(at(name), "");
  await mkdir(at("zoo"));
  await mkdir(at("Bar"));
  const sorted = [".env", "_x", "a-1", "état", "etwas", "log01.txt", "Log2.txt", "log10.txt", "Z"];
  expect(await names()).toEqual(["Bar", "zoo", ...sorted]);
  expect(await names({ descending: true })).toEqual(["zoo", "Bar", ...sorted.toReversed()]);
});

it("orders by size and by time", async () => {
  for (const [n, name] of ["c", "a", "b"].entries()) {
    await writeFile(at(name), "x".repeat(n));
    await utimes(at(name), 1_000 - n, 1_000 - n);
  }
  expect(await names({ order: "size" })).toEqual(["c", "a", "b"]);
  expect(await names({ order: "size", descending: true })).toEqual(["b", "a", "c"]);
  expect(await names({ order: "changed" })).toEqual(["b", "a", "c"]);
});

it("tells what each thing is, and opens none", async () => {
  await writeFile(at("file"), "four", { mode: 0o640 });
  await symlink("/etc/passwd", at("link"));
  execFileSync("/usr/bin/mkfifo", [at("fifo")]);
  const server = createServer().listen(at("socket"));
  await new Promise((ready) => server.once("listening", ready));
  if (process.getuid?.() === 0) execFileSync("mknod", [at("device"), "c", "1", "3"]);
  await writeFile(Buffer.concat([Buffer.from(`${stage.at}/`), Buffer.from([0x62, 0xff])]), "x");
  const { entries } = await list();
  expect(
    Object.fromEntries(entries.map(({ name, kind, to, size, unnamable }) => [name, { kind, to, size, unnamable }])),
  ).toEqual({
    "b\ufffd": { kind: "file", size: 1, unnamable: true },
    ...(process.getuid?.() === 0 && { device: { kind: "other", size: 0 } }),
    fifo: { kind: "other", size: 0 },
    file: { kind: "file", size: 4 },
    link: { kind: "link", to: "/etc/passwd", size: 0 },
    socket: { kind: "other", size: 0 },
  });
  expect(entries.find(({ name }) => name === "file")?.mode).toBe(0o640);
  for (const name of ["fifo", "socket", "device", "link"]) {
    if (entries.some((entry) => entry.name === name))
      expect(await codeOf(stage.files.read(BOT, name))).toBe("file_special");
  }
  server.close();
  expect(await codeOf(list({ path: "file" }))).toBe("file_not_folder");
  expect(await codeOf(list({ path: "none" }))).toBe("file_missing");
});

it("its etag changes when something comes or goes", async () => {
  const { etag } = await list();
  await writeFile(at("new"), "");
  expect((await list()).etag).not.toBe(etag);
});

it("a hundred thousand files come in pages, and hold up nobody", async () => {
  execFileSync("python3", [
    "-c",
    `import sys\nfor n in range(100000): open(f"{sys.argv[1]}/file{n}","w").close()`,
    stage.at,
  ]);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const first = await list({ limit: 1_000 });
  const last = await list({ offset: 99_990, limit: 1_000 });
  const bySize = await list({ order: "changed", limit: 1_000 });
  delay.disable();
  // In slices, however slow the machine is: whoever waits gets many turns meanwhile.
  expect(delay.count).toBeGreaterThan(50);
  expect(first.total).toBe(100_000);
  expect(first.entries.map(({ name }) => name)).toEqual(Array.from({ length: 1_000 }, (_, n) => `file${n}`));
  expect(last.entries.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, n) => `file${99_990 + n}`));
  expect(bySize.entries.length).toBe(1_000);
  // Kept orders are given up as soon as anything came or went.
  await writeFile(at("file000"), "");
  expect((await list({ limit: 3 })).entries.map(({ name }) => name)).toContain("file000");
});

it("a file that is no text, or too large, is told so and not sent", async () => {
  await writeFile(at("binary"), Buffer.from([1, 0, 2]));
  await writeFile(at("latin"), Buffer.from([0x61, 0xe9, 0x62]));
  await writeFile(at("large"), "x".repeat(EDIT_BYTES + 1));
  expect(await stage.files.read(BOT, "binary")).toMatchObject({ text: null, why: "binary", size: 3 });
  expect(await stage.files.read(BOT, "latin")).toMatchObject({ text: null, why: "binary" });
  expect(await stage.files.read(BOT, "large")).toMatchObject({ text: null, why: "large", size: EDIT_BYTES + 1 });
});

it("a file may say anything of its size and its time", async () => {
  await writeFile(at("young"), "");
  await utimes(at("young"), 8e10, 8e10);
  await writeFile(at("old"), "");
  execFileSync("touch", ["-d", "@-1000", at("old")]);
  const page = folderPage.parse(await list());
  expect(page.entries.map(({ changedAt }) => changedAt)).toEqual([0, expect.any(Number)]);
});

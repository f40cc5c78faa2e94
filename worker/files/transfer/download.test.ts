import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SWAPPER } from "../../testing/swapper";
import { BOT, createStage, type Stage } from "../stage";
import { openTestRpc } from "./testing/rpc";

const botId = BOT;
let home: string;
let files: string;
let stage: Stage;
let rpc: Awaited<ReturnType<typeof openTestRpc>>;

beforeEach(async () => {
  stage = await createStage();
  ({ home, at: files } = stage);
  await mkdir(join(files, "src/deep"), { recursive: true });
  await writeFile(join(home, "secret"), "secret");
  rpc = await openTestRpc(stage);
});
afterEach(async () => {
  await rpc.close();
  expect(rpc.said).toEqual([]);
  await stage.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  rpc.whole({ path: "/file", query: { botId, path }, headers });
const codeOf = ({ bytes }: { bytes: Buffer }) => JSON.parse(bytes.toString()).code;

describe("a file", () => {
  const text = "0123456789";
  beforeEach(() => writeFile(join(files, "a.txt"), text));

  it("comes whole, with its size and the name of its content", async () => {
    const { status, headers, bytes } = await get("a.txt");
    expect([status, bytes.toString()]).toEqual([200, text]);
    expect(headers).toMatchObject({ "content-length": "10", "accept-ranges": "bytes", etag: /^"[0-9a-z-]+"$/ });
  });

  it.each([
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, text, "bytes 0-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=4-2", 200, text, undefined],
    ["bytes=-", 200, text, undefined],
    ["bytes=0-1,4-5", 200, text, undefined],
    ["lines=1-2", 200, text, undefined],
    ["bytes=0x1-2", 200, text, undefined],
  ])("Range: %s is answered with %i %j", async (range, status, part, where) => {
    const answer = await get("a.txt", { range });
    expect([answer.status, answer.bytes.toString(), answer.headers["content-range"]]).toEqual([status, part, where]);
    expect(answer.headers["content-length"]).toBe(String(part.length));
  });

  it("a part is sent of the content that was meant only", async () => {
    const { etag = "" } = (await get("a.txt")).headers;
    const part = { range: "bytes=5-", "if-range": etag };
    expect((await get("a.txt", part)).status).toBe(206);
    expect((await get("a.txt", { ...part, "if-range": "Sat, 21 Nov 2026 11:00:00 GMT" })).status).toBe(200);
    await writeFile(join(files, "a.txt"), "another one");
    expect((await get("a.txt", part)).bytes.toString()).toBe("another one");
  });

  it("an empty one has no part", async () => {
    await writeFile(join(files, "empty"), "");
    expect((await get("empty")).status).toBe(200);
    expect((await get("empty", { range: "bytes=0-" })).status).toBe(416);
    expect((await get("empty", { range: "bytes=-1" })).status).toBe(416);
  });

  it.each([
    ["../secret", "path_unsafe"],
    ["/etc/passwd", "path_unsafe"],
    ["src", "file_is_folder"],
    ["none", "file_missing"],
    ["link", "file_special"],
    ["away/secret", "file_not_folder"],
    ["fifo", "file_special"],
  ])("%s is refused with %s", async (path, code) => {
    await symlink(join(home, "secret"), join(files, "link"));
    await symlink(home, join(files, "away"));
    execFileSync("mkfifo", [join(files, "fifo")]);
    expect(codeOf(await get(path))).toBe(code);
  });

  it("another bot's is not found", async () => {
    expect(codeOf(await rpc.whole({ path: "/file", query: { botId: "jihgfedcba", path: "a.txt" } }))).toBe("not_found");
  });

  it("of a large one only so much is read as is taken, and one that becomes shorter breaks off", async () => {
    const SIZE = 512 * 1024 * 1024;
    await writeFile(join(files, "large"), "");
    await truncate(join(files, "large"), SIZE);
    const answer = await rpc.call({ path: "/file", query: { botId, path: "large" } });
    answer.pause();
    await truncate(join(files, "large"), 1_000_000);
    let got = 0;
    await expect(
      (async () => {
        for await (const part of answer) got += part.length;
      })(),
    ).rejects.toThrow("aborted");
    // What was on its way when it became shorter: the buffers of two sockets, and not the file.
    expect(got).toBeLessThan(16 * 1024 * 1024);
  });
});

describe.each([
  ["zip", (archive: string, into: string) => execFileSync("python3", ["-m", "zipfile", "-e", archive, into])],
  ["tar.gz", (archive: string, into: string) => execFileSync("tar", ["-xzf", archive, "-C", into])],
] as const)("an archive as %s", (format, extract) => {
  const getArchive = (query: Record<string, string | readonly string[]> = {}) =>
    rpc.whole({ path: "/archive", query: { botId, folder: "", format, ...query } });

  async function unpacked(query?: Record<string, string | readonly string[]>) {
    const { status, bytes } = await getArchive(query);
    expect(status).toBe(200);
    await writeFile(join(home, "archive"), bytes);
    const into = join(home, "into");
    await rm(into, { recursive: true, force: true });
    await mkdir(into);
    extract(join(home, "archive"), into);
    return (await readdir(into, { recursive: true })).toSorted();
  }

  it("holds all that lies in a folder, with its bytes, and no more than that", async () => {
    await writeFile(join(files, "src/bot.js"), "x".repeat(1_000_000));
    await writeFile(join(files, "src/deep/süß.txt"), "ü");
    await writeFile(join(files, "empty"), "");
    await chmod(join(files, "empty"), 0o4755);
    await link(join(files, "empty"), join(files, "twin"));
    await symlink(join(home, "secret"), join(files, "link"));
    await symlink(home, join(files, "away"));
    await symlink("bot.js", join(files, "src/own"));
    execFileSync("mkfifo", [join(files, "src/fifo")]);
    await writeFile(Buffer.concat([Buffer.from(`${files}/`), Buffer.from([0xff, 0x41])]), "not UTF-8");
    await writeFile(join(files, "..\\up"), "a name that no archive may have");
    expect(await unpacked()).toEqual(["empty", "src", "src/bot.js", "src/deep", "src/deep/süß.txt", "twin"]);
    expect((await readFile(join(home, "into/src/bot.js"))).length).toBe(1_000_000);
    expect(await readFile(join(home, "into/src/deep/süß.txt"), "utf8")).toBe("ü");
    if (format === "tar.gz") expect((await stat(join(home, "into/empty"))).mode & 0o7777).toBe(0o755);
  });

  it("holds the chosen things of a folder, under their names there", async () => {
    await writeFile(join(files, "src/deep/a"), "a");
    await writeFile(join(files, "src/b"), "b");
    await writeFile(join(files, "src/c"), "c");
    expect(await unpacked({ folder: "src", names: ["deep", "c", "c"] })).toEqual(["c", "deep", "deep/a"]);
  });

  it.each([
    [{ folder: ".." }, "path_unsafe"],
    [{ folder: "none" }, "file_missing"],
    [{ folder: "away" }, "file_not_folder"],
    [{ folder: "", names: ["none"] }, "file_missing"],
    [{ folder: "src", names: ["../../secret"] }, "path_unsafe"],
    [{ folder: "src", names: [".."] }, "path_unsafe"],
  ])("%j is refused with %s", async (query, code) => {
    await symlink(home, join(files, "away"));
    expect(codeOf(await getArchive(query))).toBe(code);
  });

  it("of what it packs only so much is read as is taken, and all is closed when nobody takes it", async () => {
    await writeFile(join(files, "src/noise"), randomBytes(24 * 1024 * 1024));
    await writeFile(join(files, "src/more"), randomBytes(24 * 1024 * 1024));
    const answer = await rpc.call({ path: "/archive", query: { botId, folder: "src", format } });
    await once(answer, "readable");
    expect(await openBelow(files)).not.toEqual([]);
    answer.destroy();
    await vi.waitFor(async () => expect(await openBelow(files)).toEqual([]));
  });

  it("never holds what a link leads to, however often a folder is swapped for one", async () => {
    await writeFile(join(files, "src/own"), "own");
    await writeFile(join(home, "outside/own"), "secret");
    await writeFile(join(home, "outside/leaked"), "secret");
    const swapper = spawn(process.execPath, ["-e", SWAPPER, join(files, "src"), join(home, "outside")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const met = new Set<string>();
    try {
      await once(swapper.stdout, "data");
      for (let tries = 0; tries < 400 || met.size < 2; tries++) {
        const { bytes } = await getArchive({ names: [] });
        const plain = format === "zip" ? bytes : gunzipSync(bytes);
        met.add(plain.includes("src/own") ? "folder" : "link");
        // Names stand in a zip as they are, and bytes in a tar as well.
        expect(plain.includes("leaked") || plain.includes("secret")).toBe(false);
      }
    } finally {
      swapper.kill("SIGKILL");
      await once(swapper, "exit");
    }
  });
});

/** What is open in this process below a folder. */
async function openBelow(folder: string): Promise<string[]> {
  const fds = await readdir("/proc/self/fd");
  const open = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return open.filter((path) => path.startsWith(folder));
}

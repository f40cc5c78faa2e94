import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Failure } from "../../cli/failure";
import { makeProgram } from "../../cli/program";
import { serveApi } from "../../src/server/api";
import { HOST, localKey } from "../../src/server/testing/panel";
import { type GitServer, startGitServer } from "../../worker/git/testing/git-server";
import { openRealPanel, type RealPanel } from "../support/real-panel";

/* What the command line moves in and out of a bot's files, against the real API and a real worker. */

let panel: RealPanel;
let web: Server;
let source: GitServer;
let here: string;
let files: string;
/** What was asked of the API. */
let asked: string[];
/** Breaks a request off before it is answered. */
let breaks: (what: string) => boolean;
let cwd: string;

beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "by-cli-"));
  mkdirSync(join(here, "https"));
  source = await startGitServer(join(here, "https"), (_request, response) => Boolean(response.end("pulled")));
  panel = await openRealPanel({ BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8", BOTYARD_GIT_CA_FILE: source.caFile });
  const owner = await panel.person("ada", "admin");
  files = join(panel.home, "bots", await panel.newBot(owner, "one"), "files");
  web = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const method = request.method ?? "GET";
    const body = method === "GET" ? undefined : new Uint8Array(await buffer(request));
    if (breaks(asked.at(-1) ?? "")) return void request.socket.destroy();
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" && name !== "host" && name !== "connection" ? [[name, value]] : [],
    );
    const more: [string, string][] = [
      ["host", HOST],
      ["x-botyard-peer", "127.0.0.1"],
    ];
    const answer = await serveApi(
      new Request(`http://${HOST}${request.url}`, { method, headers: [...headers, ...more], body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) await pipeline(Readable.from(bytesOf(answer.body)), response).catch(() => {});
    else response.end();
  });
  // As the web does, see ecosystem.config.js.
  web.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const address = web.address();
  vi.stubEnv("BOTYARD_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  vi.stubEnv("BOTYARD_TOKEN", localKey().authorization?.replace("Bearer ", "") ?? "");
  cwd = process.cwd();
  process.chdir(here);
});
afterAll(async () => {
  process.chdir(cwd);
  web?.closeAllConnections();
  web?.close();
  await source?.close();
  await panel?.close();
  rmSync(here, { recursive: true });
});
beforeEach(() => {
  asked = [];
  breaks = () => false;
});

async function* bytesOf(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** Runs `botyard files`; answers the exit code and what it printed. */
async function run(...args: string[]): Promise<{ exit: number; out: string; code?: string }> {
  let out = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    out += String(part);
    return true;
  });
  try {
    await makeProgram("0").parseAsync(["node", "botyard", "files", ...args]);
    return { exit: Number(process.exitCode ?? 0), out };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { exit: error.exit, out, code: error.code };
  } finally {
    process.exitCode = undefined;
    write.mockRestore();
  }
}
const there = (path: string) => readFileSync(join(files, path));
const chunks = () => asked.filter((one) => one.startsWith("PUT "));

test("a folder goes up with all that lies in it, but for links, and comes down packed", async () => {
  mkdirSync("pack/deep/empty", { recursive: true });
  writeFileSync("pack/a.txt", "a");
  writeFileSync("pack/deep/b.txt", "b");
  symlinkSync("/etc/passwd", "pack/link");
  writeFileSync("alone.txt", "alone");
  expect(await run("upload", "one", "pack", "alone.txt", "--to", "new/place")).toEqual({
    exit: 0,
    out: expect.anything(),
  });
  expect(there("new/place/pack/deep/b.txt").toString()).toBe("b");
  expect(there("new/place/alone.txt").toString()).toBe("alone");
  expect(readdirSync(join(files, "new/place/pack")).sort()).toEqual(["a.txt", "deep"]);
  expect(existsSync(join(files, "new/place/pack/deep/empty"))).toBe(true);
  expect(await run("upload", "one", "alone.txt", "--to", "new/place")).toMatchObject({ exit: 1, code: "file_exists" });
  expect((await run("upload", "one", "alone.txt", "--to", "new/place", "--keep-both")).exit).toBe(0);
  expect(there("new/place/alone (2).txt").toString()).toBe("alone");
  expect(await run("upload", "one", "nosuch")).toMatchObject({ exit: 2 });
  expect(await run("download", "one", "new", "--format", "zip")).toMatchObject({ exit: 0 });
  expect(readFileSync("new.zip").subarray(0, 2).toString()).toBe("PK");
});

test("an upload that broke off goes on where it stopped when it is asked for again", async () => {
  const bytes = randomBytes(20 * 1024 * 1024);
  writeFileSync("large.bin", bytes);
  breaks = () => chunks().length === 2;
  expect((await run("upload", "one", "large.bin")).exit).toBe(5);
  breaks = () => false;
  asked = [];
  expect((await run("upload", "one", "large.bin")).exit).toBe(0);
  expect(chunks().map((one) => one.replace(/.*offset=/, ""))).toEqual([`${8 * 1024 * 1024}`, `${16 * 1024 * 1024}`]);
  expect(there("large.bin").equals(bytes)).toBe(true);
});

test("a download goes on from what is there of the same file, and begins anew when it is another", async () => {
  const bytes = randomBytes(3 * 1024 * 1024);
  writeFileSync(join(files, "down.bin"), bytes);
  expect((await run("download", "one", "down.bin")).exit).toBe(0);
  expect(readFileSync("down.bin").equals(bytes)).toBe(true);
  expect(readdirSync(".").filter((name) => name.includes(".part"))).toEqual([]);
  const etag = await panel.db.bot.findFirstOrThrow().then(async ({ id }) => {
    const answer = await fetch(`${process.env.BOTYARD_URL}/api/v1/bots/${id}/files/download?path=down.bin`, {
      headers: localKey(),
    });
    await answer.arrayBuffer();
    return answer.headers.get("etag") ?? "";
  });
  const broken = (as: string, mark: Buffer) => {
    writeFileSync("down.bin.part", mark);
    writeFileSync("down.bin.part.etag", as);
  };
  // The beginning is another on purpose: it shows that only the rest came.
  const begun = Buffer.alloc(1_000_000, "x");
  broken(etag, begun);
  expect((await run("download", "one", "down.bin")).exit).toBe(0);
  expect(readFileSync("down.bin").subarray(0, 1_000_000).equals(begun)).toBe(true);
  expect(readFileSync("down.bin").subarray(1_000_000).equals(bytes.subarray(1_000_000))).toBe(true);
  broken('"another"', begun);
  expect((await run("download", "one", "down.bin")).exit).toBe(0);
  expect(readFileSync("down.bin").equals(bytes)).toBe(true);
  broken(etag, bytes);
  expect((await run("download", "one", "down.bin")).exit).toBe(0);
  expect(readFileSync("down.bin").equals(bytes)).toBe(true);
  truncateSync(join(files, "down.bin"), 0);
  expect((await run("download", "one", "down.bin", "-o", "empty.bin")).exit).toBe(0);
  expect(readFileSync("empty.bin").length).toBe(0);
  expect(await run("download", "one", "nosuch")).toMatchObject({ exit: 3, code: "file_missing" });
});

test("a file is pulled, things are packed and unpacked, names and texts are found", async () => {
  const url = `https://127.0.0.1:${source.port}/d/tool.txt?key=1`;
  expect(await run("pull", "one", url, "--to", "got")).toMatchObject({ exit: 0, out: "got/tool.txt: 1 placed\n" });
  expect(there("got/tool.txt").toString()).toBe("pulled");
  expect(await run("pull", "one", "https://10.0.0.1/")).toMatchObject({ exit: 1, code: "git_address_forbidden" });
  expect((await run("pack", "one", "got.zip", "got")).exit).toBe(0);
  expect((await run("pack", "one", "got.rar", "got")).exit).toBe(2);
  expect((await run("extract", "one", "got.zip", "--dry-run")).out).toContain("got/tool.txt");
  expect((await run("extract", "one", "got.zip", "--to", "again")).exit).toBe(0);
  expect(there("again/got/tool.txt").toString()).toBe("pulled");
  expect((await run("find", "one", "tool")).out.trim().split("\n").sort()).toEqual([
    "again/got/tool.txt",
    "got/tool.txt",
  ]);
  expect((await run("search", "one", "PULLED", "--in", "got")).out).toBe("got/tool.txt:1:1: pulled\n");
  expect(await run("search", "one", "nowhere to be found", "--in", "got")).toMatchObject({ exit: 1, out: "" });
});

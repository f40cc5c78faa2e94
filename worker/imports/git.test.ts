import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  commitBomb,
  type GitServer,
  git,
  type Intercept,
  makeRepository,
  startGitServer,
} from "../git/testing/git-server";
import type { Imports } from "../ports/index";
import { type ImportOptions, openImports } from "./index";

/** Real git against a real git server over https on loopback. */
let home: string;
let root: string;
let dir: string;
let server: GitServer;
let intercept: Intercept | undefined;
const opened: Imports[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "git-"));
  [root, dir] = [join(home, "served"), join(home, "imports")];
  mkdirSync(root);
  intercept = undefined;
  server = await startGitServer(root, (request, response) => intercept?.(request, response) ?? false);
});

afterEach(async () => {
  for (const imports of opened.splice(0)) await imports.close();
  await server.close();
  expect(await gitProcesses()).toEqual([]);
  await rm(home, { recursive: true });
});

async function open(more: Partial<ImportOptions> = {}) {
  const options = {
    dir,
    templatesDir: home,
    folders: [],
    allowNetworks: ["127.0.0.0/8", "::1"],
    limitBytes: 50 * 1024 * 1024,
  };
  const imports = await openImports({ ...options, gitCaFile: server.caFile, ...more });
  opened.push(imports);
  return imports;
}

const url = (path: string, host = "127.0.0.1") => `https://${host}:${server.port}/${path}`;

async function bring(imports: Imports, request: { url: string; branch?: string }) {
  const { id } = await imports.create("ann", { kind: "git", ...request });
  await vi.waitFor(() => expect(imports.get("ann", id).status.state).not.toBe("working"));
  return { id, status: imports.get("ann", id).status };
}

/** Command lines of the processes that work in our folders. */
async function gitProcesses(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(dir)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

const aBot = (folder: string) => writeFileSync(join(folder, "index.js"), 'require("discord.js")');

test("clones a repository, remembers the commit, and keeps no .git", async () => {
  const commit = makeRepository(root, "my-bot", aBot);
  const imports = await open();
  const { id, status } = await bring(imports, { url: url("my-bot.git") });
  expect(status).toMatchObject({
    state: "ready",
    files: 1,
    source: { kind: "git", url: url("my-bot.git"), commit },
    detection: { entry: "index.js", name: "my-bot", tokenOptional: false, warnings: [] },
  });
  const { folder = "" } = imports.take(id);
  expect(await readdir(folder)).toEqual(["index.js"]);
  expect(await readdir(dir)).toEqual([`${id}.taken`]);
});

test("takes a branch, and says when there is none of that name", async () => {
  makeRepository(root, "many", (folder) => {
    aBot(folder);
    git(folder, "add", ".");
    git(folder, "commit", "-q", "-m", "first");
    git(folder, "checkout", "-q", "-b", "dev/next");
    writeFileSync(join(folder, "dev.js"), "");
  });
  const imports = await open();
  const { status } = await bring(imports, { url: url("many.git"), branch: "dev/next" });
  expect(status).toMatchObject({ state: "ready", files: 2, source: { branch: "dev/next" } });
  expect((await bring(imports, { url: url("many.git"), branch: "none" })).status).toMatchObject({
    state: "failed",
    code: "git_branch_missing",
    values: { branch: "none" },
  });
});

test("a host is pinned to the address that was checked", async () => {
  makeRepository(root, "a", aBot);
  expect((await bring(await open(), { url: url("a.git", "localhost") })).status).toMatchObject({ state: "ready" });
});

test("a private address is refused before anything is started", async () => {
  const imports = await open({ allowNetworks: [] });
  for (const host of [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "169.254.169.254",
    "10.0.0.1",
  ]) {
    const asked = imports.create("ann", { kind: "git", url: `https://${host}:${server.port}/a.git` });
    await expect(asked, host).rejects.toMatchObject({ code: "git_address_forbidden" });
  }
  expect(server.requests).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

test("bad schemes and branches are refused before anything is started", async () => {
  const imports = await open();
  for (const bad of [
    "ext::sh -c id",
    "file:///etc",
    "ssh://-oProxyCommand=id@127.0.0.1/a",
    url("a.git").replace("https", "http"),
    url("a.git").replace("//", "//user:secret@"),
    "--upload-pack=id",
  ])
    await expect(imports.create("ann", { kind: "git", url: bad }), bad).rejects.toMatchObject({ code: "git_scheme" });
  await expect(
    imports.create("ann", { kind: "git", url: url("a.git"), branch: "--upload-pack=id" }),
  ).rejects.toMatchObject({ code: "git_branch_invalid" });
  expect(server.requests).toEqual([]);
});

test("a redirect is not followed, wherever it leads", async () => {
  makeRepository(root, "a", aBot);
  intercept = (request, response) => {
    if (!request.url?.startsWith("/moved")) return false;
    response.writeHead(302, { location: request.url.replace(/^\/moved(\.git)?/, url("a.git")) }).end();
    return true;
  };
  const { status } = await bring(await open(), { url: url("moved") });
  expect(status).toMatchObject({ state: "failed", code: "git_unreachable" });
  expect(server.requests.filter((line) => line.includes("/a.git"))).toEqual([]);
});

test("an address that answers only with .git is found all the same", async () => {
  makeRepository(root, "a", aBot);
  intercept = (request, response) => {
    if (!request.url?.startsWith("/a/")) return false;
    response.writeHead(301, { location: request.url.replace("/a/", "/a.git/") }).end();
    return true;
  };
  expect((await bring(await open(), { url: url("a") })).status).toMatchObject({ state: "ready", files: 1 });
});

test("nothing asks for a password, and the sentence shows none", async () => {
  intercept = (_request, response) => {
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    return true;
  };
  const { status } = await bring(await open(), { url: url("private.git") });
  expect(status).toMatchObject({
    state: "failed",
    code: "git_refused",
    message: expect.stringContaining("127.0.0.1 let nobody in"),
  });
});

test("a server that is not there, or whose certificate nobody knows, is said in git's words", async () => {
  makeRepository(root, "a", aBot);
  const imports = await open({ gitCaFile: undefined });
  expect((await bring(imports, { url: url("a.git") })).status).toMatchObject({
    state: "failed",
    code: "git_unreachable",
    message: expect.stringMatching(/certificate/i),
  });
  expect((await bring(imports, { url: "https://127.0.0.1:1/a.git" })).status).toMatchObject({
    state: "failed",
    code: "git_unreachable",
    values: { host: "127.0.0.1" },
  });
  expect(await readdir(dir)).toEqual([]);
});

test("links that lead out are left out with a warning; links inside stay", async () => {
  makeRepository(root, "links", (folder) => {
    aBot(folder);
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib/a.js"), "");
    symlinkSync("lib/a.js", join(folder, "inside"));
    symlinkSync("/etc/passwd", join(folder, "absolute"));
    symlinkSync("../../../../etc", join(folder, "lib/up"));
    symlinkSync("lib/up", join(folder, "through"));
    symlinkSync("nowhere", join(folder, "dangling"));
  });
  const imports = await open();
  const { id, status } = await bring(imports, { url: url("links.git") });
  expect(status).toMatchObject({
    state: "ready",
    detection: { warnings: ["4 links lead out of the bot's folder and were left out."] },
  });
  const { folder = "" } = imports.take(id);
  expect((await readdir(folder)).sort()).toEqual(["index.js", "inside", "lib"]);
  expect(await readdir(join(folder, "lib"))).toEqual(["a.js"]);
  expect(readlinkSync(join(folder, "inside"))).toBe("lib/a.js");
});

test("submodules and large files are not fetched, filters do not run, and it is said", async () => {
  makeRepository(root, "extras", (folder) => {
    aBot(folder);
    writeFileSync(join(folder, ".gitmodules"), '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% pwned\n');
    writeFileSync(join(folder, ".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n*.js filter=evil\n");
    writeFileSync(join(folder, "big.bin"), "version https://git-lfs.github.com/spec/v1\n");
  });
  const { status } = await bring(await open(), { url: url("extras.git") });
  expect(status).toMatchObject({
    state: "ready",
    detection: { warnings: [expect.stringContaining("submodules"), expect.stringContaining("Git LFS")] },
  });
});

test("an empty repository is said to be empty", async () => {
  git(root, "init", "-q", "--bare", "empty.git");
  expect((await bring(await open(), { url: url("empty.git") })).status).toMatchObject({
    state: "failed",
    code: "import_empty",
  });
  expect(await readdir(dir)).toEqual([]);
});

test("a repository larger than the limit is given up and removed", async () => {
  makeRepository(root, "big", (folder) => {
    aBot(folder);
    writeFileSync(join(folder, "zeros.bin"), Buffer.alloc(3 * 1024 * 1024));
  });
  const { status } = await bring(await open({ limitBytes: 1024 * 1024 }), { url: url("big.git") });
  expect(status).toMatchObject({ state: "failed", code: "import_too_big", values: { limit: "1 MB" } });
  expect(await readdir(dir)).toEqual([]);
});

test("a few objects that stand for ten thousand million files are refused before one is written", async () => {
  git(root, "init", "-q", "--bare", "bomb.git");
  commitBomb(join(root, "bomb.git"));
  const { status } = await bring(await open(), { url: url("bomb.git") });
  expect(status).toMatchObject({ state: "failed", code: "git_too_big" });
  expect(await readdir(dir)).toEqual([]);
});

/** A server that takes the request and never answers. */
const silent: Intercept = () => true;

test("a cancel in the middle of a clone kills git and leaves nothing", async () => {
  intercept = silent;
  const imports = await open();
  const { id, status } = await imports.create("ann", { kind: "git", url: url("a.git") });
  expect(status).toMatchObject({ state: "working", step: "clone" });
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));
  expect(await gitProcesses()).not.toEqual([]);
  await imports.cancel("ann", id);
  await vi.waitFor(async () => expect(await gitProcesses()).toEqual([]));
  expect(await readdir(dir)).toEqual([]);
});

test("a clone that takes too long is ended", async () => {
  intercept = silent;
  const { status } = await bring(await open({ gitTimeLimitMs: 500 }), { url: url("a.git") });
  expect(status).toMatchObject({
    state: "failed",
    code: "git_unreachable",
    message: expect.stringContaining("took longer than"),
  });
});

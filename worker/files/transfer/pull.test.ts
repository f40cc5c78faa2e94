import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type GitServer, startGitServer } from "../../git/testing/git-server";
import { BOT, createStage, type Stage } from "../stage";
import { openTestRpc } from "./testing/rpc";

/* Files fetched from a real https server on loopback, whose network an admin allowed. */

const names = vi.hoisted(() => ({ asked: [] as string[], of: new Map<string, string[]>() }));
vi.mock("node:dns/promises", async (original) => {
  const dns = await original<typeof import("node:dns/promises")>();
  return {
    ...dns,
    /** A name server of the attacker's: each time it is asked it has the next answer, and at last always the same. */
    async lookup(host: string, options: { all: true }) {
      const answers = names.of.get(host);
      if (!answers) return dns.lookup(host, options);
      names.asked.push(host);
      const [address = ""] = answers.length > 1 ? answers.splice(0, 1) : answers;
      return [{ address, family: 4 }];
    },
  };
});

const botId = BOT;
const owner = "u1";
const MB = 1024 * 1024;
let stage: Stage;
let server: GitServer;
let rpc: Awaited<ReturnType<typeof openTestRpc>>;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  stage = await createStage();
  const root = join(stage.home, "server");
  await mkdir(root);
  answer = (_request, response) => void response.end("bytes");
  server = await startGitServer(root, (request, response) => {
    answer(request, response);
    return true;
  });
  names.asked.length = 0;
  names.of.clear();
  rpc = await open(["127.0.0.0/8"]);
});
afterEach(async () => {
  await rpc.close();
  await server.close();
  expect(rpc.said).toEqual([]);
  await stage.remove();
});

const open = (allowNetworks: string[], patience: { patienceMs?: number; graceMs?: number } = {}) =>
  openTestRpc(stage, { pulls: { allowNetworks, caFile: server.caFile, ...patience } });
async function reopen(...options: Parameters<typeof open>): Promise<void> {
  await rpc.close();
  rpc = await open(...options);
}

type View = { id: string; name?: string; code?: string; status: { state: string; code?: string } };
const here = (path = "/a.bin") => `https://localhost:${server.port}${path}`;
const begin = (url: string, more = {}): Promise<View> =>
  rpc.ask("transfers.pull", { botId, owner, request: { url, ...more } });
const stateOf = (id: string): Promise<View> => rpc.ask("transfers.state", { botId, owner, transferId: id });

/** Fetches, and waits for the end; what is refused at once looks as what is refused later. */
async function pull(url: string, more = {}): Promise<View["status"] & { name?: string }> {
  let view = await begin(url, more);
  if (view.code) return { state: "failed", code: view.code };
  while (view.status.state === "working") view = await stateOf(view.id);
  return { ...view.status, ...(view.name !== undefined && { name: view.name }) };
}
const left = () => readdir(join(stage.root, "uploads")).catch(() => []);
const all = async () => (await readdir(stage.at, { recursive: true })).toSorted();

it("a file of some size gets its name when all of it is here", async () => {
  const bytes = randomBytes(3 * MB);
  answer = (_request, response) => {
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  };
  expect(await pull(here("/d/a%20b.bin?key=1#x"), { to: "src/new" })).toMatchObject({
    state: "done",
    placed: 1,
    name: "a b.bin",
  });
  expect((await readFile(join(stage.at, "src/new/a b.bin"))).equals(bytes)).toBe(true);
  expect(server.requests).toEqual(["GET /d/a%20b.bin?key=1"]);
  expect(await left()).toEqual([]);
});

it("tells how far it is, and ends when it is cancelled", async () => {
  answer = (_request, response) => {
    response.writeHead(200, { "content-length": 9 * MB });
    response.write(Buffer.alloc(MB));
  };
  const { id } = await begin(here());
  await vi.waitFor(async () =>
    expect((await stateOf(id)).status).toEqual({ state: "working", done: MB, total: 9 * MB }),
  );
  expect((await rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(9 * MB);
  await rpc.ask("transfers.cancel", { botId, owner, transferId: id });
  expect(await stateOf(id)).toMatchObject({ code: "transfer_gone" });
  expect([await all(), await left()]).toEqual([[], []]);
  expect((await rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(0);
});

it.each([
  ['attachment; filename="../../etc/pass wd"', "pass wd"],
  ["attachment; filename=a.txt", "a.txt"],
  ["attachment; filename=\"x.txt\"; filename*=UTF-8''s%C3%BC%C3%9F.txt", "süß.txt"],
  ["attachment; filename*=UTF-8''..%2F..%2Fevil.js", "evil.js"],
  ['attachment; filename="..\\..\\evil.js"', "evil.js"],
  ['attachment; filename=".npmrc"', "npmrc"],
  ['attachment; filename=".."', "a.bin"],
  ['attachment; filename=""', "a.bin"],
  ['attachment; filename="C:x"', "a.bin"],
  ["attachment; filename*=UTF-8''gpj.%E2%80%AEexe", "gpj.exe"],
  [`attachment; filename="${"x".repeat(400)}.tar"`, `${"x".repeat(251)}.tar`],
  ["inline", "a.bin"],
])("a name that the server says as %j is %j", async (disposition, name) => {
  answer = (_request, response) => {
    response.setHeader("content-disposition", disposition);
    response.end("x");
  };
  expect(await pull(here())).toMatchObject({ state: "done", name });
  expect(await all()).toEqual([name]);
});

it.each([
  ["/", "download"],
  ["/a/b/", "b"],
  ["/%2e%2e%2fevil", "evil"],
  ["/a%00b", "ab"],
  ["/%ff", "%ff"],
  ["/.env", ".env"],
])("without one the address names it: %s is %s", async (path, name) => {
  expect(await pull(here(path))).toMatchObject({ state: "done", name });
});

it("a given name is taken as it is or refused, and what is taken already is treated as was asked", async () => {
  for (const name of ["../x", "a/b", "a\\b", "..", "a\nb", "x "])
    expect([name, (await begin(here(), { name })).code]).toEqual([name, "path_unsafe"]);
  expect((await begin(here(), { to: "../x" })).code).toBe("path_unsafe");
  expect(server.requests).toEqual([]);
  await writeFile(join(stage.at, "b.txt"), "old");
  expect(await pull(here(), { name: "b.txt" })).toMatchObject({ state: "failed", code: "file_exists" });
  expect(await pull(here(), { name: "b.txt", conflict: "skip" })).toMatchObject({ state: "done", skipped: 1 });
  expect(await pull(here(), { name: "b.txt", conflict: "keepBoth" })).toMatchObject({ state: "done", placed: 1 });
  expect(await readFile(join(stage.at, "b.txt"), "utf8")).toBe("old");
  expect(await pull(here(), { name: "b.txt", conflict: "overwrite" })).toMatchObject({ state: "done", placed: 1 });
  expect(await all()).toEqual(["b (2).txt", "b.txt"]);
  expect(await readFile(join(stage.at, "b.txt"), "utf8")).toBe("bytes");
});

it("the server does not choose what is overwritten", async () => {
  await writeFile(join(stage.at, "index.js"), "mine");
  answer = (_request, response) => {
    response.setHeader("content-disposition", 'attachment; filename="index.js"');
    response.end("evil");
  };
  expect(await pull(here(), { conflict: "overwrite" })).toMatchObject({ state: "done", name: "a.bin" });
  expect(await readFile(join(stage.at, "index.js"), "utf8")).toBe("mine");
});

it("nothing is written through a link", async () => {
  await symlink(stage.outside, join(stage.at, "away"));
  await symlink(join(stage.outside, "x"), join(stage.at, "x"));
  expect(await pull(here(), { to: "away" })).toMatchObject({ state: "failed", code: "file_not_folder" });
  expect(await pull(here(), { name: "x", conflict: "overwrite" })).toMatchObject({ state: "done", placed: 1 });
  expect(await readdir(stage.outside)).toEqual([]);
});

it.each([
  "ftp://localhost/a",
  "file:///etc/passwd",
  "FILE:///etc/passwd",
  "data:text/plain,x",
  "//localhost/a",
  "localhost/a",
  "https://user@localhost/a",
  "https://user:pass@localhost/a",
  "https:///a",
  "https://local host/a",
  "https://localhost/a\nb",
  "https:\\\\localhost\\a",
  "https://[::1/a",
  "javascript:alert(1)",
])("the address %j is not taken", async (url) => expect((await begin(url)).code).toBe("pull_address"));

const inward = [
  "localhost",
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "127。0。0。1",
  "0.0.0.0",
  "10.0.0.1",
  "192.168.1.1",
  "172.16.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[fe80::1]",
  "[fd00::1]",
  "[64:ff9b::7f00:1]",
];
it("an address of this machine or its neighbours is refused, however it is written", async () => {
  await reopen([]);
  for (const host of inward)
    for (const scheme of ["https", "http"])
      expect([host, await pull(`${scheme}://${host}:${server.port}/`)]).toEqual([
        host,
        expect.objectContaining({ state: "failed", code: "git_address_forbidden" }),
      ]);
  expect(server.requests).toEqual([]);
});

/** Those that are no other way to write 127.0.0.1. */
const beyond = inward.slice(7).filter((host) => !host.startsWith("[::ffff:"));
it("and so is a redirect to one, to another scheme, or with a password", async () => {
  // Of all of loopback only the server itself is allowed.
  await reopen(["127.0.0.1"]);
  for (const [to, code] of [
    ...beyond.map((host) => [`https://${host}/`, "git_address_forbidden"]),
    ["https://127.0.0.2/", "git_address_forbidden"],
    ["//169.254.169.254/latest/meta-data", "git_address_forbidden"],
    ["file:///etc/passwd", "pull_address"],
    ["data:text/plain,x", "pull_address"],
    ["https://a:b@localhost/", "pull_address"],
    ["http://93.184.216.34/", "pull_address"],
  ] as const) {
    answer = (_request, response) => response.writeHead(302, { location: String(to) }).end();
    expect([to, await pull(here())]).toEqual([to, expect.objectContaining({ state: "failed", code })]);
  }
  expect(await all()).toEqual([]);
});

it("five redirects are followed, six are not", async () => {
  answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) return void response.end("there");
    response.writeHead(307, { location: `/${left - 1}` }).end();
  };
  expect(await pull(here("/5"))).toMatchObject({ state: "done", name: "5" });
  expect(await pull(here("/6"))).toMatchObject({ state: "failed", code: "pull_unreachable" });
});

it("a name is asked once at each step, and what it says later changes nothing", async () => {
  await reopen(["127.0.0.1"]);
  // The first answer is looked at; were the name asked again to connect, it would lead inward.
  names.of.set("evil.test", ["10.0.0.1", "127.0.0.1"]);
  expect(await pull(`https://evil.test:${server.port}/a`)).toMatchObject({ code: "git_address_forbidden" });
  names.of.set("evil.test", ["127.0.0.1", "10.0.0.1"]);
  // What was looked at is reached, and shows a certificate of another name.
  expect(await pull(`https://evil.test:${server.port}/a`)).toMatchObject({ code: "pull_unreachable" });
  expect(names.asked).toEqual(["evil.test", "evil.test"]);
  names.of.set("localhost", ["127.0.0.1", "10.0.0.1"]);
  answer = (_request, response) => response.writeHead(302, { location: here("/b") }).end();
  expect(await pull(here())).toMatchObject({ code: "git_address_forbidden" });
  expect(server.requests).toEqual(["GET /a.bin"]);
});

it("http is for a network that was allowed, and a certificate has to be good", async () => {
  const plain: Server = createServer((_request, response) => void response.end("plain"));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const address = plain.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/a`;
  expect(await pull(url)).toMatchObject({ state: "done" });
  await new Promise((resolve) => plain.close(resolve));
  await rpc.close();
  rpc = await openTestRpc(stage, { pulls: { allowNetworks: ["127.0.0.0/8"] } });
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
});

it.each<[string, typeof answer]>([
  ["is not there", (_request, response) => response.writeHead(404).end("no")],
  ["is only a part", (_request, response) => response.writeHead(206).end("no")],
  ["is packed", (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no")],
  ["leads nowhere", (_request, response) => response.writeHead(302).end()],
  [
    "breaks off",
    (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    },
  ],
  [
    "breaks off without having said its size",
    (_request, response) => {
      response.writeHead(200);
      response.write("half", () => response.destroy());
    },
  ],
])("a file that %s is not taken", async (_what, answers) => {
  answer = answers;
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  expect([await all(), await left()]).toEqual([[], []]);
});

it("a server that goes quiet is not waited for", async () => {
  await reopen(["127.0.0.0/8"], { patienceMs: 300 });
  answer = () => {};
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  answer = (_request, response) => {
    response.writeHead(200);
    response.write("half");
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  expect([await all(), await left()]).toEqual([[], []]);
});

it("a server that sends a few bytes now and then is not listened to for good", async () => {
  await reopen(["127.0.0.0/8"], { graceMs: 300 });
  let dripping: NodeJS.Timeout | undefined;
  answer = (_request, response) => {
    dripping = setInterval(() => response.write("x"), 20);
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "pull_unreachable" });
  clearInterval(dripping);
  expect([await all(), await left()]).toEqual([[], []]);
});

it.each(["said", "unsaid"])("more than the bot may have is refused while it comes, its size %s", async (said) => {
  stage.limits.diskMb = 2;
  let sent = 0;
  answer = (_request, response) => {
    response.writeHead(200, said === "said" ? { "content-length": 50 * MB } : {});
    const more = () => {
      for (; sent < 50 && !response.destroyed; sent++) if (!response.write(Buffer.alloc(MB))) return;
    };
    response.on("drain", more);
    more();
  };
  expect(await pull(here())).toMatchObject({ state: "failed", code: "files_over_quota" });
  expect(sent).toBeLessThan(50);
  expect([await all(), await left()]).toEqual([[], []]);
  expect((await rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(0);
});

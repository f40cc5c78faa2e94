import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { CHUNK_BYTES, type ImportView } from "#contracts/import";
import { rpc } from "#contracts/rpc";
import { openFiles } from "../files/index";
import { openFileSearches } from "../files/search/index";
import { openLogs } from "../logs/index";
import type { Dependencies, Deploys, Imports, Logs, Monitor, Transfers } from "../ports/index";
import { define } from "../supervisor/fakes";
import { node } from "../testing/node";
import { fakeSupervisor, supervised } from "../testing/supervisor";
import { openRpc } from "./index";
import { createVerbs } from "./verbs";

const bot = "abcdefghij";
const importId = "abcdefghijklmnop";
const view: ImportView = { id: importId, status: { state: "receiving", received: 0, total: 10 }, createdAt: 1 };
const monitor: Monitor = {
  samples: () => [{ at: 1, cpu: 2, memory: 3 }],
  host: () => [],
  onBot: () => () => {},
  onHost: () => () => {},
  close: () => {},
};

let home: string;
let logs: Logs;
let bots: ReturnType<typeof fakeSupervisor>;
let close: () => Promise<void>;
let staged: string;
let received: number;
let dropped: string[];
let said: string[];
let hosts: [string, string][];

const imports: Imports = {
  create: async () => view,
  get: () => view,
  retry: async () => view,
  branches: async () => ({ branches: [], head: null }),
  async chunk(owner, _id, file, offset, body) {
    if (owner !== "u1") throw new AppError("not_found", { what: "import" });
    received = 0;
    for await (const part of body) received += part.length;
    return { ...view, status: { state: "receiving", received, total: file + offset } };
  },
  finish: async () => view,
  cancel: async () => {},
  take: () => ({
    folder: staged,
    source: { kind: "upload", names: [] },
    detection: {
      runtime: "node",
      entry: "index.js",
      entries: [],
      installer: "none",
      name: null,
      warnings: [],
      tokenOptional: true,
    },
    hostKeys: "git.example ssh-ed25519 AAAA",
  }),
  close: () => {},
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "by-rpc-"));
  staged = join(home, "staged");
  logs = openLogs({ botsDir: home });
  bots = fakeSupervisor();
  dropped = [];
  said = [];
  hosts = [];
  ({ close } = await openRpc({ ...ports(), socketPath: socketPath(), say: (text) => void said.push(text) }));
});
afterEach(async () => {
  await close();
  await logs.close();
  expect(existsSync(socketPath())).toBe(false);
  rmSync(home, { recursive: true, force: true });
});

const socketPath = () => join(home, "worker.sock");
const ports = () => ({
  supervisor: bots.supervisor,
  imports,
  logs,
  files: openFiles({ botsDir: home, of: bots.supervisor.filesOf, say: (text) => void said.push(text) }),
  fileSearches: openFileSearches({
    folderOf: (botId) => bots.supervisor.filesOf(botId)?.folders.files,
    say: (text) => void said.push(text),
  }),
  monitor,
  gateway: { drop: (userId: string) => void dropped.push(userId), dropAll: () => void dropped.push("all") },
  sftp: { check: async () => {} },
  // Tried over the socket in files/transfer.
  transfers: { forget: async () => {}, check: async () => {} } as unknown as Transfers,
  // Tried in deploys.
  deploys: {
    forget: async () => {},
    knowHost: async (botId: string, hostKeys: string) => void hosts.push([botId, hostKeys]),
  } as unknown as Deploys,
  // Tried with real package managers in dependencies.
  dependencies: {} as Dependencies,
  node: () => node,
  templates: () => [],
});

type Reply = { status: number | undefined; body: unknown };
const send = (method: string, path: string, body: string | Buffer = "") =>
  new Promise<Reply>((resolve, reject) => {
    const sent = request({ socketPath: socketPath(), method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text || "null") }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
const ask = (name: string, input: unknown = {}) => send("POST", `/rpc/${name}`, JSON.stringify(input));

test("every name of the contract has a verb, and only its owner may open the socket", () => {
  expect(Object.keys(createVerbs(ports())).sort()).toEqual(Object.keys(rpc).sort());
  expect(statSync(socketPath()).mode & 0o777).toBe(0o600);
});

test("a bot is put, told, typed into, asked for and removed", async () => {
  expect(await ask("node.info")).toEqual({ status: 200, body: node });
  const live = { ...supervised(), samples: [{ at: 1, cpu: 2, memory: 3 }] };
  expect(await ask("bots.put", { definition: define(), importId })).toEqual({ status: 200, body: { live } });
  expect(hosts).toEqual([[bot, "git.example ssh-ed25519 AAAA"]]);
  expect(await ask("bots.live", { botIds: [bot, "zzzzzzzzzz"] })).toEqual({
    status: 200,
    body: { live: { [bot]: live } },
  });
  expect((await ask("bots.command", { botId: bot, command: "start" })).body).toEqual({ live });
  expect((await ask("bots.send", { botId: bot, text: "hi" })).body).toEqual({});
  expect((await ask("bots.log", { botId: bot, query: {} })).body).toEqual({ lines: [], start: null, end: null });
  expect((await ask("bots.runs", { botId: bot, limit: 5 })).body).toEqual({ runs: [] });
  expect((await ask("bots.remove", { botId: bot })).body).toEqual({});
  expect((await ask("access.changed", { userId: "u1" })).body).toEqual({});
  expect(dropped).toEqual(["u1"]);
  expect(bots.asked).toEqual([
    ["put", bot, staged],
    ["command", bot, "start"],
    ["send", bot, "hi"],
    ["remove", bot],
  ]);
});

test("an expected failure answers with its code, its values and the status of the table", async () => {
  expect(await ask("bots.log", { botId: bot, query: {} })).toEqual({
    status: 404,
    body: { code: "not_found", values: { what: "bot" } },
  });
  expect(await ask("bots.command", { botId: bot, command: "explode" })).toMatchObject({
    status: 400,
    body: { code: "bad_input" },
  });
  expect(await ask("nonsense")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await ask("constructor")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await send("POST", "/rpc/node.info", "{")).toMatchObject({ status: 400, body: { code: "bad_input" } });
  expect(await send("GET", "/rpc/node.info")).toMatchObject({ status: 404 });
  expect(said).toEqual([]);
});

test("a bug answers 500 without its text, and is said here", async () => {
  expect(await ask("bots.put", { definition: define({ name: "bug" }) })).toEqual({
    status: 500,
    body: { code: "unexpected", values: {} },
  });
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("a bug with a secret in it");
});

test("when a bot cannot be put its staged files do not stay", async () => {
  mkdirSync(staged);
  writeFileSync(join(staged, "index.js"), "");
  expect(await ask("bots.put", { definition: define({ name: "refused" }), importId })).toMatchObject({
    status: 507,
    body: { code: "disk_unwritable", values: { detail: "full" } },
  });
  expect(existsSync(staged)).toBe(false);
});

test("a chunk streams to the import, up to its bound", async () => {
  const path = (owner: string) => `/chunk?owner=${owner}&importId=${importId}&file=1&offset=4`;
  const chunk = Buffer.alloc(CHUNK_BYTES, 1);
  expect(await send("PUT", path("u1"), chunk)).toMatchObject({
    status: 200,
    body: { status: { received: CHUNK_BYTES, total: 5 } },
  });
  received = 0;
  expect(await send("PUT", path("u1"), Buffer.alloc(CHUNK_BYTES + 1))).toMatchObject({
    status: 413,
    body: { code: "chunk_too_big" },
  });
  expect(received).toBe(0);
  expect(await send("PUT", path("u2"), "x")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await send("PUT", "/chunk?owner=u1")).toMatchObject({ status: 400, body: { code: "bad_input" } });
});

test("a caller who goes away in the middle harms nobody", async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(socketPath(), () => {
      socket.write(
        `PUT /chunk?owner=u1&importId=${importId}&file=0&offset=0 HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nabc`,
      );
      socket.once("close", () => resolve());
      setImmediate(() => socket.destroy());
    });
  });
  expect(await ask("node.info")).toMatchObject({ status: 200 });
  expect(said).toEqual([]);
});

test("a log is streamed as text, no faster than it is taken, and ends with who takes it", async () => {
  expect(await send("GET", `/log?botId=${bot}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await send("GET", "/log?botId=../etc")).toMatchObject({ status: 400, body: { code: "bad_input" } });
  expect(await send("GET", `/log?botId=${bot}&since=x`)).toMatchObject({ status: 400 });
  bots.become(bot, supervised());
  const runDir = join(home, bot, "runs", "1");
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, "out.log"), "a line\n".repeat(2_000_000));
  writeFileSync(
    join(runDir, "run.json"),
    JSON.stringify({ botId: bot, run: 1, startedAt: 1, cause: "person", endedAt: 2 }),
  );
  const asked = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request({ socketPath: socketPath(), path, agent: false }, resolve).once("error", reject).end();
    });
  let bytes = 0;
  const whole = await asked(`/log?botId=${bot}&run=1`);
  for await (const part of whole) bytes += part.length;
  expect([whole.statusCode, whole.headers["content-type"], bytes]).toEqual([
    200,
    "text/plain; charset=utf-8",
    14_000_000,
  ]);
  const left = await asked(`/log?botId=${bot}&source=console`);
  await new Promise((resolve) => left.once("readable", resolve));
  left.destroy();
  // Its end is nobody's failure: the worker goes on answering, and has nothing to say.
  expect((await ask("node.info")).status).toBe(200);
  expect(said).toEqual([]);
});

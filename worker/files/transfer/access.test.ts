import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BotPermission, botPermissions } from "#contracts/access";
import { type GitServer, startGitServer } from "../../git/testing/git-server";
import { BOT, createStage, type Stage } from "../stage";
import { openTestRpc } from "./testing/rpc";

/* What goes on in somebody's name ends with their access: uploads while their bytes come, and what the worker does by itself. */

const botId = BOT;
const all = new Set<BotPermission>(botPermissions);
let may: Map<string, Set<BotPermission>>;
let hidden: Map<string, string[]>;
let stage: Stage;
let server: GitServer;
let now: number;
let rpc: Awaited<ReturnType<typeof openTestRpc>>;

beforeEach(async () => {
  stage = await createStage();
  may = new Map();
  hidden = new Map();
  now = Date.now();
  // A server that begins a file and goes on with it for good.
  server = await startGitServer(stage.outside, (_request, response) => {
    response.writeHead(200, { "content-length": 1_000_000 });
    response.write("begun");
    return true;
  });
  rpc = await openTestRpc(stage, {
    now: () => now,
    pulls: { allowNetworks: ["127.0.0.0/8"], caFile: server.caFile },
    may: (userId, keyId) => [...(may.get(keyId ?? userId) ?? all)],
    hidden: (userId) => hidden.get(userId) ?? [],
  });
});
afterEach(async () => {
  await rpc.close();
  await server.close();
  expect(rpc.said).toEqual([]);
  await stage.remove();
});

const without = (...gone: readonly BotPermission[]) => new Set([...all].filter((one) => !gone.includes(one)));
const pull = (owner: string, more = {}, keyId?: string) => {
  const url = `https://localhost:${server.port}/a.bin`;
  return rpc.ask("transfers.pull", { botId, owner, keyId, request: { url, ...more } });
};
const announce = (owner: string, path = "a", more = {}) =>
  rpc.ask("transfers.upload", { botId, owner, request: { files: [{ path, size: 10 }], ...more } });
const stateOf = async (owner: string, transferId: string) =>
  (await rpc.ask("transfers.state", { botId, owner, transferId })).status;
const changed = (userId: string) => rpc.ask("access.changed", { userId });
const left = () => readdir(join(stage.root, "uploads")).catch(() => []);

/** Begins a chunk that does not end, and waits until it has come that far; what it is answered with. */
async function drip(owner: string, transferId: string): Promise<{ answered: Promise<{ code?: string }> }> {
  const search = new URLSearchParams({ botId, owner, transferId, file: "0", offset: "0" });
  const socketPath = `${stage.home}/worker.sock`;
  const sent = request({ socketPath, method: "PUT", path: `/upload?${search}`, agent: false });
  const answered = once(sent, "response").then(async ([response]) => {
    let text = "";
    for await (const part of response) text += part;
    sent.destroy();
    return JSON.parse(text);
  });
  sent.on("error", () => {});
  sent.write("x");
  await vi.waitFor(async () => expect(await readdir(join(stage.root, "uploads", transferId))).toContain("0"));
  return { answered };
}

it("an upload ends in the middle of a chunk, and its place and room are free", async () => {
  stage.limits.diskMb = 1;
  const [mine, others] = [await announce("u1"), await announce("u2", "b")];
  const { answered } = await drip("u1", mine.id);
  expect(await left()).toHaveLength(2);
  may.set("u1", without("file:upload"));
  expect(await changed("u1")).toEqual({});
  expect(await answered).toEqual({ code: "not_allowed", values: { permission: "file:upload" } });
  await vi.waitFor(async () => expect(await left()).toEqual([others.id]));
  expect((await stateOf("u2", others.id)).state).toBe("receiving");
  expect((await rpc.files.bot(botId).then(({ quota }) => quota.usage())).bytes).toBe(10);
});

it("what still may goes on", async () => {
  const [upload, pulled] = [await announce("u1"), await pull("u1")];
  may.set("u1", without("file:delete", "file:write"));
  await changed("u1");
  expect([(await stateOf("u1", upload.id)).state, (await stateOf("u1", pulled.id)).state]).toEqual([
    "receiving",
    "working",
  ]);
});

it("a pull ends although nobody says so, and so does one that may no longer write over what is there", async () => {
  await writeFile(join(stage.at, "a.bin"), "old");
  const mine = await pull("u1", { name: "mine" });
  const over = await pull("u2", { conflict: "overwrite" });
  const others = await pull("u3", { name: "others" });
  may.set("u1", new Set());
  may.set("u2", without("file:write"));
  const failed = (permission: string) => ({ state: "failed", code: "not_allowed", values: { permission } });
  await vi.waitFor(async () => {
    expect(await stateOf("u1", mine.id)).toMatchObject(failed("file:upload"));
    expect(await stateOf("u2", over.id)).toMatchObject(failed("file:write"));
  });
  expect((await stateOf("u3", others.id)).state).toBe("working");
  expect([await readdir(stage.at), await left()]).toEqual([["a.bin"], [others.id]]);
});

it("what was begun by a key ends with the key, and nothing else of the same person does", async () => {
  const [byKey, own] = [await pull("u1", { name: "a" }, "k1"), await pull("u1", { name: "b" })];
  may.set("k1", new Set());
  await changed("u1");
  await vi.waitFor(async () => expect(await stateOf("u1", byKey.id)).toMatchObject({ code: "not_allowed" }));
  expect((await stateOf("u1", own.id)).state).toBe("working");
});

it("what goes on ends when paths are hidden from whose it is, and not because of those that were", async () => {
  const patterns = [".env"];
  const mine = await pull("u1", { name: "a" });
  const careful = await rpc.ask("transfers.pull", {
    botId,
    owner: "u2",
    hidden: patterns,
    request: { url: `https://localhost:${server.port}/b.bin` },
  });
  hidden.set("u1", patterns);
  hidden.set("u2", patterns);
  await changed("u1");
  await changed("u2");
  await vi.waitFor(async () => expect(await stateOf("u1", mine.id)).toMatchObject({ code: "sees_less" }));
  expect((await stateOf("u2", careful.id)).state).toBe("working");
});

it("what a bot has under way ends before the bot is removed", async () => {
  const { id } = await pull("u1");
  await rpc.transfers.forget(botId);
  expect(await left()).toEqual([]);
  expect((await rpc.ask("transfers.state", { botId, owner: "u1", transferId: id })).code).toBe("transfer_gone");
});

it("uploads that somebody left lying keep nobody from uploading, but those that go on do", async () => {
  for (let at = 0; at < 10; at++) await announce("u1", `f${at}`);
  expect((await announce("u2", "mine")).code).toBe("transfer_busy");
  now += 10 * 60_000 + 1;
  const { id } = await announce("u2", "mine");
  expect((await rpc.ask("transfers.uploads", { botId, owner: "u1" })).uploads).toHaveLength(9);
  expect((await stateOf("u2", id)).state).toBe("receiving");
});

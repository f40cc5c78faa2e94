import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startGitServer } from "../../git/testing/git-server";
import { rawZip } from "../../imports/testing/raw-zip";
import { BOT, createStage, type Stage } from "../stage";
import { startChild } from "./testing/killable";
import { callsOf } from "./testing/rpc";

/* Real workers killed -9 in the middle of what they do, and the next worker that goes on. */

const botId = BOT;
const owner = "u1";
const patience = { interval: 5 };
let stage: Stage;
let child: Awaited<ReturnType<typeof startChild>>;
let rpc: ReturnType<typeof callsOf>;

beforeEach(async () => {
  stage = await createStage();
  rpc = callsOf(join(stage.home, "worker.sock"));
  child = await startChild(stage.home);
});
afterEach(async () => {
  await child.kill();
  await stage.remove();
});

async function killAndStart() {
  await child.kill();
  const names = await readdir(stage.at, { recursive: true });
  child = await startChild(stage.home);
  return names;
}

const send = (transferId: string, file: number, offset: number, body: Buffer) =>
  rpc.whole({ method: "PUT", path: "/upload", query: { botId, owner, transferId, file, offset }, body });
const ask = (verb: string, transferId: string) => rpc.ask(`transfers.${verb}`, { botId, owner, transferId });
const left = () => readdir(join(stage.root, "uploads"));

it("in the middle of a chunk: nothing stands under its name, and the upload goes on from what arrived", async () => {
  const bytes = randomBytes(8 * 1024 * 1024);
  const files = [{ path: "a.bin", size: bytes.length }];
  const { id } = await rpc.ask("transfers.upload", { botId, owner, request: { files } });
  const path = `/upload?${new URLSearchParams({ botId, owner, transferId: id, file: "0", offset: "0" })}`;
  const sent = request({ socketPath: join(stage.home, "worker.sock"), method: "PUT", path, agent: false });
  sent.on("error", () => {});
  sent.write(bytes.subarray(0, 3_000_000));
  const staged = join(stage.root, "uploads", id, "0");
  await vi.waitFor(async () => expect((await stat(staged)).size).toBeGreaterThan(1_000_000), patience);
  expect(await killAndStart()).toEqual([]);
  const { received } = (await ask("uploadState", id)).files[0];
  expect(received).toBeGreaterThan(1_000_000);
  await send(id, 0, received, bytes.subarray(received));
  expect((await ask("finish", id)).status).toMatchObject({ state: "done", placed: 1 });
  expect((await readFile(join(stage.at, "a.bin"))).equals(bytes)).toBe(true);
  expect(await left()).toEqual([]);
});

it("while files get their names: each that has one is whole, and the next worker places the rest, but for what was hidden meanwhile", async () => {
  const text = Buffer.from("whole");
  const files = Array.from({ length: 400 }, (_, number) => ({ path: `d${number % 7}/f${number}`, size: text.length }));
  const { id } = await rpc.ask("transfers.upload", { botId, owner, request: { files } });
  for (const number of files.keys()) await send(id, number, 0, text);
  const hidden = ["d3/**"];
  const finished = rpc.ask("transfers.finish", { botId, owner, transferId: id, hidden }).catch(() => undefined);
  await vi.waitFor(async () => expect((await readdir(stage.at)).length).toBeGreaterThan(1), patience);
  const then = await killAndStart();
  await finished;
  const unseen = files.filter(({ path }) => path.startsWith("d3/"));
  expect(then.length).toBeLessThan(406 - unseen.length);
  const failed = unseen.map(({ path }) => ({ path, code: "file_missing", values: { path: expect.any(String) } }));
  const placed = 400 - unseen.length;
  expect((await ask("state", id)).status).toEqual({ state: "done", placed, skipped: 0, failed });
  for (const { path } of files.filter((one) => !unseen.includes(one)))
    expect(await readFile(join(stage.at, path), "utf8")).toBe("whole");
  expect((await readdir(stage.at, { recursive: true })).length).toBe(406 - unseen.length);
  expect(await left()).toEqual([]);
});

it("in the middle of an extraction: nothing of it is anywhere", async () => {
  const rows = Array.from({ length: 3_000 }, (_, number) => ({
    name: `d/f${number}`,
    data: "x".repeat(500),
    method: 8,
  }));
  await writeFile(join(stage.at, "a.zip"), rawZip(rows));
  const begun = rpc.ask("transfers.extract", { botId, owner, request: { path: "a.zip" } }).catch(() => undefined);
  const staged = async () => {
    const [id = ""] = await left().catch(() => []);
    return readdir(join(stage.root, "uploads", id)).catch(() => []);
  };
  await vi.waitFor(async () => expect((await staged()).length).toBeGreaterThan(20), patience);
  expect(await killAndStart()).toEqual(["a.zip"]);
  await begun;
  expect((await rpc.ask("transfers.uploads", { botId, owner })).uploads).toEqual([]);
  expect(await left()).toEqual([]);
  expect(await readdir(stage.at)).toEqual(["a.zip"]);
});

it("while a file is fetched from an address: nothing stands under its name, and nothing of it is left", async () => {
  const root = join(stage.home, "server");
  await mkdir(root);
  const server = await startGitServer(root, (_request, response) => {
    response.writeHead(200, { "content-length": 9_000_000 });
    return response.write(Buffer.alloc(1_000_000)) || true;
  });
  await child.kill();
  child = await startChild(stage.home, server.caFile);
  const request = { url: `https://127.0.0.1:${server.port}/a.bin` };
  const { id } = await rpc.ask("transfers.pull", { botId, owner, request });
  const staged = join(stage.root, "uploads", id, "0");
  await vi.waitFor(async () => expect((await stat(staged)).size).toBe(1_000_000), patience);
  expect(await killAndStart()).toEqual([]);
  await server.close();
  expect((await ask("state", id)).code).toBe("transfer_gone");
  expect(await left()).toEqual([]);
  expect(await readdir(stage.at)).toEqual([]);
});

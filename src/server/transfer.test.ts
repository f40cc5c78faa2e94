import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { CHUNK_BYTES } from "#contracts/import";
import { transferView } from "#contracts/transfer";
import { serveApi } from "./api";
import { HOST, nobody, openTestPanel, PASSWORD, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let stranger: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  stranger = await panel.person("stina");
  botId = await panel.bot(owner, "Bot");
});
afterAll(() => panel?.close());
beforeEach(() => Object.assign(panel.worker.download, { status: 200, headers: {}, pieces: () => ["one", "two"] }));

const get = (path: string, headers: Record<string, string> = {}, asker = owner.asker, signal?: AbortSignal) =>
  serveApi(
    new Request(`http://${HOST}/api/v1/bots/${botId}/files/${path}`, {
      headers: { host: HOST, "x-botyard-peer": "192.0.2.1", ...asker, ...headers },
      signal,
    }),
  );
const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code];

test("a part of a file is passed on as the worker says it, never as a page, and the download is remembered", async () => {
  const told = { etag: '"e"', "accept-ranges": "bytes", "content-range": "bytes 0-5/9", "content-length": "6" };
  Object.assign(panel.worker.download, { status: 206, headers: { ...told, "set-cookie": "a=b" } });
  const answer = await get("download?path=src/index.html", { range: "bytes=0-5", "if-range": '"e"' });
  expect(answer.status).toBe(206);
  expect(await answer.text()).toBe("onetwo");
  expect(Object.fromEntries(answer.headers)).toEqual({
    ...told,
    "content-type": "application/octet-stream",
    "content-disposition": "attachment; filename=\"index.html\"; filename*=UTF-8''index.html",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  expect(panel.worker.asks.at(-1)).toEqual({
    name: "/file",
    input: { botId, path: "src/index.html", names: [], range: "bytes=0-5", ifRange: '"e"' },
  });
  const entry = await panel.db.auditEntry.findFirstOrThrow({ where: { action: "file.download" } });
  expect(entry).toMatchObject({ botId, actorId: owner.id, detail: { path: "src/index.html" } });
});

test("a picture may be shown, an SVG is bytes", async () => {
  expect((await get("download?path=a/b.PNG")).headers.get("content-type")).toBe("image/png");
  expect((await get("download?path=b.svg")).headers.get("content-type")).toBe("application/octet-stream");
});

test.each([
  ["archive", "Bot.zip", { folder: "", names: [], format: "zip" }],
  ["archive?folder=src/my lib&format=tar.gz", "my lib.tar.gz", { folder: "src/my lib", names: [], format: "tar.gz" }],
  ["archive?folder=src&names=a", "a.zip", { folder: "src", names: ["a"], format: "zip" }],
  ["archive?folder=src&names=a&names=b", "src.zip", { folder: "src", names: ["a", "b"], format: "zip" }],
])("%s is %s", async (path, name, asked) => {
  panel.worker.download.headers = { "content-type": "application/zip" };
  const answer = await get(path);
  expect(await answer.text()).toBe("onetwo");
  expect(answer.headers.get("content-type")).toBe("application/zip");
  expect(answer.headers.get("content-disposition")).toContain(encodeURIComponent(name));
  expect(panel.worker.asks.at(-1)?.input).toMatchObject(asked);
});

test("who may not download gets nothing, and a wrong question is said to be one", async () => {
  expect(await codeOf(await get("download?path=a", {}, nobody))).toEqual([401, "not_signed_in"]);
  expect(await codeOf(await get("download?path=a", {}, stranger.asker))).toEqual([404, "not_found"]);
  expect(await codeOf(await get("archive?format=rar", {}, stranger.asker))).toEqual([404, "not_found"]);
  expect(await codeOf(await get("download"))).toEqual([400, "bad_input"]);
  expect(await codeOf(await get("archive?format=rar"))).toEqual([400, "bad_input"]);
});

test("a reader who goes ends it", async () => {
  let over = false;
  panel.worker.download.pieces = function* () {
    try {
      for (;;) yield "x".repeat(65_536);
    } finally {
      over = true;
    }
  };
  const gone = new AbortController();
  const answer = await get("archive", {}, owner.asker, gone.signal);
  await answer.body?.getReader().read();
  gone.abort();
  await vi.waitFor(() => expect(over).toBe(true));
});

test("an upload is announced, sent in chunks and finished in the name of who began it", async () => {
  const path = `/v1/bots/${botId}/uploads`;
  const ask = (method: string, more = "", body?: unknown, asker = owner.asker) =>
    panel.ask(asker, method, `${path}${more}`, body);
  const request = { files: [{ path: "a.txt", size: 3 }] };
  const announced = await ask("POST", "", request);
  expect(announced.status).toBe(201);
  const { id } = transferView.parse(announced.body);
  expect(panel.worker.asks.at(-1)?.input).toMatchObject({ botId, owner: owner.id, request: { ...request, to: "" } });
  const entry = await panel.db.auditEntry.findFirstOrThrow({ where: { action: "file.upload" } });
  expect(entry.detail).toEqual({ path: "", names: ["a.txt"], count: 1, conflict: "refuse" });
  const chunk = (size: number, asker = owner.asker) => {
    const headers = {
      "content-length": String(size),
      host: HOST,
      "x-botyard-peer": "192.0.2.1",
      "content-type": "application/octet-stream",
      ...asker,
      origin: `http://${HOST}`,
    };
    const url = `http://${HOST}/api${path}/${id}/files/0?offset=0`;
    return serveApi(new Request(url, { method: "PUT", headers, body: Buffer.alloc(size, "x") }));
  };
  expect((await chunk(3)).status).toBe(200);
  expect(panel.worker.asks.at(-1)?.input).toMatchObject({ botId, owner: owner.id, file: "0", offset: "0" });
  expect(panel.worker.chunks.at(-1)?.toString()).toBe("xxx");
  expect(await codeOf(await chunk(CHUNK_BYTES + 1))).toEqual([413, "chunk_too_big"]);
  expect(await codeOf(await chunk(3, stranger.asker))).toEqual([404, "not_found"]);
  for (const bot of ["%zz", "%00", "..%2F.."]) {
    const url = `http://${HOST}/api/v1/bots/${bot}/uploads/${id}/files/0?offset=0`;
    const headers = { host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1", ...owner.asker };
    const answer = await serveApi(new Request(url, { method: "PUT", headers, body: "x" }));
    expect(await codeOf(answer), bot).toEqual([404, "not_found"]);
  }
  expect((await ask("POST", "/taken", { paths: ["a.txt"] })).body).toMatchObject({ taken: [{ path: "a.txt" }] });
  expect((await ask("POST", `/${id}/finish`, {})).status).toBe(200);
  expect(await panel.db.auditEntry.count({ where: { action: "file.upload" } })).toBe(1);
  const over = { conflicts: [{ path: "a.txt", conflict: "overwrite" }] };
  expect((await ask("POST", `/${id}/finish`, over)).status).toBe(200);
  const last = await panel.db.auditEntry.findFirstOrThrow({
    where: { action: "file.upload" },
    orderBy: { id: "desc" },
  });
  expect(last.detail).toEqual({ path: "", names: ["a.txt"], count: 1, conflict: "overwrite" });
  expect(await ask("GET", "")).toMatchObject({ status: 200, body: { uploads: [{ id }] } });
  for (const [method, more] of [
    ["POST", ""],
    ["GET", ""],
    ["GET", `/${id}`],
    ["POST", `/${id}/finish`],
    ["POST", "/taken"],
  ] as const)
    expect((await ask(method, more, method === "POST" ? request : undefined, stranger.asker)).status).toBe(404);
});

test("an upload announced to write over what is there is not finished once that may no longer be", async () => {
  const path = `/v1/bots/${botId}/uploads`;
  const member = await panel.person("mia");
  const grant = (...permissions: string[]) =>
    panel.db.grant.upsert({
      where: { botId_userId: { botId, userId: member.id } },
      create: { botId, userId: member.id, permissions },
      update: { permissions },
    });
  await grant("file:upload", "file:write");
  const request = { files: [{ path: "a.txt", size: 3 }], conflict: "overwrite" };
  const { id } = transferView.parse((await panel.ask(member.asker, "POST", path, request)).body);
  await grant("file:upload");
  const finish = (body: unknown) => panel.ask(member.asker, "POST", `${path}/${id}/finish`, body);
  expect(await finish({})).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  expect((await finish({ conflicts: [{ path: "a.txt", conflict: "overwrite" }] })).status).toBe(403);
  // Decided otherwise it writes over nothing.
  expect((await finish({ conflict: "keepBoth" })).status).toBe(200);
  await grant("file:upload", "file:write");
  const before = await panel.db.auditEntry.count({ where: { action: "file.upload" } });
  expect((await finish({})).status).toBe(200);
  expect(await panel.db.auditEntry.count({ where: { action: "file.upload" } })).toBe(before);
});

test("a chunk that comes slowly is broken off when access ends meanwhile", async () => {
  const member = await panel.person("max");
  const key = await panel.ask(member.asker, "POST", "/v1/me/keys", { name: "cli", scope: null, password: PASSWORD });
  const { id: keyId, token } = z.object({ id: z.string(), token: z.string() }).parse(key.body);
  await panel.db.grant.create({ data: { botId, userId: member.id, permissions: ["file:upload"] } });
  let push = (_piece: Uint8Array) => {};
  const body = new ReadableStream<Uint8Array>({
    start(to) {
      push = (piece) => to.enqueue(piece);
    },
  });
  const url = `http://${HOST}/api/v1/bots/${botId}/uploads/${"a".repeat(16)}/files/0?offset=0`;
  const headers = { host: HOST, "x-botyard-peer": "192.0.2.1", authorization: `Bearer ${token}` };
  const answered = serveApi(new Request(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit));
  push(Buffer.from("x"));
  await panel.ask(member.asker, "DELETE", `/v1/me/keys/${keyId}`);
  const dripping = setInterval(() => push(Buffer.from("x")), 100);
  expect(await codeOf(await answered)).toEqual([401, "not_signed_in"]);
  clearInterval(dripping);
});

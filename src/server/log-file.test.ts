import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "#contracts/errors";
import { serveApi } from "./api";
import { HOST, nobody, openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let admin: Person;
let stranger: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  admin = await panel.person("ada", "admin");
  stranger = await panel.person("stina");
  botId = await panel.bot(owner, 'Über "bot" ..;x');
});
afterAll(() => panel?.close());
beforeEach(() => {
  panel.worker.log.pieces = () => ["one\n", "zwei ü\n"];
});

const get = (asker: Record<string, string>, path: string, signal?: AbortSignal) => {
  const headers = { host: HOST, "x-botyard-peer": "192.0.2.1", ...asker };
  return serveApi(new Request(`http://${HOST}/api/v1/bots/${path}`, { headers, signal }));
};
const download = (query = "", asker = owner.asker) => get(asker, `${botId}/log/file${query}`);

test("a log is a file of text, named after its bot whatever that is called, and the download is remembered", async () => {
  const answer = await download("?since=5&until=9&run=3");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe("one\nzwei ü\n");
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition":
      "attachment; filename=\"ber_bot_.._x-log-3.log\"; filename*=UTF-8''%C3%9Cber%20%22bot%22%20..%3Bx-log-3.log",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(panel.worker.asks.at(-1)).toEqual({
    name: "log",
    input: { botId, source: "console", since: "5", until: "9", run: "3" },
  });
  const entry = await panel.db.auditEntry.findFirstOrThrow({ where: { action: "log.download" } });
  expect(entry).toMatchObject({ botId, actorId: owner.id, detail: { source: "console", gzip: false, run: 3 } });
});

test("packed, it is the same text", async () => {
  const answer = await download("?gzip=true&source=install");
  expect(answer.headers.get("content-type")).toBe("application/gzip");
  expect(answer.headers.get("content-disposition")).toContain('-install.log.gz"');
  expect(gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()).toBe("one\nzwei ü\n");
});

test("who may not read its console gets no file of it, and a wrong question is said to be one", async () => {
  const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code];
  expect(await codeOf(await download("", nobody))).toEqual([401, "not_signed_in"]);
  expect(await codeOf(await download("", stranger.asker))).toEqual([404, "not_found"]);
  expect(await codeOf(await get(stranger.asker, "nosuchbot0/log/file?since=x"))).toEqual([404, "not_found"]);
  expect(await codeOf(await download("?since=yesterday"))).toEqual([400, "bad_input"]);
  expect(await codeOf(await download("?run=-1"))).toEqual([400, "bad_input"]);
  expect((await download("", admin.asker)).status).toBe(200);
  panel.worker.log.refusal = new AppError("not_found", { what: "bot" });
  expect(await codeOf(await download())).toEqual([404, "not_found"]);
  panel.worker.log.refusal = undefined;
});

test("of a log without end only so much is read as is taken, and a reader who goes ends it", async () => {
  let given = 0;
  let over = false;
  panel.worker.log.pieces = function* () {
    try {
      for (;;) {
        given += 1;
        yield "x".repeat(65_536);
      }
    } finally {
      over = true;
    }
  };
  for (const query of ["", "?gzip=true"]) {
    given = 0;
    over = false;
    const answer = await download(query);
    const reader = answer.body?.getReader();
    await reader?.read();
    let before = -1;
    // It comes to rest although nobody has gone.
    await vi.waitFor(() => {
      const now = given;
      const resting = now === before;
      before = now;
      expect(resting).toBe(true);
    }, 5_000);
    if (query === "") expect(given).toBeLessThan(200);
    expect(over).toBe(false);
    await reader?.cancel();
    await vi.waitFor(() => expect(over).toBe(true));
  }
  over = false;
  const gone = new AbortController();
  const answer = await get(owner.asker, `${botId}/log/file`, gone.signal);
  await answer.body?.getReader().read();
  gone.abort();
  await vi.waitFor(() => expect(over).toBe(true));
});

test("one person has only so many downloads under way", async () => {
  panel.worker.log.pieces = function* () {
    for (;;) yield "x".repeat(65_536);
  };
  const under = await Promise.all(Array.from({ length: 4 }, () => download()));
  expect((await download()).status).toBe(429);
  expect((await download("", admin.asker)).body?.cancel()).toBeDefined();
  await Promise.all(under.map((answer) => answer.body?.cancel()));
  panel.worker.log.pieces = () => ["free again"];
  await vi.waitFor(async () => expect((await download()).status).toBe(200));
});

test("a log that breaks off is not taken for a whole one", async () => {
  panel.worker.log.pieces = function* () {
    for (let piece = 0; piece < 200; piece++) yield "x".repeat(65_536);
    throw new Error("a disk that refuses");
  };
  await expect(download().then((answer) => answer.text())).rejects.toThrow();
  await expect(download("?gzip=true").then((answer) => answer.arrayBuffer())).rejects.toThrow();
});

test("reading and searching: a stranger sees no bot, a place or a pattern that is none is said to be none", async () => {
  const ask = (query: string, asker = owner.asker) => panel.ask(asker, "GET", `/v1/bots/${botId}/log${query}`);
  expect((await ask("/search?text=x", stranger.asker)).status).toBe(404);
  expect((await ask("", stranger.asker)).status).toBe(404);
  expect(await ask("?after=yesterday")).toMatchObject({ status: 400, body: { code: "bad_input" } });
  expect(await ask("/search?from=1.2.3")).toMatchObject({ status: 400, body: { code: "bad_input" } });
  expect((await ask(`/search?text=${"x".repeat(501)}`)).status).toBe(400);
  expect((await ask("/search?levels=loud")).status).toBe(400);
  panel.worker.refuse("bots.search", new AppError("bad_input", { detail: "a pattern" }));
  expect(await ask("/search?text=(&regex=true", admin.asker)).toMatchObject({
    status: 400,
    body: { detail: "a pattern" },
  });
  panel.worker.refuse("bots.search", null);
  expect((await ask("/search?text=x&levels=warn,error&from=2.10&exact=true")).status).toBe(200);
  expect(panel.worker.asks.at(-1)).toMatchObject({
    name: "bots.search",
    input: {
      search: { text: "x", levels: ["warn", "error"], from: { run: 2, offset: 10 }, exact: true, regex: false },
    },
  });
});

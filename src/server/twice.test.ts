import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { Prisma } from "#prisma/db";
import { serveApi } from "./api";
import { markOf } from "./process-mark";
import { sweep } from "./sweep";
import { HOST, idOf, keyOf, openTestPanel, PASSWORD, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let other: Person;
beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  other = await panel.person("oda");
});
afterAll(() => panel?.close());

async function ask(
  method: string,
  path: string,
  { body, headers = {}, asker = owner.asker }: { body?: object; headers?: Record<string, string>; asker?: object } = {},
) {
  const all = { host: HOST, origin: `http://${HOST}`, "content-type": "application/json", ...asker, ...headers };
  const init = { method, headers: all, ...(body && { body: JSON.stringify(body) }) };
  const answer = await serveApi(new Request(`http://${HOST}/api${path}`, init));
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text), text, headers: answer.headers };
}
const key = (name: string) => ({ "idempotency-key": name });

test("what is asked twice with one Idempotency-Key is done once, also when both come at once", async () => {
  const body = { name: "ci", days: 1, scope: null, password: PASSWORD };
  const make = () => ask("POST", "/v1/me/keys", { body, headers: key("k-1") });
  const both = await Promise.all([make(), make(), make()]);
  for (const { status, body } of both)
    if (status !== 201) expect([status, body.code]).toEqual([409, "idempotency_busy"]);
  const made = both.find(({ status }) => status === 201);
  const again = await make();
  expect([again.status, again.body]).toEqual([201, made?.body]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await panel.db.apiKey.count({ where: { userId: owner.id } })).toBe(1);
  // The answer held the key itself. Nothing that is kept shows it.
  const kept = JSON.stringify(await panel.db.idempotentAnswer.findMany());
  expect(kept).not.toContain(made?.body.token);
  expect(kept).not.toContain("k-1");
});

test("a key is of one person, one question and one day", async () => {
  const body = { name: "mine", days: 1, scope: null, password: PASSWORD };
  const first = await ask("POST", "/v1/me/keys", { body, headers: key("k-2") });
  const changed = await ask("POST", "/v1/me/keys", { body: { ...body, days: 2 }, headers: key("k-2") });
  expect([changed.status, changed.body.code]).toEqual([422, "idempotency_mismatch"]);
  const theirs = await ask("POST", "/v1/me/keys", { body, headers: key("k-2"), asker: other.asker });
  expect([theirs.status, theirs.body.token === first.body.token]).toEqual([201, false]);
  await panel.db.idempotentAnswer.updateMany({ data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } });
  const later = await ask("POST", "/v1/me/keys", { body, headers: key("k-2") });
  expect([later.status, later.body.token === first.body.token]).toEqual([201, false]);
  await sweep();
  expect(await panel.db.idempotentAnswer.count()).toBe(1);
});

test("what was refused may be asked again with its key, and nonsense is no key", async () => {
  const importId = idOf((await ask("POST", "/v1/imports", { body: { kind: "template", template: "demo-js" } })).body);
  const body = { importId, name: "twice", runtime: "node", entry: "index.js" };
  const taken = await panel.bot(owner, "twice");
  expect((await ask("POST", "/v1/bots", { body, headers: key("k-3") })).status).toBe(409);
  expect((await ask("DELETE", `/v1/bots/${taken}`)).status).toBe(200);
  const made = await ask("POST", "/v1/bots", { body, headers: key("k-3") });
  expect(made.status).toBe(201);
  expect((await ask("POST", "/v1/bots", { body, headers: key("k-3") })).body.id).toBe(made.body.id);
  for (const bad of ["", "x".repeat(201), "a b"])
    expect((await ask("POST", "/v1/bots", { body, headers: key(bad) })).body.code).toBe("bad_input");
  expect((await ask("POST", "/v1/bots", { body, headers: key("k-3"), asker: {} })).status).toBe(401);
});

test("what a panel left behind that died is done by whoever asks again, unless something was done for it", async () => {
  const body = { name: "left", days: 1, scope: null, password: PASSWORD };
  const make = (name: string) => ask("POST", "/v1/me/keys", { body, headers: key(name) });
  const keys = () => panel.db.apiKey.count({ where: { userId: owner.id, name: "left" } });
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  try {
    for (const name of ["k-4", "k-5"]) expect((await make(name)).status).toBe(201);
    const left = { status: null, body: Prisma.DbNull, process: markOf(other.pid ?? 0) };
    const rows = await panel.db.idempotentAnswer.findMany({ orderBy: { createdAt: "desc" }, take: 2 });
    const [later, earlier] = rows.map(({ owner, key }) => ({ owner_key: { owner, key } }));
    if (!later || !earlier) throw new Error("no rows");
    await panel.db.idempotentAnswer.update({ where: earlier, data: { ...left, acted: false } });
    await panel.db.idempotentAnswer.update({ where: later, data: left });
    const before = await keys();
    // It lives: it may be answering still.
    for (const name of ["k-4", "k-5"]) expect((await make(name)).body.code).toBe("idempotency_busy");
    other.kill("SIGKILL");
    await once(other, "exit");
    // Of all that ask again at once, one does it.
    const again = await Promise.all([make("k-4"), make("k-4"), make("k-4")]);
    expect(again.filter(({ status, headers }) => status === 201 && !headers.has("idempotency-replayed"))).toHaveLength(
      1,
    );
    for (let tries = 0; tries < 2; tries += 1) {
      const lost = await make("k-5");
      expect([lost.status, lost.body.code]).toEqual([409, "idempotency_lost"]);
    }
    expect(await keys()).toBe(before + 1);
  } finally {
    other.kill("SIGKILL");
  }
});

test("whether something was done is known also when the answer is lost", async () => {
  const botId = await panel.bot(owner, "silent");
  const start = () => ask("POST", `/v1/bots/${botId}/start`, { headers: key("k-6") });
  panel.worker.refuse("bots.command", new AppError("bot_not_running"));
  expect((await start()).body.code).toBe("bot_not_running");
  panel.worker.refuse("bots.command", null);
  panel.worker.hangUp("bots.command", true);
  expect((await start()).body.code).toBe("worker_away");
  panel.worker.hangUp("bots.command", false);
  const asks = panel.worker.asks.length;
  expect((await start()).body.code).toBe("idempotency_lost");
  expect(panel.worker.asks.length).toBe(asks);
  const entries = await panel.db.auditEntry.findMany({ where: { botId, action: "bot.start" } });
  expect(entries.map(({ detail }) => detail)).toEqual([{ unanswered: true }]);
});

test("what somebody knows already is not sent again, until it changes", async () => {
  const botId = await panel.bot(owner, "known");
  for (const path of ["", "/env", "/activity?limit=5"]) {
    const first = await ask("GET", `/v1/bots/${botId}${path}`);
    const etag = first.headers.get("etag") ?? "";
    const again = await ask("GET", `/v1/bots/${botId}${path}`, { headers: { "if-none-match": `"x", W/${etag}` } });
    expect([path, again.status, again.text, again.headers.get("etag")]).toEqual([path, 304, "", etag]);
  }
  const etag = (await ask("GET", `/v1/bots/${botId}/env`)).headers.get("etag") ?? "";
  await ask("PUT", `/v1/bots/${botId}/env/A`, { body: { value: "1" } });
  expect((await ask("GET", `/v1/bots/${botId}/env`, { headers: { "if-none-match": etag } })).status).toBe(200);
});

test("of two changes to what both have read one is made, and the other is told", async () => {
  const botId = await panel.bot(owner, "held");
  const etag = (await ask("GET", `/v1/bots/${botId}`)).headers.get("etag") ?? "";
  const rename = (name: string) => ask("PATCH", `/v1/bots/${botId}`, { body: { name }, headers: { "if-match": etag } });
  const both = await Promise.all([rename("one"), rename("two")]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect(both.find(({ status }) => status === 412)?.body.code).toBe("precondition_failed");
  const next = both.find(({ status }) => status === 200)?.headers.get("etag") ?? "";
  const set = (headers: Record<string, string>) =>
    ask("PUT", `/v1/bots/${botId}/env/B`, { body: { value: "1" }, headers });
  expect((await set({ "if-match": etag })).status).toBe(412);
  expect((await set({ "if-match": `W/${next}` })).status).toBe(412);
  expect((await set({ "if-match": `"x", ${next}` })).status).toBe(200);
  expect((await set({ "if-match": "*" })).status).toBe(200);
  expect((await set({})).status).toBe(200);
  // Also what changes no definition.
  const start = (ifMatch: string) => ask("POST", `/v1/bots/${botId}/start`, { headers: { "if-match": ifMatch } });
  expect([(await start(etag)).status, (await start("*")).status]).toEqual([412, 200]);
  // Whoever may not see it learns nothing by it.
  const stranger = await keyOf(panel.db, other.id, new Date(Date.now() + 60_000));
  const theirs = await ask("POST", `/v1/bots/${botId}/start`, { headers: { "if-match": etag }, asker: stranger });
  expect(theirs.status).toBe(404);
});

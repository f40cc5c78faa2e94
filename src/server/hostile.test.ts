import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { problem } from "#contracts/problem";
import { serveApi } from "./api";
import { HOST, openTestPanel, type Person, type TestPanel } from "./testing/panel";

/*
 * What no client of ours sends: it is refused in words, and never a bug of ours.
 */

let panel: TestPanel;
let owner: Person;
let admin: Person;
let botId: string;
beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("ada", "admin");
  owner = await panel.person("otto");
  botId = await panel.bot(owner, "one");
});
afterAll(() => panel?.close());

type Sent = { body?: BodyInit; headers?: Record<string, string>; asker?: Record<string, string> };
async function ask(method: string, path: string, { body, headers = {}, asker = owner.asker }: Sent = {}) {
  const own = { host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1" };
  const all = new Headers({ ...own, "content-type": "application/json", ...asker, ...headers });
  if (body instanceof FormData || headers["content-type"] === "") all.delete("content-type");
  return serveApi(new Request(`http://${HOST}/api${path}`, { method, headers: all, body }));
}
const told = async (answer: Response) => {
  const { status, code, detail } = problem.parse(await answer.json());
  expect(status).toBe(answer.status);
  return { status, code, detail };
};

test("what is no object of JSON is refused, and what is in it besides changes nothing", async () => {
  const path = `/v1/bots/${botId}`;
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const said: [string, number][] = [];
  for (const body of ["[]", "null", '"text"', "7", "{", "", "{}x", deep, `{"name":${deep}}`, '{"name":7}'])
    said.push([body.slice(0, 20), (await ask("PATCH", path, { body: body || " " })).status]);
  expect(said.filter(([, status]) => status !== 400)).toEqual([]);
  const odd =
    '{"__proto__":{"name":"evil"},"constructor":{"prototype":{"name":"evil"}},"botId":"zzzzzzzzzz","name":"a","name":"two"}';
  expect(await (await ask("PATCH", path, { body: odd })).json()).toMatchObject({ id: botId, name: "two" });
  expect(Reflect.get({}, "name")).toBeUndefined();
  const open = '{"name":"list_bots","input":{"deep":';
  const called = await ask("POST", "/v1/tools/call", { body: `${open}${deep}}}` });
  expect([called.status < 500, called.status]).toEqual([true, called.status]);
});

test("only JSON is read", async () => {
  const form = new FormData();
  form.append("name", "formed");
  const refused: Sent[] = [
    { body: form },
    { body: "name=formed", headers: { "content-type": "application/x-www-form-urlencoded" } },
    { body: '{"name":"formed"}', headers: { "content-type": "text/plain" } },
    { body: '{"name":"formed"}', headers: { "content-type": "application/jsonx" } },
  ];
  for (const sent of refused)
    expect(await told(await ask("PATCH", `/v1/bots/${botId}`, sent))).toMatchObject({
      status: 415,
      code: "media_type_unknown",
    });
  const plain = { body: '{"name":"plain"}', headers: { "content-type": "Application/JSON ; charset=utf-8" } };
  expect((await ask("PATCH", `/v1/bots/${botId}`, plain)).status).toBe(200);
  // What asks for nothing may say whatever it likes of it.
  const empty = { headers: { "content-type": "text/plain", accept: "text/html" } };
  expect((await ask("POST", `/v1/bots/${botId}/start`, empty)).status).toBe(200);
});

test("questions and cursors that nobody was given are refused", async () => {
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const late = "9007199254740991";
  const tried: [string, number][] = [
    [`/v1/bots?limit=1&sort=created&cursor=${forged([1e300, "x"])}`, 400],
    [`/v1/bots?limit=1&sort=created&cursor=${forged(["a", "x"])}`, 400],
    [`/v1/bots?limit=1&cursor=${forged([null, "x"])}`, 400],
    [`/v1/bots?limit=1&cursor=${forged(["\0", "x"])}`, 400],
    [`/v1/bots?limit=1&cursor=${forged({ __proto__: [] })}`, 400],
    ["/v1/bots?limit=1&limit=2", 400],
    ["/v1/bots?limit=1e9", 400],
    ["/v1/bots?limit[__proto__][x]=1", 400],
    ["/v1/bots?text=%00", 400],
    [`/v1/bots?text=${"x".repeat(100_000)}`, 400],
    [`/v1/bots?${"a[9999]=1&".repeat(1_000)}`, 200],
    [`/v1/audit?since=${late}`, 400],
    ["/v1/audit?text=%00", 400],
    ["/v1/audit?actor=%00", 400],
    ["/v1/audit?action=%00", 400],
    ["/v1/audit?cursor=-1", 400],
    [`/v1/audit?cursor=${"9".repeat(30)}`, 400],
    [`/v1/audit/file?since=${late}`, 400],
    ["/v1/audit/file?text=%00", 400],
    [`/v1/bots/${botId}/activity?cursor=1.5`, 400],
    [`/v1/bots/${botId}/runs?cursor=x`, 400],
    ["/v1/bots/%E0%A4%A", 404],
    ["/v1/bots/%00", 404],
    ["/v1/bots/%E0%A4%A/log/file", 404],
    ["/v1/users/%00", 400],
    [`/v1/bots/${botId}/log/stream?after=x`, 400],
  ];
  const said = await Promise.all(
    tried.map(async ([path]) => [path.slice(0, 60), (await ask("GET", path, { asker: admin.asker })).status]),
  );
  expect(said).toEqual(tried.map(([path, status]) => [path.slice(0, 60), status]));
});

test("other sites are let in nowhere, and what is private is kept by nobody", async () => {
  const from = { origin: "https://evil.example", "access-control-request-method": "GET" };
  for (const [method, path] of [
    ["OPTIONS", "/v1/bots"],
    ["GET", "/v1/bots"],
    ["GET", "/v1/events"],
    ["GET", "/v1/nothing"],
  ] as const) {
    const answer = await ask(method, path, { headers: from });
    await answer.body?.cancel();
    expect([path, [...answer.headers.keys()].filter((name) => name.startsWith("access-control"))]).toEqual([path, []]);
    if (method === "GET")
      expect([path, answer.headers.get("cache-control")]).toEqual([path, expect.stringContaining("no-store")]);
  }
});

test("a change of what is no bot's is held to If-Match as well", async () => {
  const read = await ask("GET", "/v1/audit/retention", { asker: admin.asker });
  const etag = read.headers.get("etag") ?? "";
  const set = (keepDays: number, mark: string) =>
    ask("PUT", "/v1/audit/retention", {
      asker: admin.asker,
      body: JSON.stringify({ keepDays }),
      headers: { "if-match": mark },
    });
  const both = await Promise.all([set(20, etag), set(21, etag)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await set(22, `W/${etag}`)).status).toBe(412);
  expect((await set(23, "*")).status).toBe(200);
  expect((await ask("PUT", "/v1/audit/retention", { body: "{}", headers: { "if-match": etag } })).status).toBe(403);
  // Nothing is there to be read, so nobody can have read it.
  const key = JSON.stringify({ name: "held", days: 1, scope: null });
  const made = await ask("POST", "/v1/me/password", { body: key, headers: { "if-match": etag } });
  expect(z.object({ code: z.string() }).parse(await made.json()).code).toBe("precondition_failed");
});

test("who sends slowly what they hold to If-Match lets nobody wait but themselves", async () => {
  let slow: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      slow = controller;
      controller.enqueue(Buffer.from("{"));
    },
  });
  const own = { host: HOST, origin: `http://${HOST}`, "content-type": "application/json", "if-match": "*" };
  const init = { method: "PATCH", headers: { ...own, ...owner.asker }, body, duplex: "half" };
  const sending = serveApi(new Request(`http://${HOST}/api/v1/me/preferences`, init));
  const change = (asker: Record<string, string>) =>
    ask("PATCH", "/v1/me/preferences", { asker, body: "{}", headers: { "if-match": "*" } });
  for (const asker of [admin.asker, owner.asker]) expect((await change(asker)).status).toBe(200);
  slow?.enqueue(Buffer.from("}"));
  slow?.close();
  expect((await sending).status).toBe(200);
});

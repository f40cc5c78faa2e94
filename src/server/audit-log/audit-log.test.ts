import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { serveApi } from "../api";
import { sweep } from "../sweep";
import { HOST, localKey, openTestPanel, type Person, type TestPanel } from "../testing/panel";

let panel: TestPanel;
let admin: Person;
let owner: Person;
let botId: string;
const SECRET = "hunter2hunter2";

beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("ada", "admin");
  owner = await panel.person("=otto");
  botId = await panel.bot(owner, "One");
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/API_KEY`, { value: SECRET });
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/API_KEY`, { value: `${SECRET}2` });
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/GREETING`, { value: "hello", secret: false });
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/GREETING`, { value: "goodbye", secret: false });
  await panel.ask(owner.asker, "PATCH", `/v1/bots/${botId}`, { name: "Two" });
});
afterAll(() => panel?.close());

const page = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      action: z.string(),
      via: z.string(),
      botName: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.string().nullable(),
});
const find = async (query: string) => page.parse((await panel.ask(admin.asker, "GET", `/v1/audit?${query}`)).body);
const file = async (asker: Record<string, string>, query: string) => {
  const headers = new Headers({ host: HOST, "x-botyard-peer": "192.0.2.1", ...asker });
  const answer = await serveApi(new Request(`http://${HOST}/api/v1/audit/file?${query}`, { headers }));
  return { status: answer.status, text: await answer.text(), type: answer.headers.get("content-type") };
};

test("an entry says what was before and is now, and of a secret only that it is one", async () => {
  const { entries } = await find("action=env");
  expect(entries.map(({ detail }) => detail.changes)).toEqual([
    [{ field: "GREETING", before: "hello", after: "goodbye" }],
    [{ field: "GREETING", before: null, after: "hello" }],
    // A secret that was set anew differs in nothing that may be told.
    undefined,
    [{ field: "API_KEY", before: null, after: "••••••" }],
  ]);
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/LATER`, { value: SECRET, secret: false });
  const [{ id: plain = 0n } = {}] = await panel.db.auditEntry.findMany({ orderBy: { id: "desc" }, take: 1 });
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/LATER`, { value: SECRET, secret: true });
  // What it was while everybody could read it stands where it was said; what makes it a secret does not say it again.
  expect(await panel.db.auditEntry.findMany({ where: { id: { gt: plain } } })).toMatchObject([
    { action: "env.set", detail: { key: "LATER", secret: true, changed: true } },
  ]);
  await panel.db.auditEntry.deleteMany({ where: { id: { gte: plain } } });
  const [renamed] = (await find("action=bot.update")).entries;
  expect(renamed).toMatchObject({
    via: "web",
    botName: "Two",
    detail: { changes: [{ field: "name", before: "One", after: "Two" }] },
  });
  expect(JSON.stringify(await panel.db.auditEntry.findMany({ select: { detail: true } }))).not.toContain(SECRET);
});

test("filters narrow it, pages go on without gap or double, and signs of a pattern are only signs", async () => {
  const all = (await find("limit=200")).entries.map(({ id }) => id);
  const first = await find("limit=3");
  const second = await find(`limit=200&cursor=${first.next}`);
  expect([...first.entries, ...second.entries].map(({ id }) => id)).toEqual(all);
  expect((await find(`actor=${owner.id}&limit=200`)).entries.length).toBe(all.length);
  expect((await find("actor=ada")).entries).toEqual([]);
  expect((await find("action=en")).entries).toEqual([]);
  expect((await find("text=greeting")).entries).toHaveLength(2);
  expect((await find("text=%25")).entries).toEqual([]);
  expect((await find(`botId=${botId}&until=1000`)).entries).toEqual([]);
});

test("only admins read it, and a key needs it in its scope", async () => {
  expect((await panel.ask(owner.asker, "GET", "/v1/audit")).status).toBe(403);
  expect((await file(owner.asker, "format=csv")).status).toBe(403);
  expect((await file({}, "format=csv")).status).toBe(401);
});

test("the file holds everything, and a name that looks like a formula stays a name", async () => {
  const csv = await file(localKey(), "action=bot.update&format=csv");
  expect(csv).toMatchObject({ status: 200, type: "text/csv; charset=utf-8" });
  const [heading, line, end] = csv.text.split("\r\n");
  expect(heading).toBe("id,at,actorKind,actor,actorId,address,via,action,botId,botName,detail");
  expect(line).toContain(",'=otto,");
  expect(end).toBe("");
  for (const name of ["a;=1+1", "b; -1", "c;d"]) await panel.ask(owner.asker, "POST", "/v1/tags", { name });
  const tags = (await file(localKey(), "action=tag.create&format=csv")).text;
  for (const name of ["a;'=1+1", "b;' -1", "c;d"]) expect(tags).toContain(name);
  const json = await file(localKey(), "format=json&action=env");
  expect(z.array(z.object({ action: z.string() })).parse(JSON.parse(json.text))).toHaveLength(4);
  expect(JSON.parse((await file(localKey(), "format=json&text=nothing-of-this")).text)).toEqual([]);
  // A page of the log names some of many paths, the file all of them.
  const paths = Array.from({ length: 50 }, (_, at) => `${at}.txt`);
  await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/files/delete`, { paths });
  expect((await find("action=file.delete")).entries[0]?.detail.paths).toHaveLength(20);
  expect((await file(localKey(), "format=csv&action=file.delete")).text).toContain("49.txt");
});

test("what is too old is removed, and who said so is remembered", async () => {
  const old = await panel.db.auditEntry.findFirstOrThrow({ orderBy: { id: "asc" } });
  await panel.db.auditEntry.update({ where: { id: old.id }, data: { at: new Date(Date.now() - 100 * 86_400_000) } });
  expect(await sweep()).toMatchObject({ AuditEntry: 0 });
  const said = await panel.ask(admin.asker, "PUT", "/v1/audit/retention", { keepDays: 90 });
  expect(said.body).toEqual({ keepDays: 90 });
  expect(await sweep()).toMatchObject({ AuditEntry: 1 });
  expect(await panel.db.auditEntry.findUnique({ where: { id: old.id } })).toBeNull();
  const [entry] = (await find("action=audit.retention")).entries;
  expect(entry?.detail.changes).toEqual([{ field: "keepDays", before: "365", after: "90" }]);
});

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AppError } from "#contracts/errors";
import { idOf, openTestPanel, type Person, type TestPanel } from "../testing/panel";

/*
 * A worker that does what it is asked and gives no answer: nobody knows then, which is what is remembered.
 */

let panel: TestPanel;
let owner: Person;
let member: Person;
let botId: string;
beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  member = await panel.person("mia");
  botId = await panel.bot(owner, "one");
});
afterAll(() => panel?.close());

const ask = (method: string, path: string, body?: object, asker = owner.asker) =>
  panel.ask(asker, method, `/v1/bots/${botId}${path}`, body);
const entries = () => panel.db.auditEntry.findMany({ where: { botId }, orderBy: { id: "desc" } });

test("what may have been done is remembered as such", async () => {
  panel.worker.hangUp("files.write", true);
  const saved = await ask("PUT", "/files/content", { path: "a.txt", text: "x", etag: "e1" });
  panel.worker.hangUp("files.write", false);
  expect(saved.body).toMatchObject({ code: "worker_away" });
  expect((await entries())[0]).toMatchObject({ action: "file.write", detail: { path: "a.txt", unanswered: true } });
  panel.worker.hangUp("bots.commandMany", true);
  await panel.ask(owner.asker, "POST", "/v1/bots/power", { botIds: [botId], command: "stop" });
  panel.worker.hangUp("bots.commandMany", false);
  expect((await entries())[0]).toMatchObject({ action: "bot.stop", detail: { unanswered: true } });
});

test("a definition that the worker took and the panel did not keep is taken back", async () => {
  const before = (await entries()).length;
  panel.worker.hangUp("bots.put", true);
  expect((await ask("PATCH", "", { name: "two" })).body).toMatchObject({ code: "worker_away" });
  expect(panel.worker.definitions.get(botId)?.name).toBe("two");
  panel.worker.hangUp("bots.put", false);
  await vi.waitFor(() => expect(panel.worker.definitions.get(botId)).toMatchObject({ name: "one", revision: 3 }));
  expect((await entries()).length).toBe(before);
  expect((await ask("PATCH", "", { name: "three" })).status).toBe(200);
  expect(panel.worker.definitions.get(botId)).toMatchObject({ name: "three", revision: 4 });
});

test("a bot that the worker took and the panel did not keep is taken back, as soon as the worker answers", async () => {
  const imported = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
  const given = { importId: idOf(imported.body), name: "half", runtime: "node", entry: "index.js" };
  const there = () => [...panel.worker.definitions.values()].some(({ name }) => name === "half");
  for (const name of ["bots.put", "bots.remove"] as const) panel.worker.hangUp(name, true);
  panel.worker.refuse("bots.remove", new AppError("worker_away"));
  expect((await panel.ask(owner.asker, "POST", "/v1/bots", given)).body).toMatchObject({ code: "worker_away" });
  const asks = () => panel.worker.asks.filter(({ name }) => name === "bots.remove").length;
  await vi.waitFor(() => expect(asks()).toBeGreaterThan(0));
  expect(there()).toBe(true);
  for (const name of ["bots.put", "bots.remove"] as const) panel.worker.hangUp(name, false);
  panel.worker.refuse("bots.remove", null);
  await vi.waitFor(() => expect(there()).toBe(false));
});

test("values and hidden paths in entries are told to those who may see them", async () => {
  await ask("PUT", "/env/GREETING", { value: "hello", secret: false });
  await ask("PATCH", "", { name: "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB" });
  await ask("PUT", "/files/content", { path: "hidden/plan.txt", text: "x", etag: "e1" });
  await ask("POST", "/uploads", { to: "hidden", files: [{ path: "deep/b.txt", size: 1 }] });
  await ask("POST", "/uploads", {
    to: "",
    files: [
      { path: "hidden-c.txt", size: 1 },
      { path: "seen.txt", size: 1 },
    ],
  });
  const whole = await ask("GET", "/activity?limit=100");
  for (const text of ["hello", "hidden/plan.txt", "deep/b.txt", "hidden-c.txt"]) expect(whole.text).toContain(text);
  // Whatever it is called by, a token is one.
  expect(whole.text).not.toContain("GabcDE");
  const grant = { botId, userId: member.id, permissions: ["bot:view", "activity:read"] };
  await panel.db.grant.create({ data: { ...grant, hiddenPaths: ["hidden*"] } });
  const seen = await ask("GET", "/activity?limit=100", undefined, member.asker);
  expect(JSON.parse(seen.text).entries).toHaveLength(JSON.parse(whole.text).entries.length);
  for (const text of ["hello", "plan.txt", "b.txt", "hidden"])
    expect([text, seen.text.includes(text)]).toEqual([text, false]);
  for (const text of ["GREETING", "seen.txt", "a.txt", "…"])
    expect([text, seen.text.includes(text)]).toEqual([text, true]);
});

test("a bot whose end was not answered is there still, and may be deleted again", async () => {
  panel.worker.hangUp("bots.remove", true);
  expect((await ask("DELETE", "")).body).toMatchObject({ code: "worker_away" });
  panel.worker.hangUp("bots.remove", false);
  expect((await entries())[0]).toMatchObject({ action: "bot.delete", detail: { unanswered: true } });
  expect((await ask("DELETE", "")).status).toBe(200);
  const [last] = await entries();
  expect([last?.action, last?.detail]).toEqual(["bot.delete", { name: expect.any(String) }]);
});

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { botDefinition } from "#contracts/bot";
import { compare } from "./compare";
import { idOf, openTestPanel, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let admin: Awaited<ReturnType<TestPanel["person"]>>;
let ada: Awaited<ReturnType<TestPanel["person"]>>;
beforeAll(async () => {
  panel = await openTestPanel();
  [admin, ada] = [await panel.person("root", "admin"), await panel.person("ada")];
});
afterAll(() => panel?.close());

const as = (who: typeof admin, method: string, path: string, body?: unknown) =>
  panel.ask(who.asker, method, `/v1${path}`, body);
const code = (answer: { body: unknown }) => z.object({ code: z.string() }).safeParse(answer.body).data?.code ?? "done";
const strays = async () =>
  z
    .object({ strays: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse((await as(admin, "GET", "/strays")).body)
    .strays.map(({ name }) => name);
const asked = (name: string) => panel.worker.asks.filter((one) => one.name === name).length;
const at = (botId: string) => panel.worker.definitions.get(botId);

/** A bot of Ada's of which the worker alone knows: its row was never kept, or is of a day that the database has not reached. */
async function lost(name: string): Promise<string> {
  const botId = await panel.bot(ada, name);
  await as(ada, "PUT", `/bots/${botId}/env/SHOWN`, { value: "yes" });
  await panel.db.bot.delete({ where: { id: botId } });
  return botId;
}

test("a bot that the worker alone has is shown to admins, left as it is, and becomes somebody's as it is", async () => {
  const [botId, removed] = [await lost("one"), await asked("bots.remove")];
  expect(await strays()).toEqual(["one"]);
  expect((await as(admin, "GET", "/doctor")).text).toContain(`one (${botId})`);
  expect(code(await as(ada, "GET", "/strays"))).toBe("not_allowed");
  expect(code(await as(ada, "POST", `/strays/${botId}/adopt`))).toBe("not_allowed");
  const before = at(botId);
  await compare();
  expect([at(botId), asked("bots.remove")]).toEqual([before, removed]);

  const same = await panel.bot(ada, "ONE");
  const adopt = (body: object) => as(admin, "POST", `/strays/${botId}/adopt`, body);
  expect(code(await adopt({ ownerId: ada.id }))).toBe("bot_name_taken");
  expect(code(await adopt({ ownerId: "nobody" }))).toBe("not_found");
  expect(await strays()).toEqual(["one"]);
  expect((await adopt({ ownerId: ada.id, name: "two" })).body).toMatchObject({ name: "two", owner: { id: ada.id } });
  expect(await strays()).toEqual([]);
  expect(at(botId)).toMatchObject({ name: "two", trusted: false, revision: (before?.revision ?? 0) + 1 });
  expect(at(botId)?.env).toEqual(before?.env);
  expect((await as(ada, "GET", `/bots/${botId}/env`)).text).toContain("SHOWN");
  expect(code(await adopt({ ownerId: ada.id, name: "three" }))).toBe("not_found");
  // What has a row is removed by its own way alone.
  expect(code(await as(admin, "DELETE", `/strays/${same}`))).toBe("not_found");
  expect(at(same)).toBeDefined();
  expect(await panel.db.auditEntry.count({ where: { action: { in: ["stray.adopt", "stray.remove"] } } })).toBe(1);
});

test("it is removed when an admin says so, and nobody else", async () => {
  const botId = await lost("gone");
  expect(code(await as(ada, "DELETE", `/strays/${botId}`))).toBe("not_allowed");
  expect(at(botId)).toBeDefined();
  expect((await as(admin, "DELETE", `/strays/${botId}`)).status).toBe(200);
  expect([at(botId), await strays()]).toEqual([undefined, []]);
  expect(await panel.db.auditEntry.count({ where: { botId, action: "stray.remove" } })).toBe(1);
});

test("a bot that is being made is no stray, and cannot be taken for one", async () => {
  const { body } = await as(ada, "POST", "/imports", { kind: "template", template: "demo-js" });
  const made = { importId: idOf(body), name: "new", runtime: "node", entry: "index.js" };
  // The worker has it, and its answer is on its way.
  const letGo = panel.worker.hold("bots.put");
  const puts = asked("bots.put");
  const making = as(ada, "POST", "/bots", made);
  await vi.waitFor(() => expect(asked("bots.put")).toBe(puts + 1));
  const last = panel.worker.asks.findLast(({ name }) => name === "bots.put");
  const { definition: put } = z.object({ definition: botDefinition }).parse(last?.input);
  panel.worker.definitions.set(put.id, put);
  expect(await strays()).toEqual([]);
  const removing = as(admin, "DELETE", `/strays/${put.id}`);
  letGo();
  expect(idOf((await making).body)).toBe(put.id);
  expect(code(await removing)).toBe("not_found");
  expect(at(put.id)).toMatchObject({ name: "new" });
});

test("a change that the worker took and nobody kept is not held against the next one", async () => {
  const botId = await panel.bot(ada, "kept");
  const now = at(botId);
  if (!now) throw new Error("no bot");
  // As after a web that died before the end of it, and as with a database of an earlier day.
  for (const ahead of [1, 40]) {
    const { revision } = at(botId) ?? now;
    panel.worker.definitions.set(botId, { ...now, name: "never", revision: revision + ahead });
    expect((await as(ada, "PATCH", `/bots/${botId}`, { name: `name ${ahead}` })).status).toBe(200);
    expect(at(botId)?.name).toBe(`name ${ahead}`);
    const row = await panel.db.bot.findUniqueOrThrow({ where: { id: botId } });
    expect(at(botId)?.revision).toBe(row.revision);
  }
});

test("what the web forgot as it died is found by comparing, and what is under way is left alone", async () => {
  const botId = await panel.bot(ada, "compared");
  const kept = at(botId);
  if (!kept) throw new Error("no bot");
  panel.worker.definitions.set(botId, { ...kept, name: "never", revision: 9 });
  await compare();
  await vi.waitFor(() => expect(at(botId)?.name).toBe("compared"));
  // Until it is kept, too.
  const row = () => panel.db.bot.findUniqueOrThrow({ where: { id: botId } });
  const { revision } = await vi.waitFor(async () => {
    const now = await row();
    expect(now.revision).toBe(at(botId)?.revision);
    return now;
  });

  const letGo = panel.worker.hold("bots.put");
  const puts = asked("bots.put");
  const changing = as(ada, "PATCH", `/bots/${botId}`, { name: "changed" });
  await vi.waitFor(() => expect(asked("bots.put")).toBe(puts + 1));
  panel.worker.definitions.set(botId, { ...kept, name: "changed", revision: revision + 1 });
  const comparing = compare();
  letGo();
  expect((await changing).status).toBe(200);
  await comparing;
  const now = await row();
  expect([now.name, now.revision]).toEqual(["changed", revision + 1]);
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { botDefinition } from "#contracts/bot";
import { homePaths } from "#contracts/home";
import { openRealPanel, type Person, type RealPanel } from "../support/real-panel";

/* What becomes of a database that was put back to an earlier day, seen at a real worker. */

let panel: RealPanel;
let admin: Person;
let botId: string;
beforeAll(async () => {
  panel = await openRealPanel();
  admin = await panel.person("root", "admin");
  botId = await panel.newBot(admin, "one");
});
afterAll(() => panel?.close());

const ask = (method: string, path: string, body?: object) => panel.ask(admin.asker, method, `/v1${path}`, body);
const kept = () =>
  botDefinition.parse(JSON.parse(readFileSync(`${homePaths(panel.home).bots}/${botId}/definition.json`, "utf8")));

test("a change is taken although the worker has later ones", async () => {
  for (const name of ["two", "three", "four"]) await ask("PATCH", `/bots/${botId}`, { name });
  await panel.db.bot.update({ where: { id: botId }, data: { revision: 1, name: "one", nameKey: "one" } });
  const { revision } = kept();
  expect((await ask("PATCH", `/bots/${botId}`, { name: "five" })).status).toBe(200);
  expect(kept()).toMatchObject({ name: "five", revision: revision + 1 });
});

test("a bot without a row is shown, keeps its files, and is adopted or removed", async () => {
  await panel.db.bot.delete({ where: { id: botId } });
  const shown = { strays: [{ id: botId, name: "five", live: { status: { state: "stopped" } } }] };
  expect((await ask("GET", "/strays")).body).toMatchObject(shown);
  expect((await ask("POST", `/strays/${botId}/adopt`, {})).body).toMatchObject({ id: botId, name: "five" });
  expect((await ask("GET", `/bots/${botId}/files/content?path=index.js`)).status).toBe(200);
  await panel.db.bot.delete({ where: { id: botId } });
  expect((await ask("DELETE", `/strays/${botId}`)).status).toBe(200);
  expect(() => kept()).toThrow(/ENOENT/);
  expect((await ask("GET", "/strays")).body).toEqual({ strays: [] });
});

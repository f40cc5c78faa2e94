import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let member: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  member = await panel.person("mia");
  botId = await panel.bot(owner, "searched");
});
afterAll(() => panel?.close());

const ask = (query: string, who = owner) => panel.ask(who.asker, "GET", `/v1/bots/${botId}/files/${query}`);

test("what is looked for reaches the worker, and is remembered nowhere", async () => {
  const where = { path: "", everywhere: false };
  const steps: [string, string, unknown][] = [
    ["search?text=x", "files.search", { ...where, text: "x", regex: false, exact: false, names: "", limit: 100 }],
    [
      "search?text=%5Ex&regex=true&exact=true&names=*.ts&path=src&everywhere=true&limit=7&from=12.3%3Asrc%2Fa%20b.js",
      "files.search",
      {
        path: "src",
        everywhere: true,
        text: "^x",
        regex: true,
        exact: true,
        names: "*.ts",
        limit: 7,
        from: "12.3:src/a b.js",
      },
    ],
    [
      "find?text=x&fuzzy=false&folders=true",
      "files.find",
      { ...where, text: "x", fuzzy: false, folders: true, limit: 100 },
    ],
    ["tokens?from=0.1%3Aa", "files.tokens", { ...where, from: "0.1:a" }],
  ];
  for (const [query, name, search] of steps) {
    expect([query, (await ask(query)).status]).toEqual([query, 200]);
    expect(panel.worker.asks.at(-1)).toEqual({ name, input: { botId, hidden: [], search } });
  }
  expect(await panel.db.auditEntry.count({ where: { botId, action: { not: "bot.create" } } })).toBe(0);
});

test("a place or a text that is none is said to be none, and so is what the worker says of a pattern", async () => {
  for (const query of [
    "search",
    "search?text=",
    `search?text=${"x".repeat(501)}`,
    "find?text=x&from=a.js",
    "tokens?from=1:a",
  ])
    expect([query, await ask(query)]).toMatchObject([query, { status: 400, body: { code: "bad_input" } }]);
  panel.worker.refuse("files.search", new AppError("bad_input", { detail: "a pattern" }));
  expect(await ask("search?text=(&regex=true")).toMatchObject({ status: 400, body: { detail: "a pattern" } });
  panel.worker.refuse("files.search", null);
});

test("names are for who may list, what stands in files for who may read them", async () => {
  const statuses = async () => [
    (await ask("find?text=x", member)).status,
    (await ask("search?text=x", member)).status,
    (await ask("tokens", member)).status,
  ];
  expect(await statuses()).toEqual([404, 404, 404]);
  await panel.db.grant.create({ data: { botId, userId: member.id, permissions: ["bot:view", "file:list"] } });
  expect(await statuses()).toEqual([200, 403, 403]);
  await panel.db.grant.updateMany({ where: { botId }, data: { permissions: ["bot:view", "file:read"] } });
  expect(await statuses()).toEqual([403, 200, 200]);
});

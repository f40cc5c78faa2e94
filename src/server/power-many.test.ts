import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let member: Person;
let admin: Person;

beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("ada", "admin");
  owner = await panel.person("otto");
  member = await panel.person("mia");
});
afterAll(() => panel?.close());

type Asker = typeof owner;
const tell = (who: Asker, botIds: string[], command: string) =>
  panel.ask(who.asker, "POST", "/v1/bots/power", { botIds, command });
const entries = (botId: string) =>
  panel.db.auditEntry.findMany({ where: { botId, action: { not: "bot.create" } }, orderBy: { id: "asc" } });

test("each bot of many has its own result, and only what was done is remembered", async () => {
  const [mine, busy, full, seen] = [
    await panel.bot(owner, "mine"),
    await panel.bot(owner, "busy"),
    await panel.bot(owner, "full"),
    await panel.bot(owner, "seen"),
  ];
  panel.worker.refuseBot(busy, new AppError("command_refused", { state: "running", command: "start" }));
  panel.worker.refuseBot(full, new AppError("disk_unwritable", { detail: "no space left", path: "/x" }));
  await panel.db.grant.create({ data: { botId: mine, userId: member.id, permissions: ["bot:view", "power:start"] } });
  await panel.db.grant.create({ data: { botId: seen, userId: member.id, permissions: ["bot:view"] } });

  const all = await tell(owner, [busy, mine, "nosuchbot1", full, mine], "start");
  expect(all).toMatchObject({
    status: 200,
    body: {
      results: [
        { botId: busy, outcome: "skipped", state: "running" },
        { botId: mine, outcome: "done", status: { state: "starting" } },
        { botId: "nosuchbot1", outcome: "failed", code: "not_found", values: { what: "bot" } },
        { botId: full, outcome: "failed", code: "disk_unwritable", values: { detail: "no space left", path: "/x" } },
      ],
    },
  });
  expect(await entries(mine)).toMatchObject([{ action: "bot.start", actorId: owner.id, actorName: "otto" }]);
  expect(await entries(busy)).toEqual([]);
  expect(await entries(full)).toEqual([]);

  const asked = panel.worker.asks.length;
  expect((await tell(member, [full, seen, mine], "start")).body).toMatchObject({
    results: [
      { botId: full, outcome: "failed", code: "not_found" },
      { botId: seen, outcome: "failed", code: "not_allowed", values: { permission: "power:start" } },
      { botId: mine, outcome: "done" },
    ],
  });
  expect(panel.worker.asks.slice(asked)).toEqual([
    { name: "bots.commandMany", input: { botIds: [mine], command: "start" } },
  ]);
  // Nobody who may do nothing with them reaches the worker at all.
  expect((await tell(member, [full, seen], "kill")).body).toMatchObject({
    results: [{ code: "not_found" }, { code: "not_allowed" }],
  });
  expect(panel.worker.asks.length).toBe(asked + 1);
});

test("a thousand at once are one question to the worker", async () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `many${String(n).padStart(6, "0")}`);
  await panel.db.bot.createMany({
    data: ids.map((id) => ({
      id,
      nodeId: "node1",
      ownerId: owner.id,
      name: id,
      nameKey: id,
      runtime: "node",
      entry: "index.js",
      source: { kind: "upload", names: [] },
      settings: {},
    })),
  });
  panel.worker.refuseBot(ids[500] ?? "", new AppError("command_refused", { state: "stopped", command: "stop" }));
  const asked = panel.worker.asks.length;
  const { status, body } = await tell(owner, ids, "stop");
  expect(status).toBe(200);
  expect(body).toMatchObject({ results: ids.map((botId, n) => ({ botId, outcome: n === 500 ? "skipped" : "done" })) });
  expect(panel.worker.asks.length).toBe(asked + 1);
  expect(await panel.db.auditEntry.count({ where: { action: "bot.stop", actorId: owner.id } })).toBe(999);
  expect((await tell(owner, [...ids, "onetoomany"], "stop")).status).toBe(400);
});

test("a worker that is away fails every bot of it, and nothing is remembered", async () => {
  const botId = await panel.bot(owner, "alone");
  panel.worker.refuse("bots.commandMany", new AppError("worker_away"));
  try {
    expect((await tell(owner, [botId], "restart")).body).toMatchObject({
      results: [{ botId, outcome: "failed", code: "worker_away" }],
    });
  } finally {
    panel.worker.refuse("bots.commandMany", null);
  }
  expect(await entries(botId)).toEqual([]);
});

test("an admin's bot is trusted, another's only when an admin says so", async () => {
  const theirs = await panel.bot(owner, "theirs");
  const ours = await panel.bot(admin, "ours");
  expect(panel.worker.definitions.get(ours)).toMatchObject({ trusted: true });
  expect(panel.worker.definitions.get(theirs)).toMatchObject({ trusted: false, revision: 1 });

  const trust = (who: Asker, trusted: boolean) => panel.ask(who.asker, "PUT", `/v1/bots/${theirs}/trust`, { trusted });
  expect((await trust(owner, true)).status).toBe(403);
  expect(await panel.ask(owner.asker, "GET", `/v1/bots/${theirs}`)).toMatchObject({ body: { trusted: false } });

  expect(await trust(admin, true)).toMatchObject({ status: 200, body: { trusted: true } });
  expect(panel.worker.definitions.get(theirs)).toMatchObject({ trusted: true, revision: 2 });
  expect(await trust(admin, false)).toMatchObject({ status: 200, body: { trusted: false } });
  expect(await entries(theirs)).toMatchObject([
    { action: "bot.trust", detail: { trusted: true }, actorId: admin.id },
    { action: "bot.trust", detail: { trusted: false } },
  ]);
});

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
  botId = await panel.bot(owner, "packed");
});
afterAll(() => panel?.close());

const ask = (method: string, path: string, body?: unknown, who = owner) =>
  panel.ask(who.asker, method, `/v1/bots/${botId}/dependencies${path}`, body);
const entries = () =>
  panel.db.auditEntry.findMany({
    where: { botId, action: { startsWith: "dependency." } },
    orderBy: { id: "asc" },
    select: { action: true, detail: true },
  });

test("a change reaches the worker with who asked, and is remembered by its name", async () => {
  expect(await ask("GET", "")).toMatchObject({ status: 200, body: { manager: "npm", dependencies: [] } });
  expect(await ask("POST", "/install", { name: "discord.js", range: "^14" })).toMatchObject({ status: 200 });
  expect(panel.worker.asks.at(-1)).toEqual({
    name: "dependencies.install",
    input: { botId, request: { name: "discord.js", range: "^14" }, start: false, author: "otto" },
  });
  expect(await ask("POST", "/remove", { name: "eris" })).toMatchObject({ status: 200 });
  expect(await ask("POST", "/check", {})).toMatchObject({ status: 200 });
  expect(await ask("POST", "/cancel", {})).toMatchObject({ status: 200 });
  panel.worker.refuse("dependencies.install", new AppError("dependency_invalid", { name: "-g", example: "x" }));
  expect(await ask("POST", "/install", { name: "-g" })).toMatchObject({
    status: 400,
    body: { code: "dependency_invalid" },
  });
  panel.worker.refuse("dependencies.install", null);
  expect((await entries()).map(({ action }) => action).sort()).toEqual([
    "dependency.cancel",
    "dependency.check",
    "dependency.install",
    "dependency.remove",
  ]);
});

test("each change asks for its own permission, and a start for that of starting", async () => {
  const statuses = async () => {
    const all = [ask("GET", "", undefined, member)];
    for (const [path, body] of [
      ["/check", {}],
      ["/install", { name: "x" }],
      ["/install", { name: "x", start: true }],
      ["/remove", { name: "x" }],
      ["/cancel", {}],
    ] as const)
      all.push(ask("POST", path, body, member));
    return (await Promise.all(all)).map(({ status }) => status);
  };
  const grant = async (...permissions: string[]) => {
    await panel.db.grant.deleteMany({ where: { botId } });
    await panel.db.grant.create({ data: { botId, userId: member.id, permissions: ["bot:view", ...permissions] } });
  };
  expect(await statuses()).toEqual([404, 404, 404, 404, 404, 404]);
  await grant("dependency:read");
  expect(await statuses()).toEqual([200, 200, 403, 403, 403, 403]);
  await grant("dependency:install");
  expect(await statuses()).toEqual([403, 403, 200, 403, 403, 200]);
  await grant("dependency:install", "power:start");
  expect(await statuses()).toEqual([403, 403, 200, 200, 403, 200]);
  await grant("dependency:remove");
  expect(await statuses()).toEqual([403, 403, 403, 403, 200, 200]);
});

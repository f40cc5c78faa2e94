import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { homePaths } from "#contracts/home";
import { openRealPanel, type Person, type RealPanel } from "../support/real-panel";
import { serve } from "../support/served";

/* A bot that asks the panel: it writes down what it is told about itself, about a sibling and about a stranger's bot. */

let panel: RealPanel;
let served: Awaited<ReturnType<typeof serve>>;
let owner: Person;
let botId: string;
let sibling: string;
let foreign: string;

beforeAll(async () => {
  served = await serve();
  panel = await openRealPanel({ PORT: new URL(served.url).port });
  owner = await panel.person("otto");
  const other = await panel.person("stina");
  [botId, sibling, foreign] = [
    await panel.newBot(owner, "asker"),
    await panel.newBot(owner, "sibling"),
    await panel.newBot(other, "foreign"),
  ];
  const files = join(homePaths(panel.home).bots, botId, "files");
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, "index.js"), asker);
});
afterAll(async () => {
  await panel?.close();
  await served?.close();
});

const asker = `
const { BOTYARD_URL: url, BOTYARD_TOKEN: token } = process.env;
const ask = (path, method = "GET") =>
  fetch(url + "/api/v1" + path, { method, headers: { authorization: "Bearer " + token } }).then(({ status }) => status);
process.stdin.on("data", async (line) => {
  const [id, verb] = String(line).trim().split(" ");
  const path = id === "all" ? "/bots" : "/bots/" + id;
  console.log("answer " + id + " " + (verb || "see") + " " + (await ask(verb ? path + "/" + verb : path, verb ? "POST" : "GET")));
});
console.log(token === undefined ? "no key" : "key " + token);
`;

const lines = async (): Promise<string[]> => {
  const { body } = await panel.ask(owner.asker, "GET", `/v1/bots/${botId}/log?limit=50`);
  const page = z.object({ lines: z.array(z.object({ text: z.string() })) }).parse(body);
  return page.lines.map(({ text }) => text);
};
const seen = (line: string) => vi.waitFor(async () => expect(await lines()).toContain(line));

/** Lets it reach so far, starts it anew, and waits until it says so. */
async function reach(far: string, line: string): Promise<void> {
  const set = await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/panel-reach`, { reach: far });
  expect(set).toMatchObject({ status: 200, body: { panelReach: far } });
  const before = (await lines()).filter((text) => text === line).length;
  await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/restart`);
  await vi.waitFor(async () => expect((await lines()).filter((text) => text === line).length).toBe(before + 1));
}
async function told(question: string): Promise<number> {
  const start = `answer ${question.includes(" ") ? question : `${question} see`} `;
  const answers = async () => (await lines()).filter((text) => text.startsWith(start));
  const before = (await answers()).length;
  await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/input`, { text: question });
  return vi.waitFor(async () => {
    const answer = (await answers())[before];
    expect(answer).toBeDefined();
    return Number(answer?.slice(start.length));
  });
}

test("a bot that may not has no key; one that may sees itself only, and no log shows its key", async () => {
  await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/start`);
  await seen("no key");
  await reach("itself", "key ••••••");
  expect(await told(botId)).toBe(200);
  expect([await told(sibling), await told(foreign), await told(`${sibling} restart`)]).toEqual([404, 404, 404]);
  expect([await told(`${botId} stop`), await told(`${botId} kill`)]).toEqual([403, 403]);
});

test("with siblings it sees its owner's other bots, and starts one again under its own name", async () => {
  await reach("siblings", "key ••••••");
  expect([await told(sibling), await told(foreign)]).toEqual([200, 404]);
  // It rests because nobody started it, which is not for another bot to change.
  expect(await told(`${sibling} restart`)).toBe(409);
  await panel.ask(owner.asker, "POST", `/v1/bots/${sibling}/start`);
  const state = async () =>
    z
      .object({ live: z.object({ status: z.object({ state: z.string() }) }) })
      .parse((await panel.ask(owner.asker, "GET", `/v1/bots/${sibling}`)).body).live.status.state;
  await vi.waitFor(async () => expect(await state()).toBe("running"));
  expect(await told(`${sibling} restart`)).toBe(200);
  const entry = await panel.db.auditEntry.findFirst({ where: { botId: sibling, action: "bot.restart" } });
  expect(entry).toMatchObject({ actorKind: "bot", actorName: "asker" });
});

test("taken away, the key it still holds opens nothing", async () => {
  await panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/panel-reach`, { reach: "none" });
  await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/input`, { text: "all" });
  await seen("answer all see 401");
  expect(await panel.db.apiKey.count({ where: { botId } })).toBe(0);
});

test("a member gives a bot no more than they hold, and never the owner's other bots", async () => {
  const member = await panel.person("mona");
  const grant = (permissions: string[]) =>
    panel.db.grant.upsert({
      where: { botId_userId: { botId, userId: member.id } },
      create: { botId, userId: member.id, permissions },
      update: { permissions },
    });
  const ask = (far: string) => panel.ask(member.asker, "PUT", `/v1/bots/${botId}/panel-reach`, { reach: far });
  await grant(["bot:view", "settings:update"]);
  expect(await ask("itself")).toMatchObject({
    status: 403,
    body: { values: { permission: "metrics:read" } },
  });
  await grant(["bot:view", "settings:update", "metrics:read", "presence:read", "power:restart"]);
  expect((await ask("siblings")).status).toBe(403);
  expect((await ask("itself")).status).toBe(200);
});

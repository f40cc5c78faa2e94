import { isContractProcedure } from "@orpc/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { api } from "#contracts/api/index";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let admin: Person;
let member: Person;
let shown: string;
let other: string;
beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("admin", "admin");
  member = await panel.person("vera");
  shown = await panel.bot(admin, "shown");
  other = await panel.bot(admin, "other");
  await panel.db.grant.create({
    data: { botId: shown, userId: member.id, permissions: ["bot:view", "env:read", "env:reveal"] },
  });
});
afterAll(() => panel?.close());

const ask = (who: Person, method: string, path: string, body?: unknown) => panel.ask(who.asker, method, path, body);
const names = async () =>
  z
    .object({ bots: z.array(z.object({ name: z.string() })) })
    .parse((await ask(admin, "GET", "/v1/bots")).body)
    .bots.map(({ name }) => name);

/** Every write of the catalogue, as it is asked over HTTP. */
function writes(router: object): { method: string; path: string; viewing: boolean; permission: unknown }[] {
  return Object.values(router).flatMap((value: unknown) => {
    if (!isContractProcedure(value)) return typeof value === "object" && value ? writes(value) : [];
    const { meta, route } = value["~orpc"];
    if (Reflect.get(meta, "writes") !== true) return [];
    const viewing = Reflect.get(meta, "viewing") === true;
    return [
      { method: route.method ?? "POST", path: route.path ?? "", viewing, permission: Reflect.get(meta, "permission") },
    ];
  });
}

test("an admin sees what a member sees and changes nothing, in one browser alone, and is remembered", async () => {
  expect((await ask(member, "POST", "/v1/view-as", { userId: admin.id })).status).toBe(403);
  expect((await ask(admin, "POST", "/v1/view-as", { userId: admin.id })).status).toBe(404);
  expect((await ask(admin, "POST", "/v1/view-as", { userId: member.id })).status).toBe(200);
  expect(await names()).toEqual(["shown"]);
  expect((await ask(admin, "GET", `/v1/bots/${other}`)).status).toBe(404);
  expect((await ask(admin, "GET", "/v1/me")).body).toMatchObject({ name: "vera", role: "user" });
  expect((await ask(admin, "POST", "/v1/live/ticket")).status).toBe(200);
  // Every write there is, but for the way back and what nobody need be signed in for.
  const refused = writes(api).filter(({ viewing, permission }) => !viewing && permission !== "open");
  expect(refused.length).toBeGreaterThan(60);
  for (const { method, path } of refused) {
    const answer = await ask(admin, method, path.replace("{botId}", shown).replace(/\{\+?\w+\}/g, "x"), {});
    expect([method, path, answer.status, answer.text.includes("viewing_only")]).toEqual([method, path, 403, true]);
  }
  const before = await panel.db.auditEntry.count();
  // What is read and remembered is refused as well: it would stand there in the member's name.
  expect((await ask(admin, "GET", `/v1/bots/${shown}/files/download?path=index.js`)).status).toBe(403);
  expect(await panel.db.auditEntry.count()).toBe(before);

  expect((await ask(admin, "DELETE", "/v1/view-as")).status).toBe(200);
  expect(await names()).toEqual(["other", "shown"]);
  const entries = await panel.db.auditEntry.findMany({
    where: { action: { startsWith: "account.viewAs" } },
    orderBy: { id: "asc" },
  });
  expect(entries.map(({ action, actorName, detail }) => ({ action, actorName, detail }))).toEqual([
    { action: "account.viewAs", actorName: "admin", detail: { who: "vera" } },
    { action: "account.viewAsEnd", actorName: "admin", detail: { who: "vera" } },
  ]);
  const dropped = panel.worker.asks.filter(({ name }) => name === "access.changed").map(({ input }) => input);
  expect(dropped).toEqual([
    expect.objectContaining({ userId: admin.id, sessionIds: [expect.any(String)] }),
    expect.objectContaining({ userId: member.id, sessionIds: [expect.any(String)] }),
  ]);
});

test("who is an admin no more sees what is theirs", async () => {
  await ask(admin, "POST", "/v1/view-as", { userId: member.id });
  await panel.db.user.update({ where: { id: admin.id }, data: { role: "user" } });
  expect((await ask(admin, "GET", "/v1/me")).body).toMatchObject({ name: "admin", role: "user" });
});

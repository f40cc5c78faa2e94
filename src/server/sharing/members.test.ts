import { expect, test, vi } from "vitest";
import { z } from "zod";
import { presets } from "#contracts/access";
import { activityView } from "#contracts/api/bots";
import { AppError } from "#contracts/errors";
import { memberList } from "#contracts/members";
import { listBotNames } from "../bot-names";
import { idOf, nobody } from "../testing/panel";
import { codeOf, shareOnePanel, week } from "../testing/sharing";

const { world, grant, ask, members, listed, mayNow, told, audited } = shareOnePanel();

test("an owner lets somebody in, changes and removes them; each is told, remembered, and heard of by open connections", async () => {
  const { owner, manager, viewer, stranger } = world;
  const added = await ask(owner, "POST", members(), { who: "SVEN", permissions: ["console:read"] });
  expect([added.status, added.body]).toEqual([
    201,
    expect.objectContaining({ name: "sven", permissions: ["bot:view", "console:read"], changeable: true }),
  ]);
  expect(await mayNow(stranger)).toEqual(["bot:view", "console:read"]);
  const changed = await ask(owner, "PATCH", `${members()}/${stranger.id}`, {
    permissions: ["bot:view", "file:list"],
    hiddenPaths: [" .env ", "secrets/**"],
  });
  expect(changed.body).toMatchObject({ permissions: ["bot:view", "file:list"], hiddenPaths: [".env", "secrets/**"] });
  expect((await ask(owner, "DELETE", `${members()}/${stranger.id}`)).status).toBe(200);
  expect(await mayNow(stranger)).toBe(404);
  expect(told()).toEqual([stranger.id, stranger.id, stranger.id]);
  expect(await audited()).toEqual([
    {
      action: "member.add",
      detail: { who: "sven", userId: stranger.id, permissions: ["bot:view", "console:read"], hiddenPaths: [] },
    },
    {
      action: "member.update",
      detail: {
        who: "sven",
        userId: stranger.id,
        permissions: ["bot:view", "file:list"],
        hiddenPaths: [".env", "secrets/**"],
        before: ["bot:view", "console:read"],
      },
    },
    { action: "member.remove", detail: { who: "sven", userId: stranger.id, before: ["bot:view", "file:list"] } },
  ]);
  // Known already, unknown, the owner, and what is no pattern.
  expect(codeOf(await ask(owner, "POST", members(), { who: viewer.email, ...week }))).toBe("member_known");
  expect(codeOf(await ask(owner, "POST", members(), { who: "nobody", ...week }))).toBe("person_unknown");
  expect(codeOf(await ask(manager, "POST", members(), { who: "olga", ...week }))).toBe("member_owner");
  for (const pattern of ["", "!x", "../x", "/", "a\nb", "a/./b"])
    expect(
      (await ask(owner, "POST", members(), { who: "sven", ...week, hiddenPaths: [pattern] })).status,
      pattern,
    ).toBe(400);
});

test("what a change does not name stays, what is hidden above all, and a misspelt field hides nothing in silence", async () => {
  const { owner, viewer } = world;
  const at = `${members()}/${viewer.id}`;
  const now = async (method: string, path: string, body: object) => (await ask(owner, method, path, body)).body;
  await now("PATCH", at, { hiddenPaths: [".env"] });
  expect(await now("PATCH", at, { permissions: ["file:read"] })).toMatchObject({
    permissions: ["bot:view", "file:read"],
    hiddenPaths: [".env"],
  });
  expect(await now("PATCH", at, { hiddenPaths: [] })).toMatchObject({
    permissions: ["bot:view", "file:read"],
    hiddenPaths: [],
  });
  expect((await audited()).at(-1)).toMatchObject({ detail: { hiddenPaths: [], hiddenBefore: [".env"] } });
  const misspelt = { ...week, hidden: [".env"] };
  for (const [method, path, body] of [
    ["PATCH", at, misspelt],
    ["POST", members(), { who: "sven", ...misspelt }],
    ["POST", members().replace(/members$/, "invites"), misspelt],
  ] as const)
    expect(await now(method, path, body)).toMatchObject({
      code: "bad_input",
      detail: "input: there is no hidden here",
    });
  expect(await now("PATCH", at, { hiddenPaths: ["../x"] })).toMatchObject({
    detail: expect.stringContaining("hiddenPaths.0: is no pattern of paths"),
  });
  await now("PATCH", at, { permissions: presets.developer });
  const { entries } = activity.parse((await ask(owner, "GET", `${members().replace(/members$/, "activity")}`)).body);
  expect(entries[0]?.detail.permissions).toEqual(presets.developer);
  await now("PATCH", at, week);
});
const activity = z.object({ entries: z.array(activityView) });

test("to strangers it does not exist; a viewer sees no members; nobody gives what they lack", async () => {
  const { panel, manager, viewer, stranger, botId } = world;
  for (const [method, path, body] of [
    ["GET", members(), undefined],
    ["POST", members(), { who: "sven", ...week }],
    ["PATCH", `${members()}/${viewer.id}`, week],
    ["DELETE", `${members()}/${viewer.id}`, undefined],
    ["POST", `/v1/bots/${botId}/leave`, undefined],
    ["GET", `/v1/bots/${botId}/invites`, undefined],
    ["POST", `/v1/bots/${botId}/invites`, week],
  ] as const) {
    expect((await panel.ask(nobody, method, path, body)).status).toBe(401);
    expect((await ask(stranger, method, path, body)).status, `${method} ${path}`).toBe(404);
    if (!path.endsWith("leave")) expect((await ask(viewer, method, path, body)).status).toBe(403);
  }
  expect(await listed(manager)).toEqual(["max", "vera"]);
  // To delete the bot, and to see secrets, no manager may unless they were given it.
  for (const permission of ["bot:delete", "env:reveal"]) {
    const permissions = ["bot:view", permission];
    expect(codeOf(await ask(manager, "POST", members(), { who: "sven", permissions }))).toBe("not_allowed");
    expect(codeOf(await ask(manager, "PATCH", `${members()}/${viewer.id}`, { permissions }))).toBe("not_allowed");
    expect(codeOf(await ask(manager, "PATCH", `${members()}/${manager.id}`, { permissions }))).toBe("not_allowed");
    expect(codeOf(await ask(manager, "POST", `/v1/bots/${botId}/invites`, { permissions }))).toBe("not_allowed");
  }
  // Nor does a key more than it is for.
  expect(await panel.db.grant.count()).toBe(2);
});

test("nobody changes or removes who has more than they, in whichever way they have it", async () => {
  const { panel, admin, owner, manager, viewer, stranger, botId } = world;
  await grant(stranger, ["bot:view", "bot:delete"]);
  const on = (person: { id: string }) => `${members()}/${person.id}`;
  expect(codeOf(await ask(manager, "PATCH", on(stranger), week))).toBe("member_has_more");
  expect(codeOf(await ask(manager, "DELETE", on(stranger)))).toBe("member_has_more");
  await panel.db.grant.update({
    where: { botId_userId: { botId, userId: stranger.id } },
    data: { permissions: ["bot:view"] },
  });
  // What a tag gives counts too, and so does being an admin.
  const tagId = idOf((await ask(owner, "POST", "/v1/tags", { name: "all" })).body);
  await ask(owner, "POST", `/v1/tags/${tagId}/bots`, { botIds: [botId] });
  await ask(owner, "POST", `/v1/tags/${tagId}/members`, { who: "sven", permissions: ["env:reveal"] });
  expect(codeOf(await ask(manager, "DELETE", on(stranger)))).toBe("member_has_more");
  await grant(admin, ["bot:view"]);
  expect(codeOf(await ask(manager, "DELETE", on(admin)))).toBe("member_has_more");
  expect((await ask(manager, "DELETE", on(owner))).status).toBe(404);
  expect((await ask(admin, "DELETE", on(stranger))).status).toBe(200);
  expect((await ask(manager, "DELETE", on(viewer))).status).toBe(200);
});

test("what is hidden from somebody stays hidden from whom they let in, and they cannot show it to themselves", async () => {
  const { panel, manager, viewer, botId } = world;
  await panel.db.grant.update({
    where: { botId_userId: { botId, userId: manager.id } },
    data: { hiddenPaths: [".env"] },
  });
  const added = await ask(manager, "POST", members(), { who: "sven", ...week });
  expect(added.body).toMatchObject({ hiddenPaths: [".env"] });
  const self = await ask(manager, "PATCH", `${members()}/${manager.id}`, { permissions: presets.manager });
  expect(self.body).toMatchObject({ hiddenPaths: [".env"] });
  // Who sees all has more.
  expect(codeOf(await ask(manager, "DELETE", `${members()}/${viewer.id}`))).toBe("member_has_more");
  const invite = await ask(manager, "POST", `/v1/bots/${botId}/invites`, week);
  expect(invite.body).toMatchObject({ hiddenPaths: [".env"] });
});

test("a member leaves by themselves", async () => {
  const { owner, viewer, botId } = world;
  expect((await ask(viewer, "POST", `/v1/bots/${botId}/leave`)).status).toBe(200);
  expect(await mayNow(viewer)).toBe(404);
  expect(told()).toEqual([viewer.id]);
  expect((await ask(viewer, "POST", `/v1/bots/${botId}/leave`)).status).toBe(404);
  expect((await ask(owner, "POST", `/v1/bots/${botId}/leave`)).status).toBe(404);
});

test("two managers who remove each other at the same moment: one is left, and is a manager", async () => {
  const { manager, stranger } = world;
  await grant(stranger, [...presets.manager]);
  const answers = await Promise.all([
    ask(manager, "DELETE", `${members()}/${stranger.id}`),
    ask(stranger, "DELETE", `${members()}/${manager.id}`),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect((await mayNow(manager)) === 404).toBe((await mayNow(stranger)) !== 404);
});

test("a list of many comes in pages, each person once, in a handful of questions", async () => {
  const { panel, owner, botId } = world;
  const tagId = idOf((await ask(owner, "POST", "/v1/tags", { name: "crowd" })).body);
  await ask(owner, "POST", `/v1/tags/${tagId}/bots`, { botIds: [botId] });
  await panel.db.user.createMany({
    data: Array.from({ length: 30 }, (_, n) => ({ name: `c${n}`, email: `c${n}@example.com`, role: "user" as const })),
  });
  const crowd = await panel.db.user.findMany({ where: { name: { startsWith: "c" } }, select: { id: true } });
  const data = crowd.map(({ id: userId }) => ({ userId, permissions: ["bot:view"] }));
  await panel.db.grant.createMany({ data: data.slice(0, 20).map((one) => ({ ...one, botId })) });
  await panel.db.tagGrant.createMany({ data: data.slice(10).map((one) => ({ ...one, tagId })) });
  const rows: string[] = [];
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null && pages < 10; pages++) {
    const { body } = await ask(owner, "GET", `${members()}?limit=9${cursor && `&cursor=${cursor}`}`);
    const page = memberList.parse(body);
    expect(page.members.length).toBeLessThanOrEqual(9);
    rows.push(...page.members.map(({ userId, tag }) => `${tag?.name ?? ""} ${userId}`));
    cursor = page.next;
  }
  // Two of before, twenty of their own, twenty by the tag.
  expect([rows.length, new Set(rows).size, rows.findIndex((one) => one.startsWith("crowd"))]).toEqual([42, 42, 22]);
  expect((await ask(owner, "GET", `${members()}?cursor=x`)).status).toBe(400);
  await panel.db.user.deleteMany({ where: { id: { in: crowd.map(({ id }) => id) } } });
});

test("somebody who was granted nothing is a stranger, also where bots are chosen by their names", async () => {
  const { owner, stranger, botId } = world;
  await grant(stranger, []);
  expect(await mayNow(stranger)).toBe(404);
  expect((await ask(stranger, "GET", "/v1/bots")).text).not.toContain(botId);
  expect(await listBotNames({ kind: "person", userId: stranger.id, name: "", role: "user", address: "" })).toEqual([]);
  expect(await listed(owner)).toContain("sven");
});

test("a worker that does not hear that access has changed is told again until it does", async () => {
  const { panel, owner, viewer } = world;
  panel.worker.refuse("access.changed", new AppError("worker_away"));
  expect((await ask(owner, "DELETE", `${members()}/${viewer.id}`)).status).toBe(200);
  const tries = told().length;
  await vi.waitFor(() => expect(told().length).toBeGreaterThan(tries));
  panel.worker.refuse("access.changed", null);
  const heard = told().length;
  await vi.waitFor(() => expect(told().slice(heard)).toEqual([viewer.id]));
});

test("whoever calls themselves by an address is not taken for whose it is", async () => {
  const { panel, owner, stranger, viewer } = world;
  const name = (called: string) => ask(stranger, "PATCH", "/v1/me", { name: called });
  expect((await name("Boss@Example.com")).status).toBe(200);
  const add = (who: string) => ask(owner, "POST", members(), { who, ...week });
  expect(codeOf(await add("boss@example.com"))).toBe("person_unknown");
  const boss = await panel.person("boss");
  expect((await add("boss@example.com")).body).toMatchObject({ userId: boss.id });
  expect([await mayNow(stranger), (await name("sven")).status]).toEqual([404, 200]);
  // Nor by a name that two have.
  await ask(stranger, "PATCH", "/v1/me", { name: "Vera" });
  await ask(owner, "DELETE", `${members()}/${viewer.id}`);
  expect(codeOf(await add("vera"))).toBe("person_unknown");
  await name("sven");
});

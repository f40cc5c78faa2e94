import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type BotPermission, presets } from "#contracts/access";
import { inviteOffer, memberList, taggedResult } from "#contracts/members";
import { type Asker, cookieOf, idOf, nobody, openTestPanel, PASSWORD, type TestPanel } from "../testing/panel";
import { rules } from "../throttle";

type Person = Awaited<ReturnType<TestPanel["person"]>>;
let panel: TestPanel;
let owner: Person;
let manager: Person;
let viewer: Person;
let stranger: Person;
let admin: Person;
let botId: string;
let other: string;
beforeAll(async () => {
  panel = await openTestPanel();
  [admin, owner, manager, viewer, stranger] = [
    await panel.person("admin", "admin"),
    await panel.person("olga"),
    await panel.person("max"),
    await panel.person("vera"),
    await panel.person("sven"),
  ];
  botId = await panel.bot(owner, "one");
  other = await panel.bot(owner, "two");
}, 60_000);
afterAll(() => panel?.close());
beforeEach(async () => {
  await panel.db.grant.deleteMany({});
  await panel.db.tag.deleteMany({});
  await panel.db.invite.deleteMany({});
  await panel.db.auditEntry.deleteMany({});
  await panel.db.signInThrottle.deleteMany({});
  panel.worker.asks.length = 0;
  await grant(manager, [...presets.manager]);
  await grant(viewer, [...presets.viewer]);
});

const grant = (person: Person, permissions: BotPermission[], hiddenPaths: string[] = []) =>
  panel.db.grant.create({ data: { botId, userId: person.id, permissions, hiddenPaths } });
const ask = (person: { asker: Asker }, method: string, path: string, body?: unknown) =>
  panel.ask(person.asker, method, path, body);
const codeOf = ({ status, body }: { status: number; body: unknown }) => {
  const read = z.object({ code: z.string(), status: z.number() }).safeParse(body);
  return read.success ? read.data.code : String(status);
};
const members = (id = botId) => `/v1/bots/${id}/members`;
const listed = async (person: Person, path = members()) =>
  memberList.parse((await ask(person, "GET", path)).body).members.map(({ name }) => name);
const mayNow = async (person: Person, id = botId) => {
  const { status, body } = await ask(person, "GET", `/v1/bots/${id}`);
  return status === 200 ? z.object({ permissions: z.array(z.string()) }).parse(body).permissions : status;
};
const told = () =>
  panel.worker.asks.flatMap(({ name, input }) =>
    name === "access.changed" ? [z.object({ userId: z.string() }).parse(input).userId] : [],
  );
const audited = async () =>
  (await panel.db.auditEntry.findMany({ orderBy: { id: "asc" } })).map(({ action, detail }) => ({ action, detail }));
const codeIn = (body: unknown) => z.object({ code: z.string() }).parse(body).code;
const week = { permissions: [...presets.viewer] };

test("an owner lets somebody in, changes and removes them; each is told, remembered, and heard of by open connections", async () => {
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
      detail: { who: "sven", permissions: ["bot:view", "console:read"], hiddenPaths: [] },
    },
    {
      action: "member.update",
      detail: {
        who: "sven",
        permissions: ["bot:view", "file:list"],
        hiddenPaths: [".env", "secrets/**"],
        before: ["bot:view", "console:read"],
      },
    },
    { action: "member.remove", detail: { who: "sven", before: ["bot:view", "file:list"] } },
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

test("to strangers it does not exist; a viewer sees no members; nobody gives what they lack", async () => {
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
  await grant(stranger, ["bot:view", "bot:delete"]);
  const on = (person: Person) => `${members()}/${person.id}`;
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
  expect((await ask(viewer, "POST", `/v1/bots/${botId}/leave`)).status).toBe(200);
  expect(await mayNow(viewer)).toBe(404);
  expect(told()).toEqual([viewer.id]);
  expect((await ask(viewer, "POST", `/v1/bots/${botId}/leave`)).status).toBe(404);
  expect((await ask(owner, "POST", `/v1/bots/${botId}/leave`)).status).toBe(404);
});

test("an invite is looked at, and taken once: by an account that is there, or by one that it makes", async () => {
  const made = await ask(owner, "POST", `/v1/bots/${botId}/invites`, { ...week, hours: 1, note: "for the weekend" });
  expect(made.status).toBe(201);
  const code = codeIn(made.body);
  const look = await panel.ask(nobody, "POST", "/v1/invites/look", { code });
  expect(inviteOffer.parse(look.body)).toMatchObject({
    by: "olga",
    note: "for the weekend",
    shared: { kind: "bot", name: "one", bots: 1 },
    permissions: presets.viewer,
  });
  const rows = await panel.db.invite.findMany();
  expect(JSON.stringify(rows)).not.toContain(code);
  expect(JSON.stringify(await audited())).not.toContain(code);
  expect((await ask(owner, "GET", `/v1/bots/${botId}/invites`)).text).not.toContain(code);

  // Whoever has it already does not use it up.
  for (const who of [owner, viewer])
    expect(codeOf(await ask(who, "POST", "/v1/invites/accept", { code }))).toBe("invite_needless");
  expect((await ask(stranger, "POST", "/v1/invites/accept", { code })).body).toEqual({ botId });
  expect(await mayNow(stranger)).toEqual(presets.viewer);
  expect(told()).toEqual([stranger.id]);
  expect(codeOf(await ask(stranger, "POST", "/v1/invites/accept", { code }))).toBe("invite_gone");
  expect(codeOf(await panel.ask(nobody, "POST", "/v1/invites/look", { code }))).toBe("invite_gone");

  const next = codeIn((await ask(owner, "POST", `/v1/bots/${botId}/invites`, week)).body);
  const account = { code: next, name: "Nina", email: "NINA@example.com", password: PASSWORD };
  expect(codeOf(await panel.ask(nobody, "POST", "/v1/invites/join", { ...account, email: viewer.email }))).toBe(
    "email_taken",
  );
  expect((await panel.ask(nobody, "POST", "/v1/invites/join", { ...account, password: "short" })).status).toBe(400);
  const joined = await panel.ask(nobody, "POST", "/v1/invites/join", account);
  expect([joined.status, joined.body]).toEqual([
    201,
    expect.objectContaining({ name: "Nina", email: "nina@example.com", role: "user", botId }),
  ]);
  expect((await audited()).map(({ action }) => action)).toEqual([
    "invite.create",
    "invite.accept",
    "invite.create",
    "account.join",
    "invite.accept",
  ]);
  await panel.db.user.delete({ where: { email: "nina@example.com" } });
});

test("an invite ends, is taken back, and gives no more than its maker could give now", async () => {
  const invite = async (permissions: readonly string[], who = manager) => {
    const { body } = await ask(who, "POST", `/v1/bots/${botId}/invites`, { permissions });
    return { id: idOf(body), code: codeIn(body) };
  };
  const old = await invite(presets.viewer);
  await panel.db.invite.update({ where: { id: old.id }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect(codeOf(await ask(stranger, "POST", "/v1/invites/accept", { code: old.code }))).toBe("invite_gone");
  const back = await invite(presets.viewer);
  expect((await ask(stranger, "DELETE", `/v1/bots/${botId}/invites/${back.id}`)).status).toBe(404);
  expect((await ask(owner, "DELETE", `/v1/bots/${other}/invites/${back.id}`)).status).toBe(404);
  const more = await invite(["bot:view", "bot:delete"], owner);
  expect(codeOf(await ask(manager, "DELETE", `/v1/bots/${botId}/invites/${more.id}`))).toBe("member_has_more");
  expect((await ask(manager, "DELETE", `/v1/bots/${botId}/invites/${back.id}`)).status).toBe(200);
  expect(codeOf(await ask(stranger, "POST", "/v1/invites/accept", { code: back.code }))).toBe("invite_gone");

  const shrunk = await invite(presets.developer);
  const less: BotPermission[] = ["bot:view", "member:create", "file:list"];
  const where = { botId_userId: { botId, userId: manager.id } };
  await panel.db.grant.update({ where, data: { permissions: less, hiddenPaths: [".env"] } });
  const look = await panel.ask(nobody, "POST", "/v1/invites/look", { code: shrunk.code });
  expect(look.body).toMatchObject({ permissions: ["bot:view", "file:list"], hiddenPaths: [".env"] });
  await ask(stranger, "POST", "/v1/invites/accept", { code: shrunk.code });
  expect(await mayNow(stranger)).toEqual(["bot:view", "file:list"]);

  for (const data of [{ permissions: ["bot:view", "file:list"] }, { permissions: [] }]) {
    await panel.db.grant.update({ where, data: { permissions: [...presets.manager], hiddenPaths: [] } });
    const lost = await invite(presets.viewer);
    await panel.db.grant.update({ where, data });
    expect(codeOf(await ask(admin, "POST", "/v1/invites/accept", { code: lost.code }))).toBe("invite_empty");
  }
});

test("fifty who take one invite at the same moment are one member", async () => {
  const people = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const email = `many${n}@example.com`;
      return panel.db.user.create({ data: { name: `many${n}`, email, role: "user" } });
    }),
  );

  const askers = await Promise.all(people.map(async ({ id }) => ({ asker: await cookieOf(id, 1) })));
  const code = codeIn((await ask(owner, "POST", `/v1/bots/${botId}/invites`, week)).body);
  const before = await panel.db.grant.count();
  const answers = await Promise.all(askers.map((one) => ask(one, "POST", "/v1/invites/accept", { code })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await panel.db.grant.count()).toBe(before + 1);
  await panel.db.user.deleteMany({ where: { name: { startsWith: "many" } } });
}, 30_000);

test("guessing codes is slowed, and a right one is taken meanwhile", async () => {
  const code = codeIn((await ask(owner, "POST", `/v1/bots/${botId}/invites`, week)).body);
  const guess = () => panel.ask(nobody, "POST", "/v1/invites/look", { code: "guess" });
  for (let tries = 0; tries < rules.invite.tries; tries++) expect(codeOf(await guess())).toBe("invite_gone");
  expect(codeOf(await guess())).toBe("too_many_tries");
  expect((await panel.ask(nobody, "POST", "/v1/invites/look", { code })).status).toBe(200);
});

test("admins invite to an account alone, with a role; one that is there keeps its own", async () => {
  expect((await ask(owner, "POST", "/v1/invites", { role: "user" })).status).toBe(403);
  const made = await ask(admin, "POST", "/v1/invites", { role: "admin" });
  const code = codeIn(made.body);
  expect((await ask(admin, "GET", "/v1/invites")).text).toContain(idOf(made.body));
  expect(codeOf(await ask(stranger, "POST", "/v1/invites/accept", { code }))).toBe("invite_needless");
  // Whoever is an admin no more makes none.
  await panel.db.user.update({ where: { id: admin.id }, data: { role: "user" } });
  const account = { code, name: "Nora", email: "nora@example.com", password: PASSWORD };
  expect(codeOf(await panel.ask(nobody, "POST", "/v1/invites/join", account))).toBe("invite_empty");
  expect(await panel.db.user.findUnique({ where: { email: account.email } })).toBeNull();
  await panel.db.user.update({ where: { id: admin.id }, data: { role: "admin" } });
  const joined = await panel.ask(nobody, "POST", "/v1/invites/join", account);
  expect(joined.body).toMatchObject({ role: "admin", botId: null });
  const last = await ask(admin, "POST", "/v1/invites", {});
  expect((await ask(admin, "DELETE", `/v1/invites/${idOf(last.body)}`)).status).toBe(200);
  await panel.db.user.delete({ where: { email: account.email } });
});

const tagged = async (person: Person, tagId: string, botIds: string[], how = "bots") => {
  const { status, body } = await ask(person, "POST", `/v1/tags/${tagId}/${how}`, { botIds });
  if (status !== 200) return status;
  const { results } = z.object({ results: z.array(taggedResult) }).parse(body);
  return results.map((one) => (one.outcome === "done" ? "done" : one.code));
};

test("a tag shares its bots, those it has and those it gets; who came in by it loses them when it goes", async () => {
  const tagId = idOf((await ask(owner, "POST", "/v1/tags", { name: "Music" })).body);
  expect(codeOf(await ask(owner, "POST", "/v1/tags", { name: "music" }))).toBe("tag_name_taken");
  expect(await tagged(owner, tagId, [botId, "zzzzzzzzzz"])).toEqual(["done", "not_found"]);
  await ask(owner, "POST", `/v1/tags/${tagId}/members`, { who: "sven", permissions: ["console:read"] });
  expect(await mayNow(stranger)).toEqual(["bot:view", "console:read"]);
  expect(await mayNow(stranger, other)).toBe(404);
  panel.worker.asks.length = 0;
  expect(await tagged(owner, tagId, [other])).toEqual(["done"]);
  expect(told()).toEqual([stranger.id]);
  expect(await mayNow(stranger, other)).toEqual(["bot:view", "console:read"]);
  expect((await ask(stranger, "GET", `/v1/bots/${other}`)).body).toMatchObject({ tags: [{ name: "Music" }] });
  expect(await tagged(owner, tagId, [other], "bots/remove")).toEqual(["done"]);
  expect(await mayNow(stranger, other)).toBe(404);
  expect(told()).toEqual([stranger.id, stranger.id]);
  // It stands with the bot's own members, and is changed where it was given.
  const { members: all } = memberList.parse((await ask(owner, "GET", members())).body);
  expect(all.at(-1)).toMatchObject({ name: "sven", tag: { name: "Music" }, changeable: false });
  await ask(owner, "PATCH", `/v1/tags/${tagId}/members/${stranger.id}`, { permissions: ["file:list"] });
  expect(await mayNow(stranger)).toEqual(["bot:view", "file:list"]);
  expect((await ask(owner, "DELETE", `/v1/tags/${tagId}`)).status).toBe(200);
  expect(await mayNow(stranger)).toBe(404);
  expect(told()).toHaveLength(4);
});

test("a tag is its owner's; on another's bot it needs what it gives, and whoever removes members there takes it off", async () => {
  const tagId = idOf((await ask(manager, "POST", "/v1/tags", { name: "mine" })).body);
  for (const [method, path, body] of [
    ["PATCH", "", { name: "x" }],
    ["DELETE", "", undefined],
    ["GET", "/members", undefined],
    ["POST", "/members", { who: "sven", ...week }],
    ["POST", "/bots", { botIds: [botId] }],
    ["POST", "/bots/remove", { botIds: [botId] }],
    ["POST", "/leave", undefined],
    ["GET", "/invites", undefined],
  ] as const)
    expect((await ask(owner, method, `/v1/tags/${tagId}${path}`, body)).status, path).toBe(404);
  const give = (permissions: string[]) =>
    ask(manager, "POST", `/v1/tags/${tagId}/members`, { who: "sven", permissions });
  expect(await tagged(manager, tagId, [botId])).toEqual(["done"]);
  expect(codeOf(await give(["bot:delete"]))).toBe("not_allowed");
  expect(await tagged(manager, tagId, [botId], "bots/remove")).toEqual(["done"]);
  // Without bots it gives nothing yet; then it cannot be put where that would be more than its owner has.
  expect((await give(["bot:delete"])).status).toBe(201);
  expect(await tagged(manager, tagId, [botId])).toEqual(["not_allowed"]);
  await ask(manager, "PATCH", `/v1/tags/${tagId}/members/${stranger.id}`, week);
  expect(await tagged(manager, tagId, [botId])).toEqual(["done"]);
  expect(await mayNow(stranger)).toEqual(presets.viewer);
  expect(await tagged(viewer, tagId, [botId], "bots/remove")).toBe(404);
  expect(await tagged(owner, tagId, [botId], "bots/remove")).toEqual(["done"]);
  expect(await mayNow(stranger)).toBe(404);

  // Who may no longer share the bot may no longer let anybody in by the tag, but still take from them.
  await tagged(manager, tagId, [botId]);
  const invite = await ask(manager, "POST", `/v1/tags/${tagId}/invites`, week);
  const where = { botId_userId: { botId, userId: manager.id } };
  await panel.db.grant.update({ where, data: { permissions: [...presets.viewer] } });
  expect(codeOf(await ask(manager, "POST", `/v1/tags/${tagId}/members`, { who: "vera", ...week }))).toBe("not_allowed");
  expect(codeOf(await ask(viewer, "POST", "/v1/invites/accept", { code: codeIn(invite.body) }))).toBe("invite_empty");
  expect((await ask(manager, "DELETE", `/v1/tags/${tagId}/members/${stranger.id}`)).status).toBe(200);
});

test("an invite to a tag gives all its bots, and a member of a tag leaves it", async () => {
  const tagId = idOf((await ask(owner, "POST", "/v1/tags", { name: "both" })).body);
  await tagged(owner, tagId, [botId, other]);
  const made = await ask(owner, "POST", `/v1/tags/${tagId}/invites`, week);
  expect((await ask(stranger, "POST", "/v1/invites/accept", { code: codeIn(made.body) })).body).toEqual({
    botId: null,
  });
  expect([await mayNow(stranger), await mayNow(stranger, other)]).toEqual([presets.viewer, presets.viewer]);
  expect((await ask(stranger, "POST", `/v1/tags/${tagId}/leave`)).status).toBe(200);
  expect([await mayNow(stranger), await mayNow(stranger, other)]).toEqual([404, 404]);
});

import { expect, test } from "vitest";
import { presets } from "#contracts/access";
import { memberList } from "#contracts/members";
import { idOf } from "../testing/panel";
import { codeIn, codeOf, shareOnePanel, week } from "../testing/sharing";

const { world, ask, members, mayNow, told, tagged } = shareOnePanel();

test("a tag shares its bots, those it has and those it gets; who came in by it loses them when it goes", async () => {
  const { panel, owner, stranger, botId, other } = world;
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
  const { panel, owner, manager, viewer, stranger, botId } = world;
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
  const { owner, stranger, botId, other } = world;
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

test("with an account its tags go, and whoever came in by them is told", async () => {
  const { panel, admin, owner, stranger, botId } = world;
  const other = await panel.person("tom");
  await ask(owner, "POST", members(), { who: "tom", permissions: ["member:create", "file:list"] });
  const tagId = idOf((await ask(other, "POST", "/v1/tags", { name: "toms" })).body);
  await tagged(other, tagId, [botId]);
  await ask(other, "POST", `/v1/tags/${tagId}/members`, { who: "sven", permissions: ["file:list"] });
  expect(await mayNow(stranger)).toEqual(["bot:view", "file:list"]);
  panel.worker.asks.length = 0;
  expect((await ask(admin, "DELETE", `/v1/users/${other.id}`)).status).toBe(200);
  expect(await mayNow(stranger)).toBe(404);
  expect(told().sort()).toEqual([other.id, stranger.id].sort());
});

test("of many made at once as many are made as there is room for", async () => {
  const { panel, owner } = world;
  const named = (name: string) => ({ ownerId: owner.id, name, nameKey: name });
  await panel.db.tag.createMany({ data: Array.from({ length: 198 }, (_, at) => named(`tag ${at}`)) });
  const made = await Promise.all(["a", "b", "c", "d", "e"].map((name) => ask(owner, "POST", "/v1/tags", { name })));
  expect(made.map(codeOf).sort()).toEqual(["201", "201", "tags_many", "tags_many", "tags_many"]);
});

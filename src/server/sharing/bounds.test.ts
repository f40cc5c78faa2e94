import { expect, test, vi } from "vitest";
import { memberList } from "#contracts/members";
import { idOf, keyOf } from "../testing/panel";
import { codeIn, codeOf, holdBot, shareOnePanel, waiting } from "../testing/sharing";

/*
 * What somebody has on a bot is made of several grants. None of the ways to add one, or to take one away, shows anybody what is hidden from
 * who does it, nor hides anything from who may do more.
 */

const { world, grant, regrant, ask, members, mayNow, tagged } = shareOnePanel();

const tagWith = async (who: Parameters<typeof ask>[0], name: string, botIds: string[]) => {
  const tagId = idOf((await ask(who, "POST", "/v1/tags", { name })).body);
  if (botIds.length > 0) await ask(who, "POST", `/v1/tags/${tagId}/bots`, { botIds });
  return tagId;
};
const hiddenFrom = async ({ id }: { id: string }) => {
  const { members: all } = memberList.parse((await ask(world.owner, "GET", members())).body);
  return [...new Set(all.filter(({ userId }) => userId === id).flatMap(({ hiddenPaths }) => hiddenPaths))].sort();
};

test("nobody leaves what hides something from them, as long as another grant lets them in", async () => {
  const { owner, viewer, botId } = world;
  const tagId = await tagWith(owner, "careful", [botId]);
  const hides = { who: "vera", permissions: ["file:read"], hiddenPaths: [".env"] };
  expect((await ask(owner, "POST", `/v1/tags/${tagId}/members`, hides)).status).toBe(201);
  expect(codeOf(await ask(viewer, "POST", `/v1/tags/${tagId}/leave`))).toBe("hidden_stays");
  expect(await hiddenFrom(viewer)).toEqual([".env"]);
  // Their own grant hides nothing, so they may give that up, and then the rest.
  expect((await ask(viewer, "POST", `/v1/bots/${botId}/leave`)).status).toBe(200);
  expect(await mayNow(viewer)).toEqual(["bot:view", "file:read"]);
  expect((await ask(viewer, "POST", `/v1/tags/${tagId}/leave`)).status).toBe(200);
  expect(await mayNow(viewer)).toBe(404);
});

test("nor takes off a tag that hides something from them, nor removes somebody whom it is hidden from by that alone", async () => {
  const { owner, manager, stranger, botId } = world;
  const tagId = await tagWith(owner, "careful", [botId]);
  const hides = { permissions: ["file:read"], hiddenPaths: [".env"] };
  await ask(owner, "POST", `/v1/tags/${tagId}/members`, { who: "max", ...hides });
  expect(await tagged(manager, tagId, [botId], "bots/remove")).toEqual(["hidden_stays"]);
  expect(await hiddenFrom(manager)).toEqual([".env"]);
  // The owner takes it off, and it is off.
  expect(await tagged(owner, tagId, [botId], "bots/remove")).toEqual(["done"]);
  expect(await hiddenFrom(manager)).toEqual([]);

  await regrant(manager, { hiddenPaths: [".env"] });
  await grant(stranger, ["bot:view"], [".env"]);
  const open = await tagWith(owner, "open", [botId]);
  await ask(owner, "POST", `/v1/tags/${open}/members`, { who: "sven", permissions: ["file:read"] });
  expect(codeOf(await ask(manager, "DELETE", `${members()}/${stranger.id}`))).toBe("hidden_stays");
  expect((await ask(owner, "DELETE", `${members()}/${stranger.id}`)).status).toBe(200);
});

test("nobody hides anything from who may do more than they: not by a grant, a tag, or a bot that gets the tag", async () => {
  const { owner, manager, stranger, botId } = world;
  const all = { permissions: ["bot:view"], hiddenPaths: ["**"] };
  const others = await tagWith(owner, "others", [botId]);
  await ask(owner, "POST", `/v1/tags/${others}/members`, { who: "sven", permissions: ["bot:view", "bot:delete"] });
  expect(codeOf(await ask(manager, "POST", members(), { who: "sven", ...all }))).toBe("member_has_more");
  const mine = await tagWith(manager, "mine", []);
  expect(await tagged(manager, mine, [botId])).toEqual(["done"]);
  const share = (who: string, given: object) => ask(manager, "POST", `/v1/tags/${mine}/members`, { who, ...given });
  expect(codeOf(await share("sven", all))).toBe("member_has_more");
  // To let them do what they may already hides nothing; to change that to something that hides does.
  expect((await share("sven", { permissions: ["bot:view"] })).status).toBe(201);
  expect(codeOf(await ask(manager, "PATCH", `/v1/tags/${mine}/members/${stranger.id}`, all))).toBe("member_has_more");
  expect(await tagged(manager, mine, [botId], "bots/remove")).toEqual(["done"]);
  expect((await ask(manager, "PATCH", `/v1/tags/${mine}/members/${stranger.id}`, all)).status).toBe(200);
  expect(await tagged(manager, mine, [botId])).toEqual(["member_has_more"]);
  expect(await hiddenFrom(stranger)).toEqual([]);
  // From who may do less it may be hidden.
  await ask(manager, "DELETE", `/v1/tags/${mine}/members/${stranger.id}`);
  expect((await share("vera", all)).status).toBe(201);
  expect(await tagged(manager, mine, [botId])).toEqual(["done"]);
});

test("nobody takes off somebody else's tag by which one is let in who may do more than they", async () => {
  const { owner, manager, stranger, botId } = world;
  const tagId = await tagWith(owner, "team", [botId]);
  await ask(owner, "POST", `/v1/tags/${tagId}/members`, { who: "sven", permissions: ["bot:view", "bot:delete"] });
  expect(await tagged(manager, tagId, [botId], "bots/remove")).toEqual(["member_has_more"]);
  expect(await mayNow(stranger)).toEqual(["bot:view", "bot:delete"]);
  await ask(owner, "PATCH", `/v1/tags/${tagId}/members/${stranger.id}`, { permissions: ["bot:view"] });
  expect(await tagged(manager, tagId, [botId], "bots/remove")).toEqual(["done"]);
  expect(await mayNow(stranger)).toBe(404);
});

test("an invite to a tag that is taken while the tag is put on a bot gives nothing of that bot", async () => {
  const { panel, owner, viewer, stranger, botId } = world;
  // The viewer shares a bot of their own, and may not share this one.
  const own = await panel.bot(viewer, "veras");
  const tagId = await tagWith(viewer, "trap", []);
  await tagged(viewer, tagId, [own]);
  const { body } = await ask(viewer, "POST", `/v1/tags/${tagId}/invites`, { permissions: ["env:reveal", "file:read"] });
  // Held where the invite has looked at the bots of the tag, and waits for them.
  const lock = await holdBot(own);
  const taking = ask(stranger, "POST", "/v1/invites/accept", { code: codeIn(body) });
  await vi.waitFor(async () => expect(await waiting()).toBe(1));
  const putting = tagged(viewer, tagId, [botId]);
  await vi.waitFor(async () => expect(await waiting()).toBe(2));
  await lock.release();
  await Promise.all([taking, putting]);
  expect(await mayNow(stranger)).toBe(404);
  expect((await ask(owner, "DELETE", `/v1/bots/${own}`)).status).toBe(404);
  await ask(viewer, "DELETE", `/v1/bots/${own}`);
});

test("an admin's key that is for their account alone decides about no tag but their own", async () => {
  const { panel, admin, owner, botId } = world;
  const tagId = await tagWith(owner, "music", [botId]);
  const asker = await keyOf(panel.db, admin.id, new Date(Date.now() + 60_000));
  const scope = (permissions: string[]) =>
    panel.db.apiKey.updateMany({ where: { userId: admin.id }, data: { scope: { permissions, bots: "all" } } });
  await scope(["account"]);
  expect((await ask({ asker }, "PATCH", `/v1/tags/${tagId}`, { name: "taken" })).status).toBe(404);
  expect((await ask({ asker }, "DELETE", `/v1/tags/${tagId}`)).status).toBe(404);
  await scope(["account", "admin"]);
  expect((await ask({ asker }, "PATCH", `/v1/tags/${tagId}`, { name: "given" })).status).toBe(200);
  await panel.db.apiKey.deleteMany({ where: { userId: admin.id } });
});

test("a tag tells its owner of no bot that they do not see any more", async () => {
  const { panel, owner, viewer, botId } = world;
  const tagId = await tagWith(viewer, "seen", []);
  await tagged(viewer, tagId, [botId]);
  expect((await ask(viewer, "GET", "/v1/tags")).text).toContain(botId);
  await panel.db.grant.deleteMany({ where: { userId: viewer.id } });
  expect((await ask(viewer, "GET", "/v1/tags")).text).not.toContain(botId);
  expect((await ask(owner, "GET", members())).text).not.toContain(tagId);
});

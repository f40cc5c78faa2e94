import { expect, test, vi } from "vitest";
import { type BotPermission, presets } from "#contracts/access";
import { inviteOffer } from "#contracts/members";
import { cookieOf, idOf, nobody, PASSWORD } from "../testing/panel";
import { codeIn, codeOf, holdBot, shareOnePanel, waiting, week } from "../testing/sharing";
import { rules } from "../throttle";

const { world, ask, mayNow, told, audited } = shareOnePanel();

test("an invite is looked at, and taken once: by an account that is there, or by one that it makes", async () => {
  const { panel, owner, viewer, stranger, botId } = world;
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
  const { panel, admin, owner, manager, stranger, botId, other } = world;
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

test("one invite that is taken and taken back at the same moment is one or the other", async () => {
  const { owner, stranger, botId } = world;
  const { body } = await ask(owner, "POST", `/v1/bots/${botId}/invites`, week);
  const lock = await holdBot(botId);
  const revoking = ask(owner, "DELETE", `/v1/bots/${botId}/invites/${idOf(body)}`);
  await vi.waitFor(async () => expect(await waiting()).toBe(1));
  const taking = ask(stranger, "POST", "/v1/invites/accept", { code: codeIn(body) });
  await vi.waitFor(async () => expect(await waiting()).toBe(2));
  await lock.release();
  expect([(await revoking).status, codeOf(await taking)]).toEqual([200, "invite_gone"]);
});

test("fifty who take one invite at the same moment are one member", async () => {
  const { panel, owner, botId } = world;
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
});

test("guessing codes is slowed, and a right one is taken meanwhile", async () => {
  const { panel, owner, botId } = world;
  const code = codeIn((await ask(owner, "POST", `/v1/bots/${botId}/invites`, week)).body);
  const guess = () => panel.ask(nobody, "POST", "/v1/invites/look", { code: "guess" });
  for (let tries = 0; tries < rules.invite.tries; tries++) expect(codeOf(await guess())).toBe("invite_gone");
  expect(codeOf(await guess())).toBe("too_many_tries");
  expect((await panel.ask(nobody, "POST", "/v1/invites/look", { code })).status).toBe(200);
});

test("admins invite to an account alone, with a role; one that is there keeps its own", async () => {
  const { panel, admin, owner, stranger } = world;
  expect((await ask(owner, "POST", "/v1/invites", { role: "user" })).status).toBe(403);
  // Not by a browser that an admin left open.
  expect(codeOf(await ask(admin, "POST", "/v1/invites", { role: "admin" }))).toBe("password_wrong");
  const made = await ask(admin, "POST", "/v1/invites", { role: "admin", password: PASSWORD });
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

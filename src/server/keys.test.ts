import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Actor, botPermissions, type KeyScope } from "#contracts/access";
import { keyView } from "#contracts/api/keys";
import { hashKey, newToken } from "./key-use";
import { signInToSftp } from "./sftp";
import { type Asker, idOf, localKey, openTestPanel, PASSWORD, type Person, type TestPanel } from "./testing/panel";
import { issueTicket } from "./ticket";

let panel: TestPanel;
let admin: Person;
let ada: typeof admin;
let bob: typeof admin;
let mine = "";
let other = "";
beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("root", "admin");
  ada = await panel.person("ada");
  bob = await panel.person("bob");
  mine = await panel.bot(ada, "one");
  other = await panel.bot(ada, "two");
});
afterAll(() => panel?.close());

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlc0JMJr8WsBUkTsSZTWMHWGdU0QLomuESHLw0nTWbZ ada@laptop";
const made = keyView.extend({ token: z.string() });
type Wanted = { scope: KeyScope | null; days?: number | null; addresses?: string[] };
const ask = (asker: Asker, wanted: object) =>
  panel.ask(asker, "POST", "/v1/me/keys", { name: "key", password: PASSWORD, ...wanted });
async function keyFor(asker: Asker, wanted: Wanted) {
  const { token, id } = made.parse((await ask(asker, wanted)).body);
  return { id, token, asker: { authorization: `Bearer ${token}` } };
}
const refused = (code: string, values = {}) => ({ body: { code, values } });
const bot = (asker: Asker, id = mine, path = "", method = "GET", body?: object) =>
  panel.ask(asker, method, `/v1/bots/${id}${path}`, body);
const restart = (asker: Asker, id = mine) => bot(asker, id, "/restart", "POST");

test("what a key may is said when it is made: neither all nor for ever comes by leaving something out", async () => {
  expect(await ask(ada.asker, {})).toMatchObject({ status: 400 });
  for (const days of [0, 366, 1.5]) expect(await ask(ada.asker, { scope: null, days })).toMatchObject({ status: 400 });
  const [usual, kept] = [await ask(ada.asker, { scope: null }), await ask(ada.asker, { scope: null, days: null })];
  const { createdAt, expiresAt, token } = made.parse(usual.body);
  expect(Math.round(((expiresAt ?? 0) - createdAt) / 86_400_000)).toBe(90);
  expect(made.parse(kept.body)).toMatchObject({ expiresAt: null, scope: null, addresses: [], lastUsedAt: null });
  expect(await panel.db.apiKey.count({ where: { hash: hashKey(token) } })).toBe(1);
  expect(JSON.stringify(await panel.db.apiKey.findMany())).not.toContain(token);
  expect((await panel.ask(ada.asker, "GET", "/v1/me/keys")).text).not.toContain(token);
});

test("an API key is shown once, works, and can be revoked by its owner alone", async () => {
  const answer = await panel.ask(ada.asker, "POST", "/v1/me/keys", {
    name: "ci",
    days: 1,
    scope: null,
    password: PASSWORD,
  });
  expect(answer).toMatchObject({ status: 201, body: { token: expect.stringMatching(/^by_[\w-]{43}$/) } });
  const token = /"token":"([^"]+)"/.exec(answer.text)?.[1] ?? "";
  expect((await panel.ask({ authorization: `Bearer ${token}` }, "GET", "/v1/me")).body).toMatchObject({ id: ada.id });
  expect((await panel.ask(ada.asker, "GET", "/v1/me/keys")).text).not.toContain(token);
  const path = `/v1/me/keys/${idOf(answer.body)}`;
  expect((await panel.ask(bob.asker, "DELETE", path)).status).toBe(404);
  expect((await panel.ask(ada.asker, "DELETE", path)).status).toBe(200);
  expect((await panel.ask({ authorization: `Bearer ${token}` }, "GET", "/v1/me")).status).toBe(401);
});

test("a scoped key does what its scope says, with its bots, and nothing else", async () => {
  const key = await keyFor(ada.asker, { scope: { permissions: ["bot:view", "power:restart"], bots: [mine] } });
  expect((await bot(key.asker)).body).toMatchObject({ id: mine, permissions: ["bot:view", "power:restart"] });
  expect((await restart(key.asker)).status).toBe(200);
  expect(await bot(key.asker, mine, "/env")).toMatchObject(refused("not_allowed", { permission: "env:read" }));
  expect(await bot(key.asker, other)).toMatchObject(refused("not_found", { what: "bot" }));
  expect((await panel.ask(key.asker, "GET", "/v1/bots")).body).toMatchObject({ bots: [{ id: mine }] });
  const lacks = (permission: string) => refused("not_allowed", { permission });
  expect(await panel.ask(key.asker, "GET", "/v1/me/keys")).toMatchObject(lacks("account"));
  const template = { kind: "template", template: "demo-js" };
  expect(await panel.ask(key.asker, "POST", "/v1/imports", template)).toMatchObject(lacks("bot:create"));
  const ofAdmin = await keyFor(admin.asker, { scope: { permissions: ["bot:view"], bots: "all" } });
  expect(await panel.ask(ofAdmin.asker, "GET", "/v1/doctor")).toMatchObject(lacks("admin"));
  expect((await bot(ofAdmin.asker)).status).toBe(200);
  expect(await restart(ofAdmin.asker)).toMatchObject(lacks("power:restart"));
});

test("a key shrinks when its maker does, and grows no further than its scope", async () => {
  const grant = (permissions: string[]) => {
    const on = { botId: mine, userId: bob.id };
    const data = { ...on, permissions };
    return panel.db.grant.upsert({ where: { botId_userId: on }, create: data, update: data });
  };
  await grant(["bot:view", "power:restart", "env:read"]);
  const scoped = await keyFor(bob.asker, { scope: { permissions: ["bot:view", "power:restart"], bots: "all" } });
  const full = await keyFor(bob.asker, { scope: null });
  expect([(await restart(scoped.asker)).status, (await restart(full.asker)).status]).toEqual([200, 200]);
  await grant(["bot:view", "env:read", "env:write"]);
  for (const { asker } of [scoped, full])
    expect(await restart(asker)).toMatchObject(refused("not_allowed", { permission: "power:restart" }));
  expect((await bot(full.asker, mine, "/env")).status).toBe(200);
  expect((await bot(scoped.asker, mine, "/env")).status).toBe(403);
  await panel.db.grant.deleteMany({ where: { userId: bob.id } });
  for (const { asker } of [scoped, full]) expect((await bot(asker)).status).toBe(404);

  const ofAdmin = await keyFor(admin.asker, { scope: { permissions: ["admin", "bot:view"], bots: "all" } });
  expect((await panel.ask(ofAdmin.asker, "GET", "/v1/doctor")).status).toBe(200);
  await panel.db.user.update({ where: { id: admin.id }, data: { role: "user" } });
  expect((await panel.ask(ofAdmin.asker, "GET", "/v1/doctor")).status).toBe(403);
  expect((await bot(ofAdmin.asker)).status).toBe(404);
  await panel.db.user.update({ where: { id: admin.id }, data: { role: "admin" } });
});

test("nobody puts into a key what they do not have", async () => {
  const scope = { permissions: ["bot:view"], bots: [mine] };
  expect(await ask(bob.asker, { scope })).toMatchObject(refused("not_found", { what: "bot" }));
  expect(await ask(ada.asker, { scope: { permissions: ["admin"], bots: "all" } })).toMatchObject(
    refused("not_allowed", { permission: "admin" }),
  );
});

test("a key makes no key and adds no SSH key, whoever has its owner's password too; the machine's owner does both", async () => {
  const { asker } = await keyFor(ada.asker, { scope: null });
  const ssh = (by: Asker) => panel.ask(by, "POST", "/v1/me/ssh-keys", { publicKey, password: PASSWORD });
  const before = await panel.db.apiKey.count();
  expect(await ask(asker, { scope: { permissions: ["bot:view"], bots: [mine] } })).toMatchObject(refused("key_beyond"));
  expect(await ssh(asker)).toMatchObject(refused("key_beyond"));
  expect([await panel.db.apiKey.count(), await panel.db.sshKey.count()]).toEqual([before, 0]);
  expect((await ask(localKey(), { scope: null, password: undefined })).status).toBe(201);
  expect((await ssh(localKey())).status).toBe(201);
});

test("a browser that was left open makes no key: the password is asked for, and a wrong one is remembered", async () => {
  const eve = await panel.person("eve");
  const before = await panel.db.apiKey.count();
  for (const password of [undefined, "", "wrong password"]) {
    expect(await ask(eve.asker, { scope: null, password })).toMatchObject({
      status: 403,
      ...refused("password_wrong"),
    });
  }
  const ssh = await panel.ask(eve.asker, "POST", "/v1/me/ssh-keys", { publicKey, password: "" });
  expect(ssh).toMatchObject(refused("password_wrong"));
  const entries = await panel.db.auditEntry.findMany({ where: { actorId: eve.id } });
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["account.confirmFailed"]));
  expect([await panel.db.apiKey.count(), await panel.db.sshKey.count({ where: { userId: eve.id } })]).toEqual([
    before,
    0,
  ]);
  // Who has no password has signed in just now.
  await panel.db.user.update({ where: { id: eve.id }, data: { passwordHash: null } });
  expect((await ask(eve.asker, { scope: null, password: undefined })).status).toBe(201);
  await panel.db.session.updateMany({
    where: { userId: eve.id },
    data: { createdAt: new Date(Date.now() - 16 * 60_000) },
  });
  expect(await ask(eve.asker, { scope: null })).toMatchObject(refused("sign_in_again"));
});

test("of two keys made at once none is one too many", async () => {
  const max = await panel.person("max");
  const data = Array.from({ length: 99 }, (_, at) => ({ userId: max.id, name: `${at}`, hash: `max${at}` }));
  await panel.db.apiKey.createMany({ data });
  const made = await Promise.all(Array.from({ length: 2 }, () => ask(max.asker, { scope: null })));
  expect(made.map(({ status }) => status).sort()).toEqual([201, 400]);
  expect(await panel.db.apiKey.count({ where: { userId: max.id } })).toBe(100);
});

test("a key gives no bot a key, and invites nobody for longer than it lasts", async () => {
  const invite = (asker: Asker) => bot(asker, mine, "/invites", "POST", { permissions: ["bot:view"], hours: 720 });
  const reach = (asker: Asker, far: string) => bot(asker, mine, "/panel-reach", "PUT", { reach: far });
  const key = await keyFor(ada.asker, { scope: null, days: 2 });
  expect(await reach(key.asker, "itself")).toMatchObject(refused("key_beyond"));
  expect([(await reach(ada.asker, "itself")).status, (await reach(key.asker, "none")).status]).toEqual([200, 200]);
  const { expiresAt } = await panel.db.apiKey.findUniqueOrThrow({ where: { id: key.id } });
  expect((await invite(key.asker)).body).toMatchObject({ expiresAt: expiresAt?.getTime() });
  const { body } = await invite(ada.asker);
  expect(z.object({ expiresAt: z.number() }).parse(body).expiresAt).toBeGreaterThan(Date.now() + 700 * 3_600_000);
});

test("a key that asks too much waits; a bot's own sooner, and nobody else with it", async () => {
  expect((await bot(ada.asker, mine, "/panel-reach", "PUT", { reach: "itself" })).status).toBe(200);
  const token = newToken();
  await panel.db.apiKey.updateMany({ where: { botId: mine }, data: { hash: hashKey(token) } });
  const asker = { authorization: `Bearer ${token}` };
  const own = await keyFor(ada.asker, { scope: null });
  const many = async (by: Asker) => {
    const statuses: number[] = [];
    for (let index = 0; index < 40; index++) statuses.push((await bot(by)).status);
    return statuses;
  };
  // Whole, or half a second later is a hair less than that.
  let now = Math.ceil(performance.now());
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  try {
    expect(await many(asker)).toEqual([...Array(30).fill(200), ...Array(10).fill(429)]);
    expect(await bot(asker)).toMatchObject(refused("too_many_requests", { seconds: 1 }));
    expect(await many(own.asker)).toEqual(Array(40).fill(200));
    now += 500;
    expect([(await bot(asker)).status, (await bot(asker)).status]).toEqual([200, 429]);
    // To start it again is rarer still.
    now += 10_000;
    const restarts: number[] = [];
    for (let index = 0; index < 4; index++) restarts.push((await restart(asker)).status);
    expect(restarts).toEqual([200, 200, 200, 429]);
    const { input } = panel.worker.asks.findLast(({ name }) => name === "bots.command") ?? {};
    expect(input).toMatchObject({ botId: mine, by: "bot" });
    expect((await restart(ada.asker)).status).toBe(200);
    now += 60_000;
    expect((await restart(asker)).status).toBe(200);
    // It is code of others, too.
    const me = { id: ada.id, name: "ada", role: "user" };
    expect((await panel.ask(asker, "GET", "/v1/me")).body).toEqual({ ...me, email: null });
    expect((await panel.ask(own.asker, "GET", "/v1/me")).body).toEqual({ ...me, email: ada.email });
  } finally {
    clock.mockRestore();
  }
});

test("a key for addresses works from nowhere else, over SFTP neither, and its last use is seen", async () => {
  const key = await keyFor(ada.asker, { scope: null, addresses: ["192.0.2.0/24", "2001:DB8::/32"] });
  const from = (peer: string) => panel.ask({ ...key.asker, "x-botyard-peer": peer }, "GET", "/v1/me");
  const proof = { kind: "password", password: key.token } as const;
  const overSftp = (address: string) => signInToSftp({ login: "ada", botId: mine, address, proof });
  for (const address of ["192.0.2.9", "::ffff:192.0.2.9", "2001:db8:1::1"])
    expect((await from(address)).status).toBe(200);
  for (const address of ["192.0.3.1", "2001:db9::1", "unknown"])
    expect(await from(address)).toMatchObject({ status: 403, ...refused("key_address", { address }) });
  expect(await overSftp("192.0.3.1")).toBeNull();
  expect(await overSftp("192.0.2.77")).toMatchObject({ via: "apiKey", keyId: key.id });
  const { keys } = z.object({ keys: z.array(keyView) }).parse((await panel.ask(ada.asker, "GET", "/v1/me/keys")).body);
  const seen = keys.find(({ id }) => id === key.id);
  expect(seen).toMatchObject({ addresses: ["192.0.2.0/24", "2001:db8::/32"], lastUsedFrom: "192.0.2.77" });
  expect(seen?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000);
  const wrong = await ask(ada.asker, { scope: null, addresses: ["home"] });
  expect(wrong).toMatchObject({ status: 400, ...refused("network_invalid") });
});

test("a live connection sees no more than the key that opened it, and does not outlive it", async () => {
  const key = await keyFor(ada.asker, { scope: { permissions: ["bot:view"], bots: [mine] }, days: 1 });
  const soon = new Date(Date.now() + 5_000);
  await panel.db.apiKey.update({ where: { id: key.id }, data: { expiresAt: soon } });
  const { body } = await panel.ask(key.asker, "POST", "/v1/live/ticket");
  const { ticket, livesUntil } = z.object({ ticket: z.string(), livesUntil: z.number() }).parse(body);
  expect(livesUntil).toBe(soon.getTime());
  const claims = JSON.parse(Buffer.from(ticket.split(".")[0] ?? "", "base64url").toString());
  expect(claims.bots).toEqual({ [mine]: ["bot:view"] });
});

test("a ticket that was asked for is not given once the key is gone, or its owner no admin any more", async () => {
  const key = await keyFor(admin.asker, { scope: null });
  const actor: Actor = { kind: "key", name: "key", role: "admin", userId: admin.id, keyId: key.id, address: "" };
  expect((await issueTicket(actor)).ticket).toMatch(/^[\w-]+\.[\w-]+$/);
  // Both are looked at after the ticket's time: what ends later takes the ticket along.
  await expect(issueTicket({ ...actor, userId: ada.id })).rejects.toMatchObject({ code: "not_signed_in" });
  await panel.db.apiKey.delete({ where: { id: key.id } });
  await expect(issueTicket(actor)).rejects.toMatchObject({ code: "not_signed_in" });
});

test("what was made is told in full, but for the token", async () => {
  const key = await keyFor(ada.asker, { scope: { permissions: [...botPermissions], bots: [mine] }, days: null });
  const entry = await panel.db.auditEntry.findFirst({ where: { action: "key.create" }, orderBy: { id: "desc" } });
  expect(entry?.detail).toMatchObject({ name: "key", days: "none", permissions: [...botPermissions], bots: [mine] });
  expect(JSON.stringify(entry?.detail)).not.toContain(key.token);
  expect((await panel.ask(ada.asker, "DELETE", `/v1/me/keys/${key.id}`)).status).toBe(200);
  expect((await bot(key.asker)).status).toBe(401);
});

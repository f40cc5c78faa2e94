import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { userView } from "#contracts/people";
import { checkSftp, signInToSftp } from "../sftp";
import { checkPassword } from "../sign-in";
import { idOf, keyOf, localKey, openTestPanel, PASSWORD, type Person, type TestPanel } from "../testing/panel";

let panel: TestPanel;
let admin: Person;
let named = 0;
beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("root", "admin");
});
afterAll(() => panel?.close());
afterEach(() => panel.db.ban.deleteMany({}));

const person = (role?: "admin" | "user") => panel.person(`p${++named}`, role);
const as = (asker: Record<string, string>, method: string, path: string, body?: unknown) =>
  panel.ask(asker, method, `/v1${path}`, body);
const ask = (method: string, path: string, body?: unknown) => as(admin.asker, method, path, body);
const code = (answer: { body: unknown }) => z.object({ code: z.string() }).safeParse(answer.body).data?.code ?? "done";
const view = async (id: string) => userView.parse((await ask("GET", `/users/${id}`)).body);
const soon = () => new Date(Date.now() + 600_000);
const told = (name: string) => panel.worker.asks.filter((one) => one.name === name).length;

test("a disabled account is out at once by every way in, and its bots stay; enabled, it signs in anew", async () => {
  const ada = await person();
  const botId = await panel.bot(ada, "one");
  const key = await keyOf(panel.db, ada.id, soon());
  const me = async () => [(await as(ada.asker, "GET", "/me")).status, (await as(key, "GET", "/me")).status];
  const proof = { kind: "password", password: PASSWORD } as const;
  const sftp = () => signInToSftp({ login: ada.email, botId, address: "192.0.2.7", proof });
  const open = await sftp();
  expect([await me(), open?.via]).toEqual([[200, 200], "password"]);
  expect(await ask("POST", `/users/${ada.id}/disable`)).toMatchObject({ status: 200, body: { usage: { bots: 1 } } });
  expect([await me(), await sftp(), open && (await checkSftp([open]))]).toEqual([[401, 401], null, [null]]);
  await expect(checkPassword(ada.email, PASSWORD, "192.0.2.7")).rejects.toMatchObject({ code: "sign_in_failed" });
  expect(panel.worker.asks.at(-1)).toEqual({ name: "access.changed", input: { userId: ada.id } });
  expect(panel.worker.definitions.has(botId)).toBe(true);
  expect((await ask("POST", `/users/${ada.id}/enable`)).status).toBe(200);
  // The cookie from before is no good any more; a key is.
  expect([await me(), (await sftp())?.via]).toEqual([[401, 200], "password"]);
});

test("the last admin who can sign in stays one, also when two remove each other at once", async () => {
  const tries = [
    ["POST", `/users/${admin.id}/disable`],
    ["PUT", `/users/${admin.id}/role`, { role: "user" }],
    ["DELETE", `/users/${admin.id}`],
  ] as const;
  for (const [method, path, body] of tries) expect(code(await ask(method, path, body))).toBe("last_admin");
  expect((await ask("GET", "/users")).status).toBe(200);

  for (const [method, of, body] of [
    ["POST", "/disable", undefined],
    ["PUT", "/role", { role: "user" }],
    ["DELETE", "", undefined],
  ] as const) {
    const [one, two] = [await person("admin"), await person("admin")];
    await panel.db.user.update({ where: { id: admin.id }, data: { disabledAt: new Date() } });
    const both = [
      as(one.asker, method, `/users/${two.id}${of}`, body),
      as(two.asker, method, `/users/${one.id}${of}`, body),
    ];
    const codes = (await Promise.all(both)).map(code).sort();
    // The second is the last one left, or finds that it is no admin itself any more.
    expect(["done,last_admin", "done,not_allowed", "done,not_signed_in"]).toContain(codes.join());
    expect(await panel.db.user.count({ where: { role: "admin", disabledAt: null } })).toBe(1);
    await panel.db.user.deleteMany({ where: { id: { in: [one.id, two.id] } } });
    await panel.db.user.update({ where: { id: admin.id }, data: { disabledAt: null } });
  }
});

test("accounts come in pages by name, and are found by part of their name or e-mail, or by their id", async () => {
  const people = ["Zoe B", "zoe d", "Zoe A", "Zoe C", "Yan"].map((name, index) => ({
    name,
    email: `z${index}@sea.example`,
  }));
  const made = await panel.db.user.createManyAndReturn({
    data: people.map((one) => ({ ...one, role: "user" as const })),
  });
  const read = async (query: string) => {
    const { status, body } = await ask("GET", `/users?${query}`);
    expect([query, status]).toEqual([query, 200]);
    return z.object({ users: z.array(userView), next: z.string().nullable() }).parse(body);
  };
  const pages = [await read("text=ZOE&limit=3")];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next)
    pages.push(await read(`text=ZOE&limit=3&cursor=${next}`));
  expect(pages.map(({ users }) => users.length)).toEqual([3, 1]);
  expect(pages.flatMap(({ users }) => users.map(({ name }) => name)).sort()).toEqual([
    "Zoe A",
    "Zoe B",
    "Zoe C",
    "zoe d",
  ]);
  const named = async (query: string) => (await read(query)).users.map(({ name }) => name);
  expect([await named("text=@sea.ex&limit=1"), await named("text=z4@")]).toMatchObject([{ length: 1 }, ["Yan"]]);
  expect([await named(`text=${made[4]?.id}`), await named("text=%25"), await named("text=_")]).toEqual([
    ["Yan"],
    [],
    [],
  ]);
  for (const bad of ["limit=0", "limit=201", "cursor=x", "cursor=WzEsMl0"])
    expect([bad, code(await ask("GET", `/users?${bad}`))]).toEqual([bad, "bad_input"]);
  await panel.db.user.deleteMany({ where: { id: { in: made.map(({ id }) => id) } } });
});

test("everybody sees what their bots are, and what they may be", async () => {
  const ada = await person();
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { ...none, memoryMb: 900 } });
  await panel.bot(ada, "one");
  const { body } = await as(ada.asker, "GET", "/me/limits");
  expect(body).toEqual({ bounds: { ...none, memoryMb: 900 }, usage: { bots: 1, memoryMb: 512, diskMb: 0 } });
});

test("another role is another sign-in", async () => {
  const ada = await person();
  const promote = (password?: string) => ask("PUT", `/users/${ada.id}/role`, { role: "admin", password });
  // Not by a browser that an admin left open.
  expect(code(await promote())).toBe("password_wrong");
  expect(await promote(PASSWORD)).toMatchObject({ body: { role: "admin" } });
  expect((await as(ada.asker, "GET", "/me")).status).toBe(401);
  const before = await panel.db.user.findUniqueOrThrow({ where: { id: ada.id } });
  await promote(PASSWORD);
  expect(await panel.db.user.findUniqueOrThrow({ where: { id: ada.id } })).toEqual(before);
  await panel.db.user.delete({ where: { id: ada.id } });
});

test("who is no admin any more is not trusted as one: neither their bots, nor what they are making", async () => {
  const ada = await person("admin");
  const [botId, importId] = [await panel.bot(ada, "one"), await ready(ada)];
  expect(panel.worker.definitions.get(botId)).toMatchObject({ trusted: true, revision: 1 });
  await panel.db.user.update({ where: { id: admin.id }, data: { disabledAt: new Date() } });
  expect(code(await as(ada.asker, "PUT", `/users/${ada.id}/role`, { role: "user" }))).toBe("last_admin");
  await panel.db.user.update({ where: { id: admin.id }, data: { disabledAt: null } });
  // What was not done the worker has not heard of.
  expect(panel.worker.definitions.get(botId)).toMatchObject({ trusted: true, revision: 1 });
  const letGo = panel.worker.hold("imports.get");
  const making = make(ada, importId, "two");
  await vi.waitFor(() => expect(panel.worker.asks.at(-1)?.name).toBe("imports.get"));
  expect((await ask("PUT", `/users/${ada.id}/role`, { role: "user" })).status).toBe(200);
  letGo();
  const made = idOf((await making).body);
  for (const id of [botId, made]) expect(panel.worker.definitions.get(id)).toMatchObject({ trusted: false });
  expect(await panel.db.auditEntry.count({ where: { botId, action: "bot.trust" } })).toBe(1);
});

test("a deleted account's bots go to somebody, with nothing that only their owner could give them", async () => {
  const [ada, bob] = [await person(), await person()];
  const [botId, other] = [await panel.bot(ada, "one"), await panel.bot(ada, "two")];
  const same = await panel.bot(bob, "ONE");
  const path = `/users/${ada.id}`;
  expect(code(await ask("DELETE", path))).toBe("user_has_bots");
  expect(code(await ask("DELETE", path, { botsTo: ada.id }))).toBe("not_found");
  expect(code(await ask("DELETE", path, { botsTo: "nobody" }))).toBe("not_found");
  expect(code(await ask("DELETE", path, { botsTo: bob.id }))).toBe("bot_name_taken");
  expect((await view(ada.id)).usage.bots).toBe(2);
  await as(bob.asker, "PATCH", `/bots/${same}`, { name: "three" });
  await panel.db.bot.update({ where: { id: botId }, data: { trusted: true } });
  await panel.db.bot.update({ where: { id: other }, data: { trusted: true } });
  const before = panel.worker.definitions.get(botId);
  await panel.db.grant.create({ data: { botId, userId: bob.id, permissions: ["bot:view"] } });
  await ask("PUT", `/users/${bob.id}/limits`, { limits: { bots: 2, memoryMb: null, diskMb: null } });
  expect(code(await ask("DELETE", path, { botsTo: bob.id }))).toBe("limit_bots");
  await panel.db.bot.update({ where: { id: same }, data: { nameKey: "two" } });
  expect(code(await ask("DELETE", path, { botsTo: bob.id }))).toBe("bot_name_taken");
  await panel.db.bot.update({ where: { id: same }, data: { nameKey: "three" } });
  // What was not done the worker has not heard of.
  expect(panel.worker.definitions.get(botId)).toEqual(before);
  await ask("PUT", `/users/${bob.id}/limits`, { limits: null });

  expect((await ask("DELETE", path, { botsTo: bob.id })).body).toEqual({ bots: 2 });
  expect((await as(ada.asker, "GET", "/me")).status).toBe(401);
  expect((await as(bob.asker, "GET", "/bots")).body).toMatchObject({
    bots: [{ id: botId }, { id: same }, { id: other }],
  });
  expect(panel.worker.definitions.get(botId)).toMatchObject({ trusted: false });
  expect(await panel.db.grant.count({ where: { botId } })).toBe(0);
  const { text } = await as(bob.asker, "GET", `/bots/${botId}/activity`);
  expect(text).toContain('"action":"bot.owner"');
});

const none = { bots: null, memoryMb: null, diskMb: null };
const ready = async ({ asker }: { asker: Record<string, string> }) =>
  idOf((await as(asker, "POST", "/imports", { kind: "template", template: "demo-js" })).body);
const make = (of: { asker: Record<string, string> }, importId: string, name: string, more = {}) =>
  as(of.asker, "POST", "/bots", { importId, name, runtime: "node", entry: "index.js", ...more });

test("fifty bots at once at a limit of one make one, and whoever is full is told before", async () => {
  const ada = await person();
  const imports = await Promise.all(Array.from({ length: 50 }, () => ready(ada)));
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { ...none, bots: 1 } });
  const answers = await Promise.all(imports.map((id, index) => make(ada, id, `bot ${index}`)));
  const codes = answers.map(code);
  expect(codes.filter((one) => one === "done")).toHaveLength(1);
  expect(codes.filter((one) => one === "limit_bots")).toHaveLength(49);
  expect(await panel.db.bot.count({ where: { ownerId: ada.id } })).toBe(1);
  const known = [...panel.worker.definitions.values()].filter(({ name }) => /^bot \d+$/.test(name));
  expect(known).toHaveLength(1);
  for (const kind of [
    { kind: "template", template: "demo-js" },
    { kind: "git", url: "https://git.example/a.git" },
  ])
    expect(code(await as(ada.asker, "POST", "/imports", kind))).toBe("limit_bots");
});

test("memory and disk are bounded as sums, on create and on every raise, whoever asks; what is beyond may shrink", async () => {
  const ada = await person();
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { bots: null, memoryMb: 600, diskMb: 5_000 } });
  // Who asks for no bound gets a share of what is left.
  const first = idOf((await make(ada, await ready(ada), "one")).body);
  const limitsOf = async (id: string) =>
    z
      .object({ settings: z.object({ limits: z.object({ memoryMb: z.number(), diskMb: z.number() }) }) })
      .parse((await as(ada.asker, "GET", `/bots/${id}`)).body).settings.limits;
  expect(await limitsOf(first)).toEqual({ memoryMb: 512, diskMb: 1_024 });
  const settings = (limits: object) => ({ settings: { limits } });
  const second = await make(ada, await ready(ada), "two", settings({ memoryMb: 89, diskMb: 1 }));
  expect(code(second)).toBe("limit_memory");
  expect(second.text).toContain("600 MB");
  expect(code(await make(ada, await ready(ada), "two", settings({ memoryMb: 88, diskMb: 3_977 })))).toBe("limit_disk");
  expect((await make(ada, await ready(ada), "two", settings({ memoryMb: 88, diskMb: 3_976 }))).status).toBe(201);
  expect(code(await make(ada, await ready(ada), "three"))).toBe("limit_memory");

  const raise = (asker: Record<string, string>, limits: object) =>
    as(asker, "PATCH", `/bots/${first}`, { settings: { limits } }).then(code);
  for (const asker of [ada.asker, admin.asker]) {
    expect(await raise(asker, { memoryMb: 513, diskMb: 1_024 })).toBe("limit_memory");
    expect(await raise(asker, { memoryMb: 0, diskMb: 1_024 })).toBe("limit_needed");
  }
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { bots: 1, memoryMb: 100, diskMb: null } });
  expect(await raise(ada.asker, { memoryMb: 511, diskMb: 0 })).toBe("done");
  expect(await raise(ada.asker, { memoryMb: 512, diskMb: 0 })).toBe("limit_memory");
  expect((await as(ada.asker, "PATCH", `/bots/${first}`, { name: "renamed" })).status).toBe(200);
});

test("the panel's limits hold for who has none of their own, and for no admin", async () => {
  const [ada, bob, boss] = [await person(), await person(), await person("admin")];
  await ask("PUT", `/users/${bob.id}/limits`, { limits: none });
  expect((await ask("PUT", "/limits", { ...none, bots: 0 })).status).toBe(200);
  expect([(await view(ada.id)).bounds.bots, (await view(bob.id)).bounds.bots]).toEqual([0, null]);
  const template = { kind: "template", template: "demo-js" };
  const started = (of: typeof ada) => as(of.asker, "POST", "/imports", template).then(code);
  expect([await started(ada), await started(bob), await started(boss)]).toEqual(["limit_bots", "done", "done"]);
  await ask("PUT", "/limits", none);
  await panel.db.user.delete({ where: { id: boss.id } });
});

test("who is banned comes in nowhere, what is open is asked again, and nobody bans themselves", async () => {
  const ada = await person();
  const botId = await panel.bot(ada, "one");
  const key = await keyOf(panel.db, ada.id, soon());
  const proof = { kind: "password", password: PASSWORD } as const;
  const enter = (address: string) => signInToSftp({ login: ada.email, botId, address, proof });
  const from = (peer: string) => ({ "x-botyard-peer": peer });
  const everyWay = async (peer: string) => [
    code(await as({ ...ada.asker, ...from(peer) }, "GET", "/bots")),
    code(await as({ ...key, ...from(peer) }, "GET", "/bots")),
    code(await as({ ...ada.asker, ...from(peer) }, "POST", "/live/ticket")),
    await checkPassword(ada.email, PASSWORD, peer).then(
      () => "done",
      (error: unknown) => code({ body: error }),
    ),
    (await enter(peer)) === null ? "banned" : "done",
  ];
  const [done, banned] = [Array(5).fill("done"), Array(5).fill("banned")];
  const open = await enter("198.51.100.7");
  const still = async () => (open && (await checkSftp([open]))[0]) ?? null;
  expect([await everyWay("198.51.100.7"), (await still()) !== null]).toEqual([done, true]);

  const ban = (kind: string, value: string, more = {}) => ask("POST", "/bans", { kind, value, ...more });
  const before = told("access.recheck");
  const one = await ban("network", "198.51.100.0/24", { reason: "scanning" });
  expect([one.status, told("access.recheck") - before]).toEqual([201, 1]);
  expect([await everyWay("198.51.100.7"), await still()]).toEqual([banned, null]);
  expect((await as({ ...ada.asker, ...from("198.51.100.7") }, "GET", "/bots")).text).toContain("(scanning)");
  expect(await everyWay("198.51.101.7")).toEqual(done);
  expect(code(await ban("network", "198.51.100.0/24"))).toBe("ban_known");
  const lift = `/bans/${idOf(one.body)}`;
  expect([(await ask("DELETE", lift)).status, code(await ask("DELETE", lift))]).toEqual([200, "not_found"]);
  expect(await everyWay("198.51.100.7")).toEqual(done);

  // The domain is everybody's here, hence the account with another.
  await panel.db.user.update({ where: { id: ada.id }, data: { email: "ada@evil.example", discordId: "123456789" } });
  ada.email = "ada@evil.example";
  for (const [kind, value] of [
    ["email", "ADA@evil.example"],
    ["email", "@evil.example"],
    ["discord", "123456789"],
  ] as const) {
    const made = await ban(kind, value);
    expect([value, made.status, await everyWay("203.0.113.7")]).toEqual([value, 201, banned]);
    await ask("DELETE", `/bans/${idOf(made.body)}`);
  }
  const ended = await ban("email", "@evil.example", { until: Date.now() - 1 });
  expect([ended.status, await everyWay("203.0.113.7")]).toEqual([201, done]);
  // It is over, so the same is no second one.
  const again = await ban("email", "@evil.example", { until: Date.now() - 1 });
  expect([again.status, await panel.db.ban.count()]).toEqual([201, 1]);
  for (const [kind, value] of [
    ["network", "192.0.2.1"],
    ["network", "192.0.0.0/16"],
    ["network", "0.0.0.0/0"],
    ["email", admin.email],
    ["email", "@example.com"],
  ] as const)
    expect([value, code(await ban(kind, value))]).toEqual([value, "ban_self"]);
  for (const [kind, value] of [
    ["email", "example.com"],
    ["discord", "eve"],
  ] as const)
    expect([value, code(await ban(kind, value))]).toEqual([value, "ban_invalid"]);
  expect(code(await ban("network", "home"))).toBe("network_invalid");
  // Whoever owns the machine can always lift a ban.
  const all = await panel.db.ban.create({ data: { kind: "network", value: "0.0.0.0/0" } });
  await vi.waitFor(async () => expect(code(await ask("GET", "/bans"))).toBe("banned"));
  expect((await as(localKey(), "DELETE", `/bans/${all.id}`)).status).toBe(200);
  expect((await ask("GET", "/bans")).status).toBe(200);
});

test("a person's API keys and their use are seen and revoked by admins", async () => {
  const ada = await person();
  const key = await keyOf(panel.db, ada.id, soon());
  await as(key, "GET", "/me");
  const { body } = await ask("GET", `/users/${ada.id}`);
  const { apiKeys } = z
    .object({ apiKeys: z.array(z.object({ id: z.string(), lastUsedFrom: z.string() })) })
    .parse(body);
  expect(apiKeys).toMatchObject([{ lastUsedFrom: "192.0.2.1" }]);
  const path = `/users/${ada.id}/keys/${apiKeys[0]?.id}`;
  expect((await ask("DELETE", path)).status).toBe(200);
  expect([(await as(key, "GET", "/me")).status, code(await ask("DELETE", path))]).toEqual([401, "not_found"]);
});

import { expect, test, vi } from "vitest";
import { z } from "zod";
import { userView } from "#contracts/people";
import { checkSftp, signInToSftp } from "../sftp";
import { checkPassword } from "../sign-in";
import { idOf, keyOf, PASSWORD } from "../testing/panel";
import { codeOf, openPeople, soon } from "../testing/people";

const { world, person, as, ask, view, ready, make } = openPeople();

test("a disabled account is out at once by every way in, and its bots stay; enabled, it signs in anew", async () => {
  const ada = await person();
  const botId = await world.panel.bot(ada, "one");
  const key = await keyOf(world.panel.db, ada.id, soon());
  const me = async () => [(await as(ada.asker, "GET", "/me")).status, (await as(key, "GET", "/me")).status];
  const proof = { kind: "password", password: PASSWORD } as const;
  const sftp = () => signInToSftp({ login: ada.email, botId, address: "192.0.2.7", proof });
  const open = await sftp();
  expect([await me(), open?.via]).toEqual([[200, 200], "password"]);
  expect(await ask("POST", `/users/${ada.id}/disable`)).toMatchObject({ status: 200, body: { usage: { bots: 1 } } });
  expect([await me(), await sftp(), open && (await checkSftp([open]))]).toEqual([[401, 401], null, [null]]);
  await expect(checkPassword(ada.email, PASSWORD, "192.0.2.7")).rejects.toMatchObject({ code: "sign_in_failed" });
  expect(world.panel.worker.asks.at(-1)).toEqual({ name: "access.changed", input: { userId: ada.id } });
  expect(world.panel.worker.definitions.has(botId)).toBe(true);
  expect((await ask("POST", `/users/${ada.id}/enable`)).status).toBe(200);
  // The cookie from before is no good any more; a key is.
  expect([await me(), (await sftp())?.via]).toEqual([[401, 200], "password"]);
});

test("the last admin who can sign in stays one, also when two remove each other at once", async () => {
  const tries = [
    ["POST", `/users/${world.admin.id}/disable`],
    ["PUT", `/users/${world.admin.id}/role`, { role: "user" }],
    ["DELETE", `/users/${world.admin.id}`],
  ] as const;
  for (const [method, path, body] of tries) expect(codeOf(await ask(method, path, body))).toBe("last_admin");
  expect((await ask("GET", "/users")).status).toBe(200);

  for (const [method, of, body] of [
    ["POST", "/disable", undefined],
    ["PUT", "/role", { role: "user" }],
    ["DELETE", "", undefined],
  ] as const) {
    const [one, two] = [await person("admin"), await person("admin")];
    await world.panel.db.user.update({ where: { id: world.admin.id }, data: { disabledAt: new Date() } });
    const both = [
      as(one.asker, method, `/users/${two.id}${of}`, body),
      as(two.asker, method, `/users/${one.id}${of}`, body),
    ];
    const codes = (await Promise.all(both)).map(codeOf).sort();
    // The second is the last one left, or finds that it is no admin itself any more.
    expect(["done,last_admin", "done,not_allowed", "done,not_signed_in"]).toContain(codes.join());
    expect(await world.panel.db.user.count({ where: { role: "admin", disabledAt: null } })).toBe(1);
    await world.panel.db.user.deleteMany({ where: { id: { in: [one.id, two.id] } } });
    await world.panel.db.user.update({ where: { id: world.admin.id }, data: { disabledAt: null } });
  }
});

test("accounts come in pages by name, and are found by part of their name or e-mail, or by their id", async () => {
  const people = ["Zoe B", "zoe d", "Zoe A", "Zoe C", "Yan"].map((name, index) => ({
    name,
    email: `z${index}@sea.example`,
  }));
  const made = await world.panel.db.user.createManyAndReturn({
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
    expect([bad, codeOf(await ask("GET", `/users?${bad}`))]).toEqual([bad, "bad_input"]);
  await world.panel.db.user.deleteMany({ where: { id: { in: made.map(({ id }) => id) } } });
});

test("another role is another sign-in", async () => {
  const ada = await person();
  const promote = (password?: string) => ask("PUT", `/users/${ada.id}/role`, { role: "admin", password });
  // Not by a browser that an admin left open.
  expect(codeOf(await promote())).toBe("password_wrong");
  expect(await promote(PASSWORD)).toMatchObject({ body: { role: "admin" } });
  expect((await as(ada.asker, "GET", "/me")).status).toBe(401);
  const before = await world.panel.db.user.findUniqueOrThrow({ where: { id: ada.id } });
  await promote(PASSWORD);
  expect(await world.panel.db.user.findUniqueOrThrow({ where: { id: ada.id } })).toEqual(before);
  await world.panel.db.user.delete({ where: { id: ada.id } });
});

test("who is no admin any more is not trusted as one: neither their bots, nor what they are making", async () => {
  const ada = await person("admin");
  const [botId, importId] = [await world.panel.bot(ada, "one"), await ready(ada)];
  expect(world.panel.worker.definitions.get(botId)).toMatchObject({ trusted: true, revision: 1 });
  await world.panel.db.user.update({ where: { id: world.admin.id }, data: { disabledAt: new Date() } });
  expect(codeOf(await as(ada.asker, "PUT", `/users/${ada.id}/role`, { role: "user" }))).toBe("last_admin");
  await world.panel.db.user.update({ where: { id: world.admin.id }, data: { disabledAt: null } });
  // What was not done the worker has not heard of.
  expect(world.panel.worker.definitions.get(botId)).toMatchObject({ trusted: true, revision: 1 });
  const letGo = world.panel.worker.hold("imports.get");
  const making = make(ada, importId, "two");
  await vi.waitFor(() => expect(world.panel.worker.asks.at(-1)?.name).toBe("imports.get"));
  expect((await ask("PUT", `/users/${ada.id}/role`, { role: "user" })).status).toBe(200);
  letGo();
  const made = idOf((await making).body);
  for (const id of [botId, made]) expect(world.panel.worker.definitions.get(id)).toMatchObject({ trusted: false });
  expect(await world.panel.db.auditEntry.count({ where: { botId, action: "bot.trust" } })).toBe(1);
});

test("a deleted account's bots go to somebody, with nothing that only their owner could give them", async () => {
  const [ada, bob] = [await person(), await person()];
  const [botId, other] = [await world.panel.bot(ada, "one"), await world.panel.bot(ada, "two")];
  const same = await world.panel.bot(bob, "ONE");
  const path = `/users/${ada.id}`;
  expect(codeOf(await ask("DELETE", path))).toBe("user_has_bots");
  expect(codeOf(await ask("DELETE", path, { botsTo: ada.id }))).toBe("not_found");
  expect(codeOf(await ask("DELETE", path, { botsTo: "nobody" }))).toBe("not_found");
  expect(codeOf(await ask("DELETE", path, { botsTo: bob.id }))).toBe("bot_name_taken");
  expect((await view(ada.id)).usage.bots).toBe(2);
  await as(bob.asker, "PATCH", `/bots/${same}`, { name: "three" });
  await world.panel.db.bot.update({ where: { id: botId }, data: { trusted: true } });
  await world.panel.db.bot.update({ where: { id: other }, data: { trusted: true } });
  const before = world.panel.worker.definitions.get(botId);
  await world.panel.db.grant.create({ data: { botId, userId: bob.id, permissions: ["bot:view"] } });
  await ask("PUT", `/users/${bob.id}/limits`, { limits: { bots: 2, memoryMb: null, diskMb: null } });
  expect(codeOf(await ask("DELETE", path, { botsTo: bob.id }))).toBe("limit_bots");
  await world.panel.db.bot.update({ where: { id: same }, data: { nameKey: "two" } });
  expect(codeOf(await ask("DELETE", path, { botsTo: bob.id }))).toBe("bot_name_taken");
  await world.panel.db.bot.update({ where: { id: same }, data: { nameKey: "three" } });
  // What was not done the worker has not heard of.
  expect(world.panel.worker.definitions.get(botId)).toEqual(before);
  await ask("PUT", `/users/${bob.id}/limits`, { limits: null });

  expect((await ask("DELETE", path, { botsTo: bob.id })).body).toEqual({ bots: 2 });
  expect((await as(ada.asker, "GET", "/me")).status).toBe(401);
  expect((await as(bob.asker, "GET", "/bots")).body).toMatchObject({
    bots: [{ id: botId }, { id: same }, { id: other }],
  });
  expect(world.panel.worker.definitions.get(botId)).toMatchObject({ trusted: false });
  expect(await world.panel.db.grant.count({ where: { botId } })).toBe(0);
  const { text } = await as(bob.asker, "GET", `/bots/${botId}/activity`);
  expect(text).toContain('"action":"bot.owner"');
});

test("a person's API keys and their use are seen and revoked by admins", async () => {
  const ada = await person();
  const key = await keyOf(world.panel.db, ada.id, soon());
  await as(key, "GET", "/me");
  const { body } = await ask("GET", `/users/${ada.id}`);
  const { apiKeys } = z
    .object({ apiKeys: z.array(z.object({ id: z.string(), lastUsedFrom: z.string() })) })
    .parse(body);
  expect(apiKeys).toMatchObject([{ lastUsedFrom: "192.0.2.1" }]);
  const path = `/users/${ada.id}/keys/${apiKeys[0]?.id}`;
  expect((await ask("DELETE", path)).status).toBe(200);
  expect([(await as(key, "GET", "/me")).status, codeOf(await ask("DELETE", path))]).toEqual([401, "not_found"]);
});

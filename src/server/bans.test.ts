import { afterEach, expect, test, vi } from "vitest";
import { checkSftp, signInToSftp } from "./sftp";
import { checkPassword } from "./sign-in";
import { idOf, keyOf, localKey, PASSWORD } from "./testing/panel";
import { codeOf, openPeople, soon } from "./testing/people";

const { world, person, as, ask } = openPeople();
afterEach(() => world.panel.db.ban.deleteMany({}));

const told = (name: string) => world.panel.worker.asks.filter((one) => one.name === name).length;

test("who is banned comes in nowhere, what is open is asked again, and nobody bans themselves", async () => {
  const ada = await person();
  const botId = await world.panel.bot(ada, "one");
  const key = await keyOf(world.panel.db, ada.id, soon());
  const proof = { kind: "password", password: PASSWORD } as const;
  const enter = (address: string) => signInToSftp({ login: ada.email, botId, address, proof });
  const from = (peer: string) => ({ "x-botyard-peer": peer });
  const everyWay = async (peer: string) => [
    codeOf(await as({ ...ada.asker, ...from(peer) }, "GET", "/bots")),
    codeOf(await as({ ...key, ...from(peer) }, "GET", "/bots")),
    codeOf(await as({ ...ada.asker, ...from(peer) }, "POST", "/live/ticket")),
    await checkPassword(ada.email, PASSWORD, peer).then(
      () => "done",
      (error: unknown) => codeOf({ body: error }),
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
  expect(codeOf(await ban("network", "198.51.100.0/24"))).toBe("ban_known");
  const lift = `/bans/${idOf(one.body)}`;
  expect([(await ask("DELETE", lift)).status, codeOf(await ask("DELETE", lift))]).toEqual([200, "not_found"]);
  expect(await everyWay("198.51.100.7")).toEqual(done);

  // The domain is everybody's here, hence the account with another.
  await world.panel.db.user.update({
    where: { id: ada.id },
    data: { email: "ada@evil.example", discordId: "123456789" },
  });
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
  expect([again.status, await world.panel.db.ban.count()]).toEqual([201, 1]);
  for (const [kind, value] of [
    ["network", "192.0.2.1"],
    ["network", "192.0.0.0/16"],
    ["network", "0.0.0.0/0"],
    ["email", world.admin.email],
    ["email", "@example.com"],
  ] as const)
    expect([value, codeOf(await ban(kind, value))]).toEqual([value, "ban_self"]);
  for (const [kind, value] of [
    ["email", "example.com"],
    ["discord", "eve"],
  ] as const)
    expect([value, codeOf(await ban(kind, value))]).toEqual([value, "ban_invalid"]);
  expect(codeOf(await ban("network", "home"))).toBe("network_invalid");
  // Whoever owns the machine can always lift a ban.
  const all = await world.panel.db.ban.create({ data: { kind: "network", value: "0.0.0.0/0" } });
  await vi.waitFor(async () => expect(codeOf(await ask("GET", "/bans"))).toBe("banned"));
  expect((await as(localKey(), "DELETE", `/bans/${all.id}`)).status).toBe(200);
  expect((await ask("GET", "/bans")).status).toBe(200);
});

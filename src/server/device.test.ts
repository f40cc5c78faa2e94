import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { MOST } from "./device";
import { hashKey } from "./key-use";
import { openTestPanel, PASSWORD, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let ada: Person;
let bob: typeof ada;
beforeAll(async () => {
  panel = await openTestPanel();
  [ada, bob] = [await panel.person("ada"), await panel.person("bob")];
});
afterAll(() => panel?.close());

const codes = z.object({ deviceCode: z.string(), userCode: z.string() });
const begin = async (peer = "198.51.100.7") =>
  codes.parse((await panel.ask({ "x-botyard-peer": peer }, "POST", "/v1/device", { name: "laptop" })).body);
const decide = (who: typeof ada, userCode: string, more: object = { allow: true, password: PASSWORD }) =>
  panel.ask(who.asker, "POST", `/v1/device/${userCode}`, more);
const fetchToken = async (deviceCode: string) => {
  const { status, body } = await panel.ask({}, "POST", "/v1/device/token", { deviceCode });
  return { status, ...z.object({ token: z.string().optional(), code: z.string().optional() }).parse(body) };
};
const unknown = { status: 404, code: "device_code_unknown" };

test("a program is called by what can be kept", async () => {
  for (const name of ["\ud800", "a\udc00b", "a\0b"]) {
    const { status, body } = await panel.ask({}, "POST", "/v1/device", { name });
    expect([status, body]).toEqual([400, expect.objectContaining({ code: "bad_input" })]);
  }
});

test("of two people who allow one program at once it is one's, and of two that ask for its key one gets it", async () => {
  const { deviceCode, userCode } = await begin();
  const said = await Promise.all([decide(ada, userCode), decide(bob, userCode), decide(ada, userCode)]);
  expect(said.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  const owner = said[1]?.status === 200 ? bob.id : ada.id;
  // More than there are connections to the database, of which none is held to wait for another.
  const told = await Promise.all(Array.from({ length: 12 }, () => fetchToken(deviceCode)));
  expect(told.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(404)]);
  const { token = "" } = told.find(({ status }) => status === 200) ?? {};
  const key = await panel.db.apiKey.findUnique({ where: { hash: hashKey(token) } });
  expect(key).toMatchObject({ userId: owner, name: "laptop" });
});

test("whoever may not come in any more lets no program in", async () => {
  const allowed = async (who: typeof ada) => {
    const { deviceCode, userCode } = await begin();
    expect((await decide(who, userCode)).status).toBe(200);
    return deviceCode;
  };
  const eve = await panel.person("eve");
  const [first, second] = [await allowed(eve), await allowed(eve)];
  await panel.db.user.update({ where: { id: eve.id }, data: { disabledAt: new Date() } });
  expect(await fetchToken(first)).toMatchObject(unknown);
  await panel.db.user.delete({ where: { id: eve.id } });
  expect(await fetchToken(second)).toMatchObject(unknown);
  // What it calls itself stands where somebody decides about it.
  const unseen = { name: "laptop\u202e from here" };
  expect((await panel.ask({}, "POST", "/v1/device", unseen)).status).toBe(400);
  // Whoever knew the old password may have allowed it.
  const fay = await panel.person("fay");
  const third = await allowed(fay);
  const change = { present: PASSWORD, password: `${PASSWORD}, another` };
  expect((await panel.ask(fay.asker, "PUT", "/v1/me/password", change)).status).toBe(200);
  expect(await fetchToken(third)).toMatchObject(unknown);
});

test("a flood of programs pushes out itself, and not the one that somebody is about to allow", async () => {
  const mine = await begin("203.0.113.7");
  const expiresAt = (index: number) => new Date(Date.now() + 500_000 + index);
  const flood = Array.from({ length: MOST + 500 }, (_, index) => ({
    id: `flood ${index}`,
    kind: "device",
    // Two networks, each with as many addresses as it likes.
    data: { userCode: `F${index}`, name: "x", address: "", place: index % 2 ? "2001:db8:1" : "2001:db8:2", begunAt: 0 },
    expiresAt: expiresAt(index),
  }));
  await panel.db.pending.createMany({ data: flood });
  await panel.db.pending.update({ where: { id: "flood 0" }, data: { userId: ada.id } });
  const later = await begin("2001:db8:1:77::1");
  const waiting = await panel.db.pending.findMany({ where: { kind: "device", userId: null }, select: { id: true } });
  expect(waiting).toHaveLength(MOST);
  // The oldest went first, of the one network as of the other; what was allowed stays.
  const left = waiting.map(({ id }) => id).filter((id) => id.startsWith("flood"));
  expect(Math.min(...left.map((id) => Number(id.slice(6))))).toBeGreaterThan(490);
  expect(await panel.db.pending.count({ where: { id: "flood 0" } })).toBe(1);
  for (const { userCode } of [mine, later]) expect((await decide(ada, userCode)).status).toBe(200);
});

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { cookieOf, idOf, openTestPanel, PASSWORD, type TestPanel } from "./testing/panel";
import { holdBot, waiting } from "./testing/sharing";

/** How many transactions are open that wait for nothing in the database: they wait for somebody else. */
async function idle(): Promise<number> {
  const [row] = await panel.db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'`;
  return Number(row?.count ?? 0);
}

let panel: TestPanel;
let admin: Awaited<ReturnType<TestPanel["person"]>>;
beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("root", "admin");
});
afterAll(() => panel?.close());

const ask = (who: typeof admin, method: string, path: string, body?: unknown) =>
  panel.ask(who.asker, method, `/v1${path}`, body);
const code = (answer: { body: unknown }) => z.object({ code: z.string() }).safeParse(answer.body).data?.code ?? "done";

/** Bots in the order in which they are locked. */
async function withBots(name: string, role?: "admin") {
  const owner = await panel.person(name, role);
  const [first = "", last = ""] = [await panel.bot(owner, "one"), await panel.bot(owner, "two")].sort();
  return { owner, first, last };
}

/** Stops the one at a bot, lets the other begin, and lets both go on: what each comes to. */
async function against(heldAt: string, one: () => Promise<{ body: unknown }>, other: () => Promise<{ body: unknown }>) {
  const held = await holdBot(heldAt);
  const stopped = one();
  await vi.waitFor(async () => expect(await waiting()).toBe(1));
  const coming = other();
  await vi.waitFor(async () => expect(await waiting()).toBe(2));
  await held.release();
  return [code(await stopped), code(await coming)];
}

test("who deletes an account does not wait for whoever tags its bots, who waits for them", async () => {
  const { owner, first, last } = await withBots("ada");
  const tagId = idOf((await ask(owner, "POST", "/tags", { name: "mine" })).body);
  const remove = () => ask(admin, "DELETE", `/users/${owner.id}`, { botsTo: admin.id });
  const tag = () => ask(owner, "POST", `/tags/${tagId}/bots`, { botIds: [first] });
  expect(await against(last, remove, tag)).toEqual(["done", "not_found"]);
  expect(await panel.db.bot.count({ where: { id: { in: [first, last] }, ownerId: admin.id } })).toBe(2);
});

test("who takes trust from somebody's bots does not wait for whoever changes one of them, who waits for them", async () => {
  const { owner, first, last } = await withBots("bob", "admin");
  const demote = () => ask(admin, "PUT", `/users/${owner.id}/role`, { role: "user" });
  const rename = () => ask(admin, "PATCH", `/bots/${last}`, { name: "three" });
  expect(await against(first, demote, rename)).toEqual(["done", "done"]);
  const rows = await panel.db.bot.findMany({ where: { ownerId: owner.id }, orderBy: { id: "asc" } });
  expect(rows).toMatchObject([{ trusted: false }, { trusted: false, name: "three" }]);
});

test("a bot that is given away while it is changed is changed by nobody who saw it as another's", async () => {
  const [{ owner, first, last }, other] = [await withBots("eve"), await panel.person("mallory")];
  const remove = () => ask(admin, "DELETE", `/users/${owner.id}`, { botsTo: other.id });
  const rename = () => ask(admin, "PATCH", `/bots/${last}`, { name: "three" });
  expect(await against(first, remove, rename)).toEqual(["done", "precondition_failed"]);
});

test("who asks while all connections to the database are taken waits for one, and is not told that it is away", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let free = () => {};
  const freed = new Promise<void>((go) => (free = go));
  let taken = 0;
  const all = Array.from({ length: 10 }, () =>
    panel.db.$transaction(async () => {
      taken += 1;
      await freed;
    }),
  );
  await vi.waitFor(() => expect(taken).toBe(10));
  const asked = ask(admin, "GET", "/me");
  for (let ms = 0; ms < 8_000; ms += 100) {
    await new Promise(setImmediate);
    vi.advanceTimersByTime(100);
  }
  free();
  await Promise.all(all);
  expect((await asked).status).toBe(200);
});

test("who stops being an admin gains nothing by what they asked before, and waited for", async () => {
  const { owner, first, last } = await withBots("joe", "admin");
  const accomplice = await panel.person("mel");
  const demote = () => ask(admin, "PUT", `/users/${owner.id}/role`, { role: "user" });
  const promote = () => ask(owner, "PUT", `/users/${accomplice.id}/role`, { role: "admin", password: PASSWORD });
  expect(await against(first, demote, promote)).toEqual(["done", "not_signed_in"]);
  const { tokenVersion } = await panel.db.user.update({ where: { id: owner.id }, data: { role: "admin" } });
  await panel.db.bot.updateMany({ where: { ownerId: owner.id }, data: { trusted: true } });
  Object.assign(owner, { asker: await cookieOf(owner.id, tokenVersion) });
  const trust = () => ask(owner, "PUT", `/bots/${last}/trust`, { trusted: true });
  expect(await against(last, demote, trust)).toEqual(["done", "not_signed_in"]);
  expect(await panel.db.bot.count({ where: { ownerId: owner.id, trusted: true } })).toBe(0);
  expect(await panel.db.user.count({ where: { id: accomplice.id, role: "admin" } })).toBe(0);
});

test("who is let out while they wait at a bot does nothing with it any more", async () => {
  const [{ owner, first }, member] = [await withBots("kim"), await panel.person("lou")];
  await ask(owner, "POST", `/bots/${first}/members`, {
    who: "lou",
    permissions: ["settings:rename", "settings:update"],
  });
  const remove = () => ask(owner, "DELETE", `/bots/${first}/members/${member.id}`);
  const rename = () => ask(member, "PATCH", `/bots/${first}`, { name: "mine now" });
  expect(await against(first, remove, rename)).toEqual(["done", "not_found"]);
});

test("one person who waits with many things for one bot lets nobody else wait for the database", async () => {
  const [{ owner, first }, other] = [await withBots("max"), await panel.person("ned")];
  const held = await holdBot(first);
  const many = Array.from({ length: 12 }, (_, at) => ask(owner, "PATCH", `/bots/${first}`, { name: `bot ${at}` }));
  await vi.waitFor(async () => expect(await waiting()).toBe(3), 30_000);
  expect((await ask(other, "GET", "/me")).status).toBe(200);
  expect(await waiting()).toBe(3);
  await held.release();
  expect((await Promise.all(many)).map(code)).toEqual(Array(12).fill("done"));
});

test("many people who wait for one bot let nobody else wait for the database", async () => {
  const [{ owner, first }, other] = [await withBots("pam"), await panel.person("quinn")];
  const members = [await panel.person("rae"), await panel.person("sue"), await panel.person("tom")];
  const permissions = ["bot:view", "settings:update", "settings:rename"];
  await panel.db.grant.createMany({ data: members.map(({ id }) => ({ botId: first, userId: id, permissions })) });
  const held = await holdBot(first);
  const many = [owner, ...members].flatMap((who) =>
    ["red", "green", "blue"].map((name) => ask(who, "PATCH", `/bots/${first}`, { name })),
  );
  await vi.waitFor(async () => expect(await waiting()).toBe(6), 30_000);
  expect((await ask(other, "GET", "/me")).status).toBe(200);
  expect(await waiting()).toBe(6);
  await held.release();
  expect((await Promise.all(many)).map(code)).toEqual(Array(12).fill("done"));
});

test("who waits for the worker to end a bot, or to open its secrets, holds no connection to the database", async () => {
  const { owner, first } = await withBots("uma");
  await ask(owner, "PUT", `/bots/${first}/env/KEPT`, { value: "kept" });
  const slow = [
    { rpc: "bots.reveal", method: "POST", path: "/env/KEPT/reveal" },
    { rpc: "bots.reveal", method: "POST", path: "/env/export" },
    { rpc: "bots.remove", method: "DELETE", path: "" },
  ] as const;
  for (const { rpc, method, path } of slow) {
    const answer = panel.worker.hold(rpc);
    panel.worker.asks.length = 0;
    const asked = ask(owner, method, `/bots/${first}${path}`);
    await vi.waitFor(() => expect(panel.worker.asks.map(({ name }) => name)).toContain(rpc));
    expect([path, await idle()]).toEqual([path, 0]);
    answer();
    expect([path, code(await asked)]).toEqual([path, "done"]);
  }
});

test("a bot that is changed while it is deleted is gone in the end, also from the worker", async () => {
  const { owner, first } = await withBots("vic");
  const remove = () => ask(owner, "DELETE", `/bots/${first}`);
  const rename = () => ask(owner, "PATCH", `/bots/${first}`, { name: "three" });
  expect(await against(first, remove, rename)).toEqual(["done", "not_found"]);
  const { owner: other, last } = await withBots("wes");
  const definition = panel.worker.definitions.get(last);
  if (!definition) throw new Error("the worker has no such bot");
  const held = await holdBot(last);
  const removing = ask(other, "DELETE", `/bots/${last}`);
  await vi.waitFor(() => expect(panel.worker.definitions.has(last)).toBe(false));
  // As by a change that was on its way.
  panel.worker.definitions.set(last, definition);
  await held.release();
  expect(code(await removing)).toBe("done");
  expect(panel.worker.definitions.has(last)).toBe(false);
});

test("a bot that is given away while it is let at the panel asks in the name of its new owner", async () => {
  const [{ owner, first, last }, other] = [await withBots("xia"), await panel.person("yan")];
  const remove = () => ask(admin, "DELETE", `/users/${owner.id}`, { botsTo: other.id });
  const reach = () => ask(admin, "PUT", `/bots/${first}/panel-reach`, { reach: "itself" });
  expect(await against(last, remove, reach)).toEqual(["done", "done"]);
  expect(await panel.db.apiKey.findMany({ where: { botId: first } })).toMatchObject([{ userId: other.id }]);
});

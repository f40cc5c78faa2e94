import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localKey, nobody, openTestPanel, type TestPanel } from "./testing/panel";

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());

const CODE = "a-code-that-was-printed";
const offer = (expiresAt: Date) =>
  panel.db.setupLink.upsert({
    where: { id: 1 },
    create: { codeHash: createHash("sha256").update(CODE).digest("hex"), expiresAt },
    update: { expiresAt },
  });
const person = (at: number) => ({ name: `P${at}`, email: `p${at}@example.com`, password: "0123456789" });
const setUp = (body: object, asker = nobody) => panel.ask(asker, "POST", "/v1/setup", body);

test("the first account takes the link's code, once, and only while it lasts", async () => {
  expect((await panel.ask(nobody, "GET", "/v1/setup")).body).toEqual({ needed: true });
  expect((await setUp(person(0))).body).toMatchObject({ code: "setup_link_invalid" });
  await offer(new Date(Date.now() - 1));
  expect((await setUp({ ...person(0), code: CODE })).body).toMatchObject({ code: "setup_link_invalid" });
  await offer(new Date(Date.now() + 60_000));
  expect((await setUp({ ...person(0), code: `${CODE}x` })).body).toMatchObject({ code: "setup_link_invalid" });
  expect((await setUp({ ...person(0), code: CODE, password: "short" })).body).toMatchObject({
    code: "bad_input",
    detail: "password: must be at least 10 characters",
  });
  await panel.db.signInThrottle.deleteMany({});

  // 8 by the link, which one address may try 10 times, and 12 as the owner of the home.
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      at < 8 ? setUp({ ...person(at), code: CODE }) : setUp(person(at), localKey()),
    ),
  );
  expect(tries.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  expect(await panel.db.user.findMany()).toMatchObject([{ role: "admin" }]);
  expect(await panel.db.setupLink.count()).toBe(0);
  expect(await panel.db.auditEntry.count({ where: { action: "account.setup" } })).toBe(1);

  await offer(new Date(Date.now() + 60_000));
  expect((await setUp({ ...person(30), code: CODE })).body).toMatchObject({ code: "setup_closed" });
  expect((await panel.ask(nobody, "GET", "/v1/setup")).body).toEqual({ needed: false });
});

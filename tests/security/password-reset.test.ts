import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { openBrowser } from "../../src/server/testing/browser";
import { localKey, openTestPanel, PASSWORD, type TestPanel } from "../../src/server/testing/panel";

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const coded = (code: string) => expect.objectContaining({ code });
const make = async (email: string, disableTwoFactor = false) => {
  const answer = await panel.ask(localKey(), "POST", "/v1/sign-in/reset-link", { email, disableTwoFactor });
  return z.object({ code: z.string() }).parse(answer.body).code;
};
const use = (code: string, password = "another long one") =>
  openBrowser(panel).ask("POST", "/v1/sign-in/reset", { code, password });

test("the owner of the home makes a link that sets a password once; every session of theirs ends", async () => {
  const { id, email, asker } = await panel.person("rita");
  const first = await make(email);
  const code = await make(email);
  expect(await use(first)).toMatchObject({ status: 403, body: coded("reset_link_invalid") });
  expect((await use(code)).body).toEqual({ email });
  expect(await use(code)).toMatchObject({ status: 403, body: coded("reset_link_invalid") });
  expect((await panel.ask(asker, "GET", "/v1/me")).status).toBe(401);
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input: { userId: id } });
  expect((await openBrowser(panel).signIn(email, "another long one")).said).toBeNull();
  const entries = await panel.db.auditEntry.findMany({
    where: { action: { in: ["user.reset", "account.passwordReset"] } },
  });
  expect(entries.map(({ actorKind }) => actorKind)).toEqual(["local", "local", "person"]);
  expect(JSON.stringify(entries.map(({ detail }) => detail))).not.toContain(code);
});

test("nobody else makes one, not even an admin, and it ends after 15 minutes", async () => {
  const admin = await panel.person("amir", "admin");
  const { email } = await panel.person("rolf");
  const asked = await panel.ask(admin.asker, "POST", "/v1/sign-in/reset-link", { email });
  expect(asked).toMatchObject({ status: 403, body: coded("local_only") });
  const code = await make(email);
  const row = await panel.db.pending.findFirstOrThrow({ where: { kind: "passwordReset" } });
  expect(row.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  await panel.db.pending.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await use(code)).toMatchObject({ status: 403, body: coded("reset_link_invalid") });
});

test("the second factor stays unless it was said that it goes too", async () => {
  const { id, email } = await panel.person("rosa");
  await panel.db.user.update({ where: { id }, data: { totpSince: new Date(), totpSecret: "v1.a.b.c" } });
  await use(await make(email));
  expect((await openBrowser(panel).signIn(email, "another long one")).said).toBe("second_factor_needed");
  await use(await make(email, true), PASSWORD);
  expect((await openBrowser(panel).signIn(email, PASSWORD)).said).toBeNull();
});

test("codes of such links cannot be guessed", async () => {
  const tries = await Promise.all(Array.from({ length: 12 }, () => use("x".repeat(43))));
  expect(tries.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(2);
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../../src/server/testing/browser";
import { idOf, openTestPanel, PASSWORD, type TestPanel } from "../../src/server/testing/panel";

let panel: TestPanel;
let made = 0;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const person = () => {
  made += 1;
  return panel.person(`p${made}`);
};
/** Somebody of their own, signed in with one browser. */
async function someone() {
  const who = await person();
  await panel.db.session.deleteMany({ where: { userId: who.id } });
  const browser = openBrowser(panel);
  await browser.signIn(who.email, PASSWORD);
  return { ...who, browser };
}
const isIn = async (browser: Pick<TestBrowser, "ask">) => (await browser.ask("GET", "/v1/me")).status === 200;
const actionsOf = async (userId: string) =>
  (await panel.db.auditEntry.findMany({ where: { actorId: userId }, orderBy: { id: "asc" } })).map(
    ({ action }) => action,
  );
const coded = (code: string) => expect.objectContaining({ code });
/** Another browser with a copy of the cookies of one. */
function copyOf(browser: TestBrowser): TestBrowser {
  const thief = openBrowser(panel, "198.51.100.9");
  for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
  return thief;
}

test("a wrong password and an unknown person get one answer, and neither a session", async () => {
  const { email } = await person();
  const browser = openBrowser(panel);
  const wrong = await browser.signIn(email, "wrong password");
  const unknown = await browser.signIn("nobody@example.com", PASSWORD);
  expect([wrong.status, wrong.said]).toEqual([401, "sign_in_failed"]);
  expect(unknown).toEqual(wrong);
  expect(await isIn(browser)).toBe(false);
});

test("what no table holds is refused in words, and says nothing of how the panel is made", async () => {
  const { browser } = await someone();
  const nul = "a\0b";
  expect((await openBrowser(panel).signIn(`${nul}@example.com`, PASSWORD)).said).toBe("sign_in_failed");
  expect(await panel.ask({}, "POST", "/v1/device", { name: nul })).toMatchObject({
    status: 400,
    body: coded("bad_input"),
  });
  for (const name of [nul, "a\nb", "ada\u202egro.live"])
    expect(await browser.ask("PATCH", "/v1/me", { name })).toMatchObject({ status: 400, body: coded("bad_input") });
  // A mistake of ours, wherever it is: here a session that cannot be written.
  await panel.db.$executeRaw`ALTER TABLE "User" RENAME COLUMN "passwordHash" TO "renamed"`;
  const broken = await openBrowser(panel)
    .signIn("ada@example.com", PASSWORD)
    .finally(() => panel.db.$executeRaw`ALTER TABLE "User" RENAME COLUMN "renamed" TO "passwordHash"`);
  expect(broken.said).toBe("unexpected");
  expect(JSON.stringify(broken)).not.toMatch(/invocation|prisma|passwordHash/i);
});

test("a sign-in makes a new session and ends the one before it; the table holds no cookie", async () => {
  const { id, email, browser } = await someone();
  expect(await isIn(browser)).toBe(true);
  const before = copyOf(browser);
  await browser.signIn(email, PASSWORD);
  expect([await isIn(browser), await isIn(before)]).toEqual([true, false]);
  const rows = await panel.db.session.findMany({ where: { userId: id } });
  expect(rows).toMatchObject([{ via: "password", address: "192.0.2.1", id: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  const forged = openBrowser(panel);
  forged.cookies.set("botyard.session", rows[0]?.id ?? "");
  expect(await isIn(forged)).toBe(false);
});

test("no page can read a cookie of the sign-in, and no other site's post sends it", async () => {
  const { browser } = await someone();
  await browser.ask("PUT", "/v1/me/password", { present: PASSWORD, password: "another long one" });
  const sessions = browser.sent.filter((one) => one.startsWith("botyard.session="));
  expect(sessions).toHaveLength(2);
  for (const one of browser.sent) expect(one).toMatch(/HttpOnly; SameSite=Lax/);
});

test("signing out ends the session on the server: a copied cookie is worth nothing, and its sockets are closed", async () => {
  const { id, browser } = await someone();
  const thief = copyOf(browser);
  const [session] = await panel.db.session.findMany({ where: { userId: id } });
  expect(await isIn(thief)).toBe(true);
  await browser.signOut();
  expect([await isIn(browser), await isIn(thief)]).toEqual([false, false]);
  const input = { userId: id, sessionIds: [session?.id] };
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input });
  expect(await actionsOf(id)).toEqual(["account.signIn", "account.signOut"]);
});

test("a session ends when it was not used for a week, and 30 days after it began whatever was done with it", async () => {
  const { id, browser } = await someone();
  const day = 24 * 3_600_000;
  const age = (createdAgo: number, seenAgo: number) =>
    panel.db.session.updateMany({
      where: { userId: id },
      data: { createdAt: new Date(Date.now() - createdAgo), lastSeenAt: new Date(Date.now() - seenAgo) },
    });
  await age(29.5 * day, day);
  expect(await isIn(browser)).toBe(true);
  const [row] = await panel.db.session.findMany({ where: { userId: id } });
  expect((row?.expiresAt.getTime() ?? 0) - Date.now()).toBeLessThan(0.6 * day);
  await panel.db.session.updateMany({ where: { userId: id }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await isIn(browser)).toBe(false);
});

test("one sees one's own sessions, ends one of them or all others, and never somebody else's", async () => {
  const { id, email, browser } = await someone();
  const other = openBrowser(panel, "198.51.100.2");
  const third = openBrowser(panel);
  await other.signIn(email, PASSWORD);
  await third.signIn(email, PASSWORD);
  const { body } = await browser.ask("GET", "/v1/me/sessions");
  expect(body).toMatchObject({ sessions: { length: 3, 0: { current: true, browser: "Chrome", system: "Linux" } } });
  const theirs = await panel.db.session.findFirstOrThrow({ where: { userId: id, address: "198.51.100.2" } });
  const stranger = await someone();
  const refused = await stranger.browser.ask("DELETE", `/v1/me/sessions/${theirs.id}`);
  expect([refused.status, await isIn(other)]).toEqual([404, true]);
  expect((await browser.ask("DELETE", `/v1/me/sessions/${theirs.id}`)).status).toBe(200);
  expect([await isIn(other), await isIn(third)]).toEqual([false, true]);
  const input = { userId: id, sessionIds: [theirs.id] };
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input });
  expect((await browser.ask("DELETE", "/v1/me/sessions")).body).toEqual({ ended: 1 });
  expect([await isIn(browser), await isIn(third), await isIn(stranger.browser)]).toEqual([true, false, true]);
});

test("a ticket carries the session that asked for it", async () => {
  const { id, browser } = await someone();
  const { text } = await browser.ask("POST", "/v1/live/ticket");
  const claims = Buffer.from(/"ticket":"([^.]+)\./.exec(text)?.[1] ?? "", "base64url").toString();
  const [row] = await panel.db.session.findMany({ where: { userId: id } });
  expect(JSON.parse(claims)).toMatchObject({ sessionId: row?.id });
});

test("a changed password asks for the present one, rotates this session and ends all others", async () => {
  const { id, email, browser } = await someone();
  const other = openBrowser(panel);
  await other.signIn(email, PASSWORD);
  const thief = copyOf(browser);
  const change = (present: string) => browser.ask("PUT", "/v1/me/password", { present, password: "another long one" });
  expect(await change("wrong")).toMatchObject({ status: 403, body: coded("password_wrong") });
  expect((await change(PASSWORD)).status).toBe(200);
  expect([await isIn(browser), await isIn(other), await isIn(thief)]).toEqual([true, false, false]);
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input: { userId: id } });
  expect((await other.signIn(email, PASSWORD)).said).toBe("sign_in_failed");
  expect((await other.signIn(email, "another long one")).said).toBeNull();
  expect((await browser.ask("GET", "/v1/me/sessions")).body).toMatchObject({ sessions: [{ via: "password" }, {}] });
});

test("the current password is guessed no faster than at the sign-in", async () => {
  const { browser } = await someone();
  const guess = () => browser.ask("PUT", "/v1/me/password", { present: "guess", password: "another long one" });
  const tries = await Promise.all(Array.from({ length: 8 }, guess));
  const codes = tries.map(({ status }) => status).sort();
  expect(codes).toEqual([403, 403, 403, 403, 403, 429, 429, 429]);
});

test("the e-mail changes with the password only, and never to another's", async () => {
  const { id, browser } = await someone();
  const taken = await person();
  const change = (email: string, password?: string) => browser.ask("PUT", "/v1/me/email", { email, password });
  expect(await change("new@example.com")).toMatchObject({ status: 403, body: coded("password_wrong") });
  expect(await change(taken.email, PASSWORD)).toMatchObject({ status: 409, body: coded("email_in_use") });
  expect((await change("New@Example.com", PASSWORD)).body).toMatchObject({ email: "new@example.com" });
  expect((await openBrowser(panel).signIn("new@example.com", PASSWORD)).said).toBeNull();
  expect((await browser.ask("PATCH", "/v1/me", { name: "Ada" })).body).toMatchObject({ name: "Ada" });
  expect(await actionsOf(id)).toEqual([
    "account.signIn",
    "account.confirmFailed",
    "account.email",
    "account.signIn",
    "account.name",
  ]);
});

test("who has no password sets one only right after signing in", async () => {
  const { id, browser } = await someone();
  await panel.db.user.update({ where: { id }, data: { passwordHash: null } });
  const set = () => browser.ask("PUT", "/v1/me/password", { password: "a first password" });
  await panel.db.session.updateMany({ where: { userId: id }, data: { createdAt: new Date(Date.now() - 16 * 60_000) } });
  expect(await set()).toMatchObject({ status: 403, body: coded("sign_in_again") });
  await panel.db.session.updateMany({ where: { userId: id }, data: { createdAt: new Date() } });
  expect((await set()).status).toBe(200);
});

test("writes of another site are refused, whatever cookie the browser adds", async () => {
  const { browser } = await someone();
  const foreign = { ...browser.headers(), origin: "http://evil.test" };
  for (const [method, path] of [
    ["DELETE", "/v1/me/sessions"],
    ["PATCH", "/v1/me"],
  ] as const)
    expect(await panel.ask(foreign, method, path, { name: "x" })).toMatchObject({
      status: 403,
      body: coded("wrong_origin"),
    });
  expect(idOf((await browser.ask("GET", "/v1/me")).body)).toBeTruthy();
});

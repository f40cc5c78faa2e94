import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { openAuthenticator } from "../../src/server/testing/authenticator";
import { openBrowser, type TestBrowser } from "../../src/server/testing/browser";
import { HOST, openTestPanel, PASSWORD, type TestPanel } from "../../src/server/testing/panel";

const origin = `http://${HOST}`;
const begunShape = z.object({ ticket: z.string(), options: z.looseObject({ challenge: z.string() }) });

let panel: TestPanel;
let made = 0;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const coded = (code: string) => expect.objectContaining({ code });
const isIn = async (browser: TestBrowser) => (await browser.ask("GET", "/v1/me")).status === 200;
const beginAdd = async (browser: TestBrowser, name = "Key") => {
  const begun = await browser.ask("POST", "/v1/me/passkeys/begin", { name, password: PASSWORD });
  return begunShape.parse(begun.body);
};
const beginSignIn = async (browser: TestBrowser) =>
  begunShape.parse((await browser.ask("POST", "/v1/sign-in/passkey")).body);
type Key = ReturnType<typeof openAuthenticator>;
/** Signs in with a key; what is said of it. */
async function enter(browser: TestBrowser, key: Key, twist: Parameters<Key["answer"]>[1] = {}) {
  const { ticket, options } = await beginSignIn(browser);
  return browser.auth("callback/passkey", { ticket, answer: JSON.stringify(key.answer(options, twist)) });
}

/** Somebody with a passkey, and the key itself. */
async function holder() {
  made += 1;
  const { id, email } = await panel.person(`k${made}`);
  const browser = openBrowser(panel);
  await browser.signIn(email, PASSWORD);
  const key = openAuthenticator(origin);
  const { ticket, options } = await beginAdd(browser);
  const added = await browser.ask("POST", "/v1/me/passkeys", { ticket, made: key.make(options) });
  expect(added).toMatchObject({ status: 201, body: { id: key.id, name: "Key", lastUsedAt: null } });
  return { id, email, browser, key };
}

test("a passkey signs in without a password, and says so", async () => {
  const { id, key } = await holder();
  const browser = openBrowser(panel, "198.51.100.7");
  expect((await enter(browser, key)).said).toBeNull();
  expect(await isIn(browser)).toBe(true);
  const row = await panel.db.session.findFirst({ where: { userId: id, address: "198.51.100.7" } });
  expect(row?.via).toBe("passkey");
  expect((await browser.ask("GET", "/v1/me/passkeys")).body).toMatchObject({
    passkeys: [{ lastUsedAt: expect.any(Number) }],
  });
});

test("a challenge works once, for the panel's own address, and for the key that is known", async () => {
  const { key } = await holder();
  const browser = openBrowser(panel);
  expect((await enter(browser, key, { origin: "http://evil.test" })).said).toBe("passkey_refused");
  expect((await enter(browser, key, { rpId: "evil.test" })).said).toBe("passkey_refused");
  expect((await enter(browser, openAuthenticator(origin))).said).toBe("passkey_refused");
  const { ticket, options } = await beginSignIn(browser);
  const old = key.answer({ challenge: Buffer.from("another challenge").toString("base64url") });
  expect((await browser.auth("callback/passkey", { ticket, answer: JSON.stringify(old) })).said).toBe(
    "passkey_refused",
  );
  const late = JSON.stringify(key.answer(options));
  expect((await browser.auth("callback/passkey", { ticket, answer: late })).said).toBe("passkey_refused");
  expect(await isIn(browser)).toBe(false);
});

test("an answer in another's name is refused, and so is a copy of the key that counts as it does", async () => {
  const { id, key } = await holder();
  const other = await holder();
  const handle = (who: string) => ({ userHandle: Buffer.from(who).toString("base64url") });
  expect((await enter(openBrowser(panel), key, handle(other.id))).said).toBe("passkey_refused");
  expect((await enter(openBrowser(panel), key, handle(id))).said).toBeNull();
  // The key and its copy at the same moment, from the same number on.
  const both = [openBrowser(panel), openBrowser(panel)];
  const begun = await Promise.all(both.map((browser) => beginSignIn(browser)));
  const landed = await Promise.all(
    both.map((browser, at) => {
      const { ticket = "", options = { challenge: "" } } = begun[at] ?? {};
      return browser.auth("callback/passkey", { ticket, answer: JSON.stringify(key.answer(options, { counter: 50 })) });
    }),
  );
  expect(landed.map(({ said }) => said).sort()).toEqual([null, "passkey_refused"].sort());
  expect((await enter(openBrowser(panel), key, { counter: 49 })).said).toBe("passkey_refused");
});

test("of two passkeys added at once none is one too many", async () => {
  const { id, browser } = await holder();
  const key = { userId: id, name: "", publicKey: Buffer.from("x"), counter: 0n, transports: [] };
  const data = Array.from({ length: 18 }, (_, at) => ({ ...key, id: `${id}-${at}` }));
  await panel.db.passkey.createMany({ data });
  const begun = await Promise.all(Array.from({ length: 2 }, () => beginAdd(browser)));
  const made = begun.map(({ ticket, options }) => ({ ticket, made: openAuthenticator(origin).make(options) }));
  const added = await Promise.all(made.map((one) => browser.ask("POST", "/v1/me/passkeys", one)));
  expect(added.map(({ status }) => status).sort()).toEqual([201, 400]);
});

test("without the owner being verified it is one factor of two; verified it is both", async () => {
  const { id, browser, key } = await holder();
  const begun = await browser.ask("POST", "/v1/me/two-factor/begin", { password: PASSWORD });
  const secret = Secret.fromBase32(z.object({ secret: z.string() }).parse(begun.body).secret);
  const codeOf = (steps: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
  expect((await browser.ask("POST", "/v1/me/two-factor/enable", { code: codeOf(0) })).status).toBe(200);
  const other = openBrowser(panel);
  expect((await enter(other, key, { verified: false })).said).toBe("second_factor_needed");
  expect(await isIn(other)).toBe(false);
  expect((await other.showCode(codeOf(1))).said).toBeNull();
  expect((await enter(openBrowser(panel), key)).said).toBeNull();
  await panel.db.user.update({ where: { id }, data: { disabledAt: new Date() } });
  expect((await enter(openBrowser(panel), key)).said).toBe("passkey_refused");
});

test("adding one asks the password, and what one began nobody else ends, nor a page of another site", async () => {
  const { browser, key } = await holder();
  const stranger = (await holder()).browser;
  expect(await browser.ask("POST", "/v1/me/passkeys/begin", { name: "x" })).toMatchObject({
    body: coded("password_wrong"),
  });
  const add = async (by: TestBrowser, twist = {}) => {
    const { ticket, options } = await beginAdd(browser);
    return by.ask("POST", "/v1/me/passkeys", { ticket, made: openAuthenticator(origin).make(options, twist) });
  };
  expect(await add(stranger)).toMatchObject({ status: 401, body: coded("passkey_refused") });
  expect(await add(browser, { origin: "http://evil.test" })).toMatchObject({ body: coded("passkey_refused") });
  const { ticket, options } = await beginAdd(browser);
  const again = await browser.ask("POST", "/v1/me/passkeys", { ticket, made: key.make(options) });
  expect(again).toMatchObject({ status: 409, body: coded("passkey_known") });
});

test("one's own passkeys are renamed and removed, but never the only way in", async () => {
  const { id, browser, key } = await holder();
  const stranger = (await holder()).browser;
  const at = `/v1/me/passkeys/${key.id}`;
  expect((await stranger.ask("PATCH", at, { name: "mine" })).status).toBe(404);
  expect((await stranger.ask("DELETE", at)).status).toBe(404);
  expect((await browser.ask("PATCH", at, { name: "Blue key" })).body).toMatchObject({ name: "Blue key" });
  await panel.db.user.update({ where: { id }, data: { passwordHash: null } });
  expect(await browser.ask("DELETE", at)).toMatchObject({ status: 409, body: coded("last_way_in") });
  await panel.db.user.update({ where: { id }, data: { discordId: `${made}`, discordName: "ada" } });
  const thief = openBrowser(panel);
  await enter(thief, key);
  expect((await browser.ask("DELETE", at)).status).toBe(200);
  // What it opened ends with it; the browser that asks goes on.
  expect([await isIn(thief), await isIn(browser)]).toEqual([false, true]);
  expect(await browser.ask("DELETE", "/v1/me/discord")).toMatchObject({ status: 409, body: coded("last_way_in") });
  expect((await enter(openBrowser(panel), key)).said).toBe("passkey_refused");
});

test("an address without a name has none, and is told why", async () => {
  const answer = await panel.ask(
    { host: "192.0.2.9:3000", origin: "http://192.0.2.9:3000" },
    "POST",
    "/v1/sign-in/passkey",
  );
  expect(answer).toMatchObject({ status: 409, body: coded("passkey_address") });
});

import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { signInToSftp } from "../../src/server/sftp";
import { openBrowser, type TestBrowser } from "../../src/server/testing/browser";
import { openTestPanel, PASSWORD, type TestPanel } from "../../src/server/testing/panel";

let panel: TestPanel;
let made = 0;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const coded = (code: string) => expect.objectContaining({ code });
const isIn = async (browser: TestBrowser) => (await browser.ask("GET", "/v1/me")).status === 200;
/** The code of a time: steps away from now. */
const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** Somebody with a second factor, signed in with one browser; no code of it is used up. */
async function guarded() {
  made += 1;
  const { id, email } = await panel.person(`t${made}`);
  const browser = openBrowser(panel);
  await browser.signIn(email, PASSWORD);
  const begun = await browser.ask("POST", "/v1/me/two-factor/begin", { password: PASSWORD });
  const { secret, address } = z.object({ secret: z.string(), address: z.string() }).parse(begun.body);
  const enabled = await browser.ask("POST", "/v1/me/two-factor/enable", { code: codeOf(secret) });
  const { codes } = z.object({ codes: z.array(z.string()) }).parse(enabled.body);
  await panel.db.user.update({ where: { id }, data: { totpStep: 0 } });
  await panel.db.signInThrottle.deleteMany({});
  return { id, email, browser, secret, address, codes };
}

test("it is on after a code of the app was shown, rotates this session and ends the others; the secret is sealed", async () => {
  made += 1;
  const { id, email, asker } = await panel.person(`t${made}`);
  const browser = openBrowser(panel);
  await browser.signIn(email, PASSWORD);
  const before = browser.cookies.get("botyard.session");
  const begin = (password?: string) => browser.ask("POST", "/v1/me/two-factor/begin", { password });
  expect(await begin("wrong")).toMatchObject({ status: 403, body: coded("password_wrong") });
  const { secret, address } = z.object({ secret: z.string(), address: z.string() }).parse((await begin(PASSWORD)).body);
  expect(address).toMatch(/^otpauth:\/\/totp\/Botyard:/);
  const row = await panel.db.user.findUniqueOrThrow({ where: { id } });
  expect([row.totpSince, row.totpSecret]).toEqual([null, expect.stringMatching(/^v1\./)]);
  expect(row.totpSecret).not.toContain(secret);
  const enable = (code: string) => browser.ask("POST", "/v1/me/two-factor/enable", { code });
  expect(await enable("000 000")).toMatchObject({ status: 403, body: coded("code_wrong") });
  const enabled = await enable(codeOf(secret));
  expect(enabled.body).toEqual({ codes: expect.objectContaining({ length: 10 }) });
  expect(browser.cookies.get("botyard.session")).not.toBe(before);
  expect([await isIn(browser), (await panel.ask(asker, "GET", "/v1/me")).status]).toEqual([true, 401]);
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input: { userId: id } });
  expect((await browser.ask("GET", "/v1/me/security")).body).toMatchObject({ twoFactor: { recoveryLeft: 10 } });
});

test("the first step opens nothing; the second one does, with a code that works once", async () => {
  const { email, secret } = await guarded();
  const browser = openBrowser(panel);
  expect((await browser.signIn(email, PASSWORD)).said).toBe("second_factor_needed");
  expect([await isIn(browser), browser.cookies.has("botyard.session")]).toEqual([false, false]);
  expect((await openBrowser(panel).showCode(codeOf(secret))).said).toBe("sign_in_expired");
  const code = codeOf(secret);
  expect((await browser.showCode(code)).said).toBeNull();
  expect([await isIn(browser), browser.cookies.has("botyard.step")]).toEqual([true, false]);
  const again = openBrowser(panel);
  await again.signIn(email, PASSWORD);
  expect((await again.showCode(code)).said).toBe("code_wrong");
  // The step before is older than the one that was used.
  expect((await again.showCode(codeOf(secret, -1))).said).toBe("code_wrong");
  expect((await again.showCode(codeOf(secret, 1))).said).toBeNull();
});

test("of many who show one code at once, one gets in", async () => {
  const { email, secret } = await guarded();
  const browsers = Array.from({ length: 4 }, (_, at) => openBrowser(panel, `198.51.100.${at + 1}`));
  await Promise.all(browsers.map((browser) => browser.signIn(email, PASSWORD)));
  const code = codeOf(secret);
  const landed = await Promise.all(browsers.map((browser) => browser.showCode(code)));
  expect(landed.map(({ said }) => said).sort()).toEqual(["code_wrong", "code_wrong", "code_wrong", null].sort());
});

test("a code two steps away is none, and codes cannot be guessed from many addresses; a recovery code still gets in", async () => {
  const { email, secret, codes } = await guarded();
  const browser = openBrowser(panel);
  await browser.signIn(email, PASSWORD);
  for (const steps of [-3, 3]) expect((await browser.showCode(codeOf(secret, steps))).said).toBe("code_wrong");
  const said: (string | null)[] = [];
  for (let at = 0; at < 12; at += 1) {
    const guess = openBrowser(panel, `203.0.113.${at + 1}`);
    guess.cookies.set("botyard.step", browser.cookies.get("botyard.step") ?? "");
    said.push((await guess.showCode("123456")).said);
  }
  expect(said.filter((one) => one === "code_wrong")).toHaveLength(8);
  expect(said.at(-1)).toMatch(/^too_many_tries/);
  expect((await browser.showCode(codes[3]?.toLowerCase() ?? "")).said).toBeNull();
});

test("a recovery code works once, lies hashed, and new ones end the old", async () => {
  const { id, email, secret, browser, codes } = await guarded();
  const [first = "", second = "", third = ""] = codes;
  expect(new Set(codes).size).toBe(10);
  const rows = await panel.db.recoveryCode.findMany({ where: { userId: id } });
  expect(rows.map(({ hash }) => hash).join()).not.toContain(first);
  const enter = async (code: string) => {
    const other = openBrowser(panel);
    await other.signIn(email, PASSWORD);
    return (await other.showCode(code)).said;
  };
  expect([await enter(first), await enter(first)]).toEqual([null, "code_wrong"]);
  // Two at once as well.
  expect((await Promise.all([enter(third), enter(third)])).sort()).toEqual(["code_wrong", null].sort());
  expect((await browser.ask("GET", "/v1/me/security")).body).toMatchObject({ twoFactor: { recoveryLeft: 8 } });
  const renew = await browser.ask("POST", "/v1/me/two-factor/codes", { password: PASSWORD, code: codeOf(secret) });
  const [fresh = ""] = z.object({ codes: z.array(z.string()) }).parse(renew.body).codes;
  expect([await enter(second), await enter(fresh)]).toEqual(["code_wrong", null]);
});

test("a first step is worth nothing after the password changed, after five minutes, and for a disabled account", async () => {
  const { id, email, secret, browser } = await guarded();
  const half = async () => {
    const one = openBrowser(panel);
    await one.signIn(email, PASSWORD);
    return one;
  };
  const [late, disabled, changed] = [await half(), await half(), await half()];
  await panel.db.user.update({ where: { id }, data: { disabledAt: new Date() } });
  expect((await disabled.showCode(codeOf(secret))).said).toBe("sign_in_expired");
  await panel.db.user.update({ where: { id }, data: { disabledAt: null } });
  await browser.ask("PUT", "/v1/me/password", { present: PASSWORD, password: "another long one" });
  expect((await changed.showCode(codeOf(secret))).said).toBe("sign_in_expired");
  await panel.db.pending.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await late.showCode(codeOf(secret))).said).toBe("sign_in_expired");
});

test("switching it off asks password and code", async () => {
  const { id, browser, email, secret } = await guarded();
  const off = (password: string, code: string) => browser.ask("POST", "/v1/me/two-factor/disable", { password, code });
  expect(await off("wrong", codeOf(secret))).toMatchObject({ status: 403, body: coded("password_wrong") });
  expect(await off(PASSWORD, "000000")).toMatchObject({ status: 403, body: coded("code_wrong") });
  expect((await off(PASSWORD, codeOf(secret))).status).toBe(200);
  expect((await openBrowser(panel).signIn(email, PASSWORD)).said).toBeNull();
  expect(await panel.db.recoveryCode.count({ where: { userId: id } })).toBe(0);
  const actions = await panel.db.auditEntry.findMany({ where: { actorId: id, action: { startsWith: "twoFactor" } } });
  expect(actions.map(({ action }) => action)).toEqual(["twoFactor.on", "twoFactor.off"]);
});

test("SFTP refuses the password of who has a second factor, and says why in the bot's activity", async () => {
  const { email, browser } = await guarded();
  const botId = await panel.bot({ asker: browser.headers() }, "sftp");
  const enter = (password: string) =>
    signInToSftp({ login: email, botId, address: "192.0.2.7", proof: { kind: "password", password } });
  expect(await enter(PASSWORD)).toBeNull();
  expect((await browser.ask("GET", `/v1/bots/${botId}/activity`)).body).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({ action: "sftp.refused", detail: { why: "two-factor" } }),
    ]),
  });
  const key = await browser.ask("POST", "/v1/me/keys", {
    name: "sftp",
    days: 1,
    scope: null,
    password: PASSWORD,
  });
  const { token } = z.object({ token: z.string() }).parse(key.body);
  expect(await enter(token)).toMatchObject({ botId, via: "apiKey" });
});

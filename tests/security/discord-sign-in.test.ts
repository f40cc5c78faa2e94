import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { openBrowser, type TestBrowser } from "../../src/server/testing/browser";
import { openTestDiscord, type TestDiscord } from "../../src/server/testing/discord";
import { openTestPanel, PASSWORD, type TestPanel } from "../../src/server/testing/panel";

let discord: TestDiscord;
let panel: TestPanel;
let made = 0;
beforeAll(async () => {
  discord = await openTestDiscord();
  process.env.BOTYARD_DISCORD_CLIENT_ID = discord.clientId;
  process.env.BOTYARD_DISCORD_CLIENT_SECRET = discord.clientSecret;
  process.env.BOTYARD_DISCORD_API = discord.api;
  panel = await openTestPanel();
});
afterAll(async () => {
  await panel?.close();
  await discord?.close();
});
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const coded = (code: string) => expect.objectContaining({ code });
const isIn = async (browser: TestBrowser) => (await browser.ask("GET", "/v1/me")).status === 200;
const at = (location: string) => new URL(location, "http://panel.test");

async function someone() {
  made += 1;
  const { id, email } = await panel.person(`d${made}`);
  const browser = openBrowser(panel);
  await browser.signIn(email, PASSWORD);
  return {
    id,
    email,
    browser,
    person: { id: `80351110224678${made}`, username: `robin${made}`, global_name: "Robin" },
  };
}
/** Goes to Discord, agrees and comes back. Returns where that leads. */
async function throughDiscord(
  browser: TestBrowser,
  person: { id: string; username: string },
  query = "",
): Promise<string> {
  const { url } = await browser.auth(`signin/discord${query}`);
  return browser.comeBack(discord.agree(url, person));
}
async function link(browser: TestBrowser, person: { id: string; username: string }): Promise<string> {
  expect((await browser.ask("POST", "/v1/me/discord", { password: PASSWORD })).status).toBe(200);
  return throughDiscord(browser, person);
}

test("who is linked signs in; a stranger gets no account, and a disabled account stays outside", async () => {
  const { id, browser, person } = await someone();
  const stranger = openBrowser(panel);
  const people = await panel.db.user.count();
  expect(await throughDiscord(stranger, person)).toBe("/sign-in?error=discord_unknown");
  expect([await isIn(stranger), await panel.db.user.count()]).toEqual([false, people]);
  expect(await link(browser, person)).toBe("/account");
  expect((await browser.ask("GET", "/v1/me/security")).body).toMatchObject({
    discord: { available: true, linked: "Robin" },
  });
  const other = openBrowser(panel);
  await throughDiscord(other, person);
  expect(await isIn(other)).toBe(true);
  expect(await panel.db.session.count({ where: { userId: id, via: "discord" } })).toBe(1);
  await panel.db.user.update({ where: { id }, data: { disabledAt: new Date() } });
  expect(await throughDiscord(openBrowser(panel), person)).toBe("/sign-in?error=discord_unknown");
});

test("it asks for who they are only, with state and PKCE, and leads back to our own address", async () => {
  const { url } = await openBrowser(panel).auth("signin/discord");
  const { origin, pathname, searchParams } = new URL(url);
  expect(`${origin}${pathname}`).toBe(`${discord.api}/oauth2/authorize`);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    scope: "identify",
    response_type: "code",
    code_challenge_method: "S256",
    state: expect.stringMatching(/.{20}/),
    redirect_uri: "https://panel.test/api/auth/callback/discord",
  });
});

test("an answer of Discord's opens nothing in another browser, twice, or with another state or proof", async () => {
  const { browser, person } = await someone();
  await link(browser, person);
  const mine = openBrowser(panel);
  const { url } = await mine.auth("signin/discord");
  const back = discord.agree(url, person);
  const victim = openBrowser(panel);
  await victim.auth("signin/discord");
  for (const other of [openBrowser(panel), victim]) {
    expect(at(await other.comeBack(back)).pathname).toMatch(/error|sign-in/);
    expect(await isIn(other)).toBe(false);
  }
  const wrong = discord.agree(url, person);
  wrong.searchParams.set("state", "x".repeat(43));
  await mine.comeBack(wrong);
  expect(await isIn(mine)).toBe(false);
  // The right one still works, as its browser has kept its proof; a second time it does not.
  const fresh = openBrowser(panel);
  const again = await fresh.auth("signin/discord");
  const once = discord.agree(again.url, person);
  await fresh.comeBack(once);
  expect(await isIn(fresh)).toBe(true);
  await fresh.signOut();
  await fresh.comeBack(once);
  expect(await isIn(fresh)).toBe(false);
});

test("linking asks the password, is bound to browser and session, and takes nobody else's account", async () => {
  const one = await someone();
  const two = await someone();
  expect(await one.browser.ask("POST", "/v1/me/discord", {})).toMatchObject({ body: coded("password_wrong") });
  await link(one.browser, one.person);
  expect(await link(two.browser, one.person)).toBe("/account?error=discord_taken");
  // Signed out meanwhile, it links nothing.
  await two.browser.ask("POST", "/v1/me/discord", { password: PASSWORD });
  await two.browser.signOut();
  expect(await throughDiscord(two.browser, two.person)).toBe("/account?error=discord_failed");
  expect(await panel.db.user.count({ where: { discordId: two.person.id } })).toBe(0);
  const thief = openBrowser(panel);
  await throughDiscord(thief, one.person);
  expect(await isIn(thief)).toBe(true);
  expect((await one.browser.ask("DELETE", "/v1/me/discord")).status).toBe(200);
  // What it opened ends with it.
  expect([await isIn(thief), await isIn(one.browser)]).toEqual([false, true]);
  expect(await throughDiscord(openBrowser(panel), one.person)).toBe("/sign-in?error=discord_unknown");
  const actions = await panel.db.auditEntry.findMany({ where: { actorId: one.id, action: { startsWith: "discord" } } });
  expect(actions.map(({ action }) => action)).toEqual(["discord.link", "discord.unlink"]);
});

test("who has a second factor is asked for it after Discord too", async () => {
  const { id, browser, person } = await someone();
  await link(browser, person);
  await panel.db.user.update({ where: { id }, data: { totpSince: new Date() } });
  const other = openBrowser(panel);
  expect(await throughDiscord(other, person)).toBe("/sign-in?step=code");
  expect([await isIn(other), other.cookies.has("botyard.step")]).toEqual([false, true]);
});

test("who wanted a page is led on to it, also when asked for a code or refused, and nothing else leads anybody anywhere", async () => {
  const { id, browser, person } = await someone();
  const query = `?next=${encodeURIComponent("/bots/a/logs?level=warn")}`;
  const next = "next=%2Fbots%2Fa%2Flogs%3Flevel%3Dwarn";
  expect(await throughDiscord(openBrowser(panel), person, query)).toBe(`/sign-in?error=discord_unknown&${next}`);
  await link(browser, person);
  const other = openBrowser(panel);
  expect(await throughDiscord(other, person, query)).toBe(`/sign-in?${next}`);
  expect(await isIn(other)).toBe(true);
  // Who goes the next time without a wish is not led to the one before, nor is who went for something else.
  expect(at(await throughDiscord(other, person)).pathname).toBe("/");
  expect(await throughDiscord(openBrowser(panel), person, `?next=/${"x".repeat(2_000)}`)).not.toContain("next=");
  await throughDiscord(other, person, query);
  expect(await link(other, person)).toBe("/account");
  // Another site's link plants no wish, and another site as a wish is for the sign-in page to refuse.
  const planted = openBrowser(panel);
  await planted.comeBack(at(`/api/auth/signin/discord${query}`));
  expect(planted.cookies.has("botyard.next")).toBe(false);
  const away = await throughDiscord(openBrowser(panel), person, "?next=https://elsewhere.test/");
  expect(away).toBe("/sign-in?next=https%3A%2F%2Felsewhere.test%2F");
  await panel.db.user.update({ where: { id }, data: { totpSince: new Date() } });
  expect(await throughDiscord(openBrowser(panel), person, query)).toBe(`/sign-in?step=code&${next}`);
});

test("an invite is taken with a Discord account that this browser proved, once, and only with an invite", async () => {
  made += 1;
  const person = { id: `80351110224679${made}`, username: "guest" };
  const admin = await panel.person(`boss${made}`, "admin");
  const invite = async () => {
    const { body } = await panel.ask(admin.asker, "POST", "/v1/invites", {});
    return z.object({ code: z.string() }).parse(body).code;
  };
  const guest = openBrowser(panel);
  const join = (code: string, by: TestBrowser, email = "guest@example.com") =>
    by.ask("POST", "/v1/invites/join", { code, name: "Guest", email });
  const prove = (code: string) => guest.ask("POST", "/v1/invites/discord", { code });
  expect((await prove("x".repeat(43))).status).toBe(410);
  const code = await invite();
  expect((await prove(code)).status).toBe(200);
  expect(await throughDiscord(guest, person)).toBe("/invite?discord=proven");
  expect(await isIn(guest)).toBe(false);
  expect(await join(code, openBrowser(panel))).toMatchObject({ body: coded("discord_failed") });
  const thief = openBrowser(panel);
  thief.cookies.set("botyard.discord", guest.cookies.get("botyard.discord") ?? "");
  expect((await join(code, guest)).status).toBe(201);
  expect(await join(await invite(), thief, "thief@example.com")).toMatchObject({ body: coded("discord_failed") });
  await throughDiscord(guest, person);
  expect((await guest.ask("GET", "/v1/me")).body).toMatchObject({ name: "Guest", role: "user" });
  expect(await guest.ask("DELETE", "/v1/me/discord")).toMatchObject({ body: coded("last_way_in") });
});

test("nobody writes into the panel's log what Discord is said to have said", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const back = at("/api/auth/callback/discord?error=%0aforged&error_description=%0aforged&state=x");
  expect(await openBrowser(panel).comeBack(back)).toContain("error=");
  expect(new Set(log.mock.calls.flat())).toEqual(new Set(["a sign-in with Discord failed"]));
  log.mockRestore();
});

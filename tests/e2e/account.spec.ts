import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { freePort } from "../support/free-port";
import { endPanel, makeHome, type Panel, startPanel } from "../support/panel";
import { admin, expectAccessible, keepLogs, open } from "./story";

/*
 * How one signs in: a second factor and what replaces it, a passkey, and the other browser that is sent out.
 */
test.describe.configure({ mode: "serial" });

const home = makeHome();
let panel: Panel;
let url: string;
let context: BrowserContext;
let page: Page;
let secret: string;
let recovery: string[];
let password = admin.password;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(600_000);
  panel = await startPanel(home, await freePort());
  // Browsers have passkeys at localhost, and at no bare address.
  url = panel.url.replace("127.0.0.1", "localhost");
  context = await browser.newContext();
  page = await context.newPage();
  await open(page, (panel.setupLink() ?? "").replace("127.0.0.1", "localhost"));
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
});

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are wanted
test.afterEach(({}, step) => keepLogs(step, home));

test.afterAll(async () => {
  await context?.close();
  await endPanel(home);
});

/** The code of a time: steps away from now. */
const codeOf = (steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** Another browser that has done the first step. */
async function firstStep(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const other = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const theirs = await other.newPage();
  await open(theirs, `${url}/sign-in`);
  await theirs.getByLabel("E-mail").fill(admin.email);
  await theirs.getByLabel("Password", { exact: true }).fill(password);
  await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
  return { context: other, page: theirs };
}

test("two-factor sign-in is switched on with the app's code, and recovery codes are shown once", async () => {
  await open(page, `${url}/account`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Switch on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  await expectAccessible(page);
  secret = (await dialog.locator("code").textContent()) ?? "";
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf());
  await dialog.getByRole("button", { name: "Switch on" }).click();
  const codes = page.getByRole("list", { name: "Your recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  recovery = await codes.allTextContents();
  await expectAccessible(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes left")).toBeVisible();
});

test("the password alone opens nothing; a code does, and then a recovery code, once", async ({ browser }) => {
  const phone = await firstStep(browser);
  await expect(phone.page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await expectAccessible(phone.page);
  expect((await phone.page.request.get(`${url}/api/v1/me`)).status()).toBe(401);
  await phone.page.getByLabel("Code", { exact: true }).fill("123456");
  await phone.page.getByRole("button", { name: "Continue" }).click();
  await expect(phone.page.getByText("This code is wrong")).toBeVisible();
  // The one of now was used to switch it on.
  await phone.page.getByLabel("Code", { exact: true }).fill(codeOf(1));
  await phone.page.getByRole("button", { name: "Continue" }).click();
  await expect(phone.page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  await phone.context.close();
  for (const said of ["Add your first bot", "One more step"]) {
    const lost = await firstStep(browser);
    await lost.page.getByLabel("Code", { exact: true }).fill(recovery[0] ?? "");
    await lost.page.getByRole("button", { name: "Continue" }).click();
    await expect(lost.page.getByRole("heading", { name: said })).toBeVisible();
    if (said === "One more step") await expect(lost.page.getByText("This code is wrong")).toBeVisible();
    await lost.context.close();
  }
});

test("a passkey signs in without password and code", async ({ browser }) => {
  const key = await context.newCDPSession(page);
  await key.send("WebAuthn.enable");
  const { authenticatorId } = await key.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await open(page, `${url}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("This laptop");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("list", { name: "Your passkeys" }).getByText("This laptop")).toBeVisible();

  // The same key at another browser.
  const { credentials } = await key.send("WebAuthn.getCredentials", { authenticatorId });
  const other = await browser.newContext();
  const theirs = await other.newPage();
  const copy = await other.newCDPSession(theirs);
  await copy.send("WebAuthn.enable");
  const second = await copy.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  for (const credential of credentials)
    await copy.send("WebAuthn.addCredential", { authenticatorId: second.authenticatorId, credential });
  await open(theirs, `${url}/sign-in`);
  await expectAccessible(theirs);
  await theirs.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(theirs.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  await other.close();
});

test("a browser that is signed out from here is led outside without being touched", async ({ browser }) => {
  const other = await firstStep(browser);
  await other.page.getByLabel("Code", { exact: true }).fill(recovery[1] ?? "");
  await other.page.getByRole("button", { name: "Continue" }).click();
  await expect(other.page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  await expect(other.page.getByTitle("Live").first()).toBeAttached();
  await open(page, `${url}/account`);
  const sessions = page.getByRole("list", { name: "Your sessions" });
  await expect(sessions.getByText("This one")).toBeVisible();
  await page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await expect(other.page).toHaveURL(/\/sign-in/);
  await other.context.close();
});

test("the password changes here, a lost one is set anew by the machine's owner, and preferences stay", async ({
  browser,
}) => {
  await open(page, `${url}/account`);
  const section = page.getByRole("region", { name: "Password", exact: true });
  await section.getByLabel("Current password").fill(password);
  await section.getByLabel("New password").fill("a walk in the rain");
  await section.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.").first()).toBeVisible();
  await page.getByLabel("Time zone").fill("Asia/Tokyo");
  await page.getByLabel("Time zone").press("Tab");
  await expect(page.getByText("Saved.").first()).toBeVisible();
  // The switch that every page has chooses the theme for the account, in every browser.
  const stored = page.waitForResponse((answer) => answer.url().endsWith("/me/preferences"));
  await page.getByRole("button", { name: "Theme: Dark. Switch to Light" }).click();
  expect((await stored).status()).toBe(200);

  const { out } = await panel.cli(["user", "reset", admin.email, "--disable-2fa", "--json"]);
  const { link } = JSON.parse(out);
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await open(theirs, link.replace("127.0.0.1", "localhost"));
  await expectAccessible(theirs);
  password = "another walk, in the sun";
  await theirs.getByLabel("New password").fill(password);
  await theirs.getByRole("button", { name: "Set password" }).click();
  await expect(theirs.getByText(`The password of ${admin.email} is set.`)).toBeVisible();
  await other.close();
  const again = await firstStep(browser);
  await expect(again.page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  // As the server draws it: nothing flashes.
  const drawn = await (await again.page.request.get(`${url}/account`)).text();
  expect(/<html[^>]* class="light /.test(drawn)).toBe(true);
  await open(again.page, `${url}/account`);
  await expect(again.page.getByRole("combobox", { name: "Theme" })).toHaveText("Light");
  await expect(again.page.getByLabel("Time zone")).toHaveValue("Asia/Tokyo");
  await expectAccessible(again.page);
  expect(await again.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await again.context.close();
});

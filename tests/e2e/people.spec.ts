import { expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { admin, expectAccessible, expectAccessibleEverywhere, open } from "./story";
import { expectWalkable } from "./walk";

/*
 * What an admin has besides bots: people, their limits and bans, keys for programs, a program that is let in, and the log of it all.
 */
test.describe.configure({ mode: "serial" });

let page: Page;
let url: string;

test.beforeAll(async ({ shared }) => {
  url = shared.panel.url;
  page = await shared.enter();
});
test.afterAll(() => page?.context().close());

const dialog = () => page.getByRole("dialog");
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

test("people are bounded and kept out, on a page that everybody can use", async () => {
  await open(page, `${url}/people`);
  await expect(page.getByRole("list", { name: "Accounts" }).getByText("Ada", { exact: true })).toBeVisible();
  const find = page.getByRole("searchbox", { name: "Name or e-mail" });
  await find.fill("nobody at all");
  await expect(page.getByText("No account matches.")).toBeVisible();
  await expectAccessible(page);
  await find.fill("ADA");
  await expect(page.getByRole("list", { name: "Accounts" }).getByText("Ada", { exact: true })).toBeVisible();
  await find.clear();
  const menu = page.getByRole("button", { name: "What to do with Ada", exact: true });
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete", exact: true }).click();
  await dialog().getByLabel(/^Type/).fill("ada");
  await expect(dialog().getByRole("button", { name: "Delete" })).toBeDisabled();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(menu).toBeFocused();
  await press("Change");
  await dialog().getByLabel("Bots", { exact: true }).fill("5");
  await expectAccessible(page);
  await dialog().getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByText("The limits are saved.").first()).toBeVisible();
  await press("Ban");
  await dialog().getByLabel("Which").fill("203.0.113.0/24");
  await expectAccessible(page);
  await dialog().getByRole("button", { name: "Ban", exact: true }).click();
  await expect(page.getByText("203.0.113.0/24", { exact: true })).toBeVisible();
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
});

test("a key is made for what it is for, shown once, and revoked", async () => {
  await open(page, `${url}/account`);
  await press("Create a key");
  await dialog().getByLabel("Name", { exact: true }).fill("status page");
  await expectAccessible(page);
  await dialog().getByRole("button", { name: "Viewer", exact: true }).click();
  // A browser that was left open makes none.
  await dialog().getByRole("button", { name: "Create key" }).click();
  await expect(dialog().getByRole("alert")).toContainText("This is not your current password.");
  await dialog().getByLabel("Password", { exact: true }).fill(admin.password);
  await dialog().getByRole("button", { name: "Create key" }).click();
  await expect(dialog().getByText("The key status page was created")).toBeVisible();
  await expectAccessible(page);
  await dialog().getByRole("button", { name: "I have saved it" }).click();
  await expect(page.getByRole("list", { name: "Your API keys" })).toContainText("status page");
});

test("a program shows a code, and is let in from its page", async ({ shared, browser }) => {
  await open(page, `${url}/device`);
  await expectAccessibleEverywhere(page);
  const asked = await page.request.post(`${url}/api/v1/device`, { data: { name: "laptop" }, headers: { origin: url } });
  const { deviceCode, userCode } = await asked.json();
  // Whoever has to sign in first still has the code afterwards.
  const outside = await browser.newContext();
  const theirs = await outside.newPage();
  await open(theirs, `${url}/device?code=${userCode}`);
  await theirs.getByLabel("E-mail").fill(admin.email);
  await theirs.getByLabel("Password", { exact: true }).fill(admin.password);
  await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(theirs.getByLabel("Code", { exact: true })).toHaveValue(userCode);
  await outside.close();
  await open(page, `${url}/device?code=${userCode}`);
  await press("Continue");
  await expect(page.getByText("“laptop” wants to act in your name")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await press("Allow to look only");
  await expect(page.getByText("Allowed.", { exact: false })).toBeVisible();
  const fetched = await page.request.post(`${url}/api/v1/device/token`, {
    data: { deviceCode },
    headers: { origin: url },
  });
  const { token } = await fetched.json();
  const { id } = await makeDemo(shared, "Looked at");
  const ask = (method: string, path: string) =>
    fetch(`${url}/api/v1/bots/${id}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  expect([(await ask("GET", "")).status, (await ask("POST", "/start")).status]).toEqual([200, 403]);
});

test("the audit log has all of it, is narrowed, and is saved", async () => {
  await open(page, `${url}/audit`);
  const log = page.getByRole("list", { name: "Audit log" });
  await expect(log.getByText("Let in the program laptop", { exact: false })).toBeVisible();
  await page.getByLabel("Text").fill("203.0.113");
  await press("Search");
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await expect(log.getByText("Banned 203.0.113.0/24")).toBeVisible();
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save as CSV" }).click();
  expect((await saving).suggestedFilename()).toBe("audit.csv");
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
});

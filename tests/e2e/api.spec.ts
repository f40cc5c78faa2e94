import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { endPanel, freePort, makeHome, type Panel, startPanel } from "../support/panel";
import { admin, expectAccessible, open } from "./story";

/*
 * The page of the API: read and tried, as whoever is signed in and by key, under its own policy of content.
 */
test.describe.configure({ mode: "serial" });

const home = makeHome();
let panel: Panel;
let context: BrowserContext;
let page: Page;
let complaints: string[];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(600_000);
  panel = await startPanel(home, await freePort());
  context = await browser.newContext();
  page = await context.newPage();
  await open(page, panel.setupLink() ?? "");
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});

test.afterAll(async () => {
  await context?.close();
  await endPanel(home);
});

/** Tries an operation that takes nothing, and answers with what is shown. */
async function tryIt(name: string) {
  const article = page.locator(`article[id='${name}']`);
  const send = article.getByRole("button", { name: "Send" });
  if (!(await send.isVisible())) await article.getByText(`Try it: ${name}`).click();
  await send.click();
  return article.getByRole("status");
}

test("an operation is tried as whoever is signed in, and by key", async () => {
  await page.goto(`${panel.url}/api/docs`);
  await expect(await tryIt("account.me")).toContainText(admin.email);
  expect(complaints).toEqual([]);
  await page.getByLabel("API key").fill("by_none");
  await expect(await tryIt("account.me")).toContainText("/api/docs#not_signed_in");
  await page.getByLabel("API key").fill("");
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("a stream is read until it is stopped, through everything that lies before the worker", async () => {
  const shown = await tryIt("streams.events");
  await expect(shown).toContainText("text/event-stream");
  await expect(shown).toContainText("retry: 2000");
  await page.locator("article[id='streams.events']").getByRole("button", { name: "Stop" }).click();
  await expect(page.locator("article[id='streams.events']").getByRole("button", { name: "Stop" })).toBeHidden();
});

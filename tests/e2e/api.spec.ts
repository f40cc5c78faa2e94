import { expect, type Page } from "@playwright/test";
import { test } from "./shared";
import { admin, expectAccessible, expectFits, look } from "./story";

/*
 * The page of the API: read and tried, as whoever is signed in and by key, under its own policy of content.
 */
test.describe.configure({ mode: "serial" });

let page: Page;

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
  await page.goto(`${shared.panel.url}/api/docs`);
});

test.afterAll(async () => {
  await page?.context().close();
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
  await expect(await tryIt("account.me")).toContainText(admin.email);
  await page.getByLabel("API key").fill("by_none");
  await expect(await tryIt("account.me")).toContainText("/api/docs#not_signed_in");
  await page.getByLabel("API key").fill("");
  for (const colours of ["dark", "light"] as const) {
    await look(page, "desk", colours);
    await expectAccessible(page);
  }
  await look(page, "phone", "light");
  await expectFits(page);
});

test("a stream is read until it is stopped, through everything that lies before the worker", async () => {
  const shown = await tryIt("streams.events");
  await expect(shown).toContainText("text/event-stream");
  await expect(shown).toContainText("retry: 2000");
  const stop = page.locator("article[id='streams.events']").getByRole("button", { name: "Stop" });
  await stop.click();
  await expect(stop).toBeHidden();
});

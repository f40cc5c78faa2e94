import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { carriers } from "../../worker/testing/carriers";
import { makeDemo, test } from "./shared";
import { expectAccessible, expectState, open, power } from "./story";

/*
 * What a bot needs and what it may use, as a person sets it.
 */
test.describe.configure({ mode: "serial" });

let page: Page;
let bot: Awaited<ReturnType<typeof makeDemo>>;

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
  bot = await makeDemo(shared, "Settled", "--start");
});
test.afterAll(() => page?.context().close());

test("a bot without its token says so, and environment, activity and settings do their work", async ({
  shared: { panel },
}) => {
  await open(page, `${panel.url}/bots/new?template=basic-js`);
  await expect(page.getByText("What was found")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("Settled");
  await page.getByLabel(/^Discord token/).fill("nonsense");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page.getByText(/not a Discord bot token|already have a bot named/).first()).toBeVisible();
  await page.getByLabel(/^Discord token/).fill("");
  await page.getByRole("textbox", { name: "Name" }).fill("Basic");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page).toHaveURL(/\/bots\/[a-z0-9]{10}$/);
  await power(page, "Start");
  await expectState(page, "parked");
  await expect(page.getByText("It has no Discord token yet.").first()).toBeVisible();

  await open(page, `${bot.url}/environment`);
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name", { exact: true }).fill("API_KEY");
  await page.getByLabel("Value", { exact: true }).fill("very-secret-value");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator("[data-variable=API_KEY]")).toContainText("Set, hidden");
  await expect(page.getByText("still has the old values")).toBeVisible();
  expect(await page.content()).not.toContain("very-secret-value");
  await expectAccessible(page);
  await open(page, `${bot.url}/activity`);
  await expect(page.getByText("Added API_KEY")).toBeVisible();
  await expectAccessible(page);
  await open(page, `${bot.url}/settings`);
  await expect(page.getByRole("heading", { name: "Delete this bot" })).toBeVisible();
  await expectAccessible(page);
});

test("limits are set in plain words, and a bot that uses too much memory says so", async ({
  shared: { panel, folder },
}) => {
  test.setTimeout(120_000);
  const greedy = join(folder, "greedy");
  mkdirSync(greedy);
  const source = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(8 << 20, 1)), 50); console.log("eating");';
  writeFileSync(join(greedy, "index.js"), source);
  const made = await panel.cli(["create", "--path", greedy, "--name", "Greedy", "--json"]);
  expect(made).toMatchObject({ code: 0 });
  const { id } = JSON.parse(made.out);
  await open(page, `${panel.url}/bots/${id}/settings`);
  await page.getByLabel("Memory", { exact: true }).fill("120");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Settings saved").first()).toBeVisible();
  await open(page, `${panel.url}/bots/${id}`);
  await power(page, "Start");
  await expect(page.getByText("Used more than its 120 MB of memory").first()).toBeVisible({ timeout: 60_000 });
  expect(await panel.cli(["stop", "Greedy"])).toMatchObject({ code: 0 });
  expect(carriers(id)).toEqual([]);
});

test("a bot that waits to be allowed says so, and an admin allows it where that is said", async ({
  shared: { panel, folder },
}) => {
  const outside = join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "index.js"), 'setInterval(() => {}, 1000); console.log("outside");');
  const made = await panel.cli(["create", "--path", outside, "--name", "Outside", "--json"]);
  expect(made).toMatchObject({ code: 0 });
  const { id } = JSON.parse(made.out);
  expect(await panel.cli(["call", "bots.trust", `botId=${id}`, "trusted=false"])).toMatchObject({ code: 0 });
  await open(page, `${panel.url}/bots/${id}`);
  await power(page, "Start");
  await expectState(page, "parked");
  await expect(page.getByText("no admin allows that").first()).toBeVisible();
  await page.getByRole("button", { name: "Allow it" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Allow and start" }).click();
  await expectState(page, "running");
  expect(await panel.cli(["stop", "Outside"])).toMatchObject({ code: 0 });
});

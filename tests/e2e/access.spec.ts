import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { endPanel, freePort, makeHome, type Panel, startPanel } from "../support/panel";
import { admin, expectAccessible, expectState, open, output } from "./story";

/*
 * How somebody is let in to a bot by a link, sees what they were given and no more, and is gone when they are removed.
 */
test.describe.configure({ mode: "serial" });

const home = makeHome();
const guest = { name: "Grace", email: "grace@example.com", password: "another good battery" };
let panel: Panel;
let context: BrowserContext;
let page: Page;
let other: BrowserContext;
let theirs: Page;
let bot: { id: string; url: string };
test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  panel = await startPanel(home, await freePort());
  context = await browser.newContext();
  page = await context.newPage();
  await open(page, panel.setupLink() ?? "");
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
  const made = await panel.cli(["create", "--template", "demo-js", "--name", "Demo", "--start", "--json"]);
  const { id } = JSON.parse(made.out);
  bot = { id, url: `${panel.url}/bots/${id}` };
  await panel.cli(["create", "--template", "demo-js", "--name", "Private", "--json"]);
  writeFileSync(join(home, "bots", id, "files", ".env"), "SECRET=1\n");
  other = await browser.newContext();
  theirs = await other.newPage();
});

test.afterAll(async () => {
  await context?.close();
  await other?.close();
  await endPanel(home);
});

let link = "";

test("the owner makes an invite link with chosen permissions and a hidden path", async () => {
  await open(page, `${bot.url}/access`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite by link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Developer" }).click();
  await dialog.getByLabel("Hidden paths").fill("!wrong");
  await expect(dialog.getByRole("button", { name: "Make link" })).toBeDisabled();
  await dialog.getByLabel("Hidden paths").fill(".env");
  await dialog.getByLabel("Note").fill("For the weekend");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Make link" }).click();
  link = await page.getByRole("dialog").getByLabel("Link", { exact: true }).inputValue();
  expect(link).toMatch(/\/invite#[\w-]{32}$/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("list", { name: "Open invites" })).toContainText("For the weekend");
});

test("somebody else opens it, makes an account, and sees this bot alone", async () => {
  await open(theirs, link);
  await expect(theirs.getByText("Ada lets you in to the bot “Demo”.")).toBeVisible();
  await expect(theirs).toHaveURL(/\/invite$/);
  await expectAccessible(theirs);
  await theirs.getByLabel("Your name").fill(guest.name);
  await theirs.getByLabel("E-mail").fill(guest.email);
  await theirs.getByLabel("Password", { exact: true }).fill(guest.password);
  await theirs.getByRole("button", { name: "Make an account and accept" }).click();
  await expect(theirs).toHaveURL(new RegExp(`/bots/${bot.id}`));
  await expectState(theirs, "running");
  await expect(theirs.getByRole("link", { name: "Access" })).toHaveCount(0);
  await open(theirs, panel.url);
  await expect(theirs.getByRole("link", { name: "Demo" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Private" })).toHaveCount(0);
});

test("a hidden path is not there for them, and is for the owner", async () => {
  await open(page, `${bot.url}/files`);
  await expect(page.getByText(".env", { exact: true }).first()).toBeVisible();
  await open(theirs, `${bot.url}/files`);
  await expect(theirs.getByText("package.json", { exact: true }).first()).toBeVisible();
  await expect(theirs.getByText(".env", { exact: true })).toHaveCount(0);
  const answer = await theirs.request.get(`${panel.url}/api/v1/bots/${bot.id}/files/content?path=.env`);
  expect(answer.status()).toBe(404);
});

test("a tag is put on bots, and finds them", async () => {
  await open(page, `${panel.url}/tags`);
  await page.getByLabel("Name of the tag").fill("Music");
  await page.getByRole("button", { name: "Make tag" }).click();
  await expect(page.getByRole("list", { name: "Your tags" })).toContainText("on no bot");
  await page.getByRole("button", { name: "Members of the tag Music" }).click();
  await expect(page.getByRole("heading", { name: "Access" })).toBeVisible();
  await expectAccessible(page);
  await open(page, `${bot.url}/settings`);
  await page.getByRole("checkbox", { name: "Music" }).click();
  await expect(page.getByRole("checkbox", { name: "Music" })).toBeChecked();
  await open(page, panel.url);
  await page.getByRole("combobox", { name: "Tag" }).click();
  await page.getByRole("option", { name: "Music" }).click();
  await expect(page.getByRole("link", { name: "Private" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Demo" })).toBeVisible();
  await expectAccessible(page);
});

test("the owner removes them, and their open console closes within five seconds", async () => {
  await open(theirs, bot.url);
  await expect(output(theirs)).toBeVisible();
  await open(page, `${bot.url}/access`);
  await expect(page.getByRole("list", { name: "Members" })).toContainText(guest.email);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove Grace" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Grace is removed.")).toBeVisible();
  await expect(output(theirs)).toHaveCount(0, { timeout: 5_000 });
  expect((await theirs.request.get(`${panel.url}/api/v1/bots/${bot.id}`)).status()).toBe(404);
});

test("an admin looks at the panel as they see it, changes nothing there, and comes back", async () => {
  await open(page, `${panel.url}/people`);
  await page.getByRole("button", { name: "What to do with Grace" }).click();
  await page.getByRole("menuitem", { name: "View as" }).click();
  await expect(page.getByText("You see the panel as Grace does.", { exact: false })).toBeVisible();
  await expect(page.getByRole("link", { name: "Demo" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop viewing as Grace" }).click();
  await expect(page.getByRole("link", { name: "People" }).first()).toBeVisible();
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { expectAccessible, expectAccessibleEverywhere, expectState, noteComplaints, open, output } from "./story";
import { expectWalkable } from "./walk";

/*
 * How somebody is let in to a bot by a link, sees what they were given and no more, and is gone when they are removed.
 */
test.describe.configure({ mode: "serial" });

const guest = { name: "Grace", email: "grace@example.com", password: "another good battery" };
let url: string;
let page: Page;
let other: BrowserContext;
let theirs: Page;
let bot: { id: string; url: string };
let kept: { id: string };
test.beforeAll(async ({ shared, browser, complaints }) => {
  url = shared.panel.url;
  page = await shared.enter();
  const made = await makeDemo(shared, "Lent", "--start");
  bot = made;
  kept = await makeDemo(shared, "Kept");
  writeFileSync(join(made.files, ".env"), "SECRET=1\n");
  other = await browser.newContext();
  theirs = await other.newPage();
  noteComplaints(theirs, complaints);
});

test.afterAll(async () => {
  // Every page of the panel's first account is of one session.
  await page?.request.delete(`${url}/api/v1/view-as`, { headers: { origin: url } });
  await page?.context().close();
  await other?.close();
});

let link = "";

test("the owner makes an invite link with chosen permissions and a hidden path", async () => {
  await open(page, `${bot.url}/access`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite by link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Developer" }).click();
  await dialog.getByLabel("Hidden paths").fill("!wrong");
  await expect(dialog.getByRole("button", { name: "Create link" })).toBeDisabled();
  await dialog.getByLabel("Hidden paths").fill(".env");
  await dialog.getByLabel("Note").fill("For the weekend");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create link" }).click();
  link = await page.getByRole("dialog").getByLabel("Link", { exact: true }).inputValue();
  expect(link).toMatch(/\/invite#[\w-]{32}$/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "Invite by link" })).toBeFocused();
  await expect(page.getByRole("list", { name: "Open invites" })).toContainText("For the weekend");
});

test("somebody else opens it, makes an account, and sees this bot alone", async () => {
  await open(theirs, link);
  await expect(theirs.getByText("Some files will not be shown to you.")).toBeVisible();
  await expect(theirs.getByText("Ada lets you in to the bot “Lent”.")).toBeVisible();
  await expect(theirs).toHaveURL(/\/invite$/);
  await expectAccessible(theirs);
  await theirs.getByLabel("Your name").fill(guest.name);
  await theirs.getByLabel("E-mail").fill(guest.email);
  await theirs.getByLabel("Password", { exact: true }).fill(guest.password);
  await theirs.getByRole("button", { name: "Create an account and accept" }).click();
  await expect(theirs).toHaveURL(new RegExp(`/bots/${bot.id}`));
  await expectState(theirs, "running");
  await expect(theirs.getByRole("link", { name: "Access" })).toHaveCount(0);
  await open(theirs, url);
  await expect(theirs.getByRole("link", { name: "Lent" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Kept" })).toHaveCount(0);
});

test("a bot that they are let in to, and put out of, comes and goes in the fleet that they look at", async () => {
  await open(theirs, url);
  await expect(theirs.locator("[data-connection=connected]")).toHaveCount(1);
  const members = `${url}/api/v1/bots/${kept.id}/members`;
  const headers = { origin: url };
  const added = await page.request.post(members, { data: { who: guest.email, permissions: ["bot:view"] }, headers });
  expect(added.status()).toBe(201);
  await expect(theirs.getByRole("link", { name: "Kept" })).toBeVisible();
  const { userId } = await added.json();
  expect((await page.request.delete(`${members}/${userId}`, { headers })).ok()).toBe(true);
  await expect(theirs.getByRole("link", { name: "Kept" })).toHaveCount(0);
  await expect(theirs.getByRole("link", { name: "Lent" })).toBeVisible();
});

test("a hidden path is not there for them, and is for the owner", async () => {
  await open(page, `${bot.url}/files`);
  await expect(page.getByText(".env", { exact: true }).first()).toBeVisible();
  await open(theirs, `${bot.url}/files`);
  await expect(theirs.getByText("package.json", { exact: true }).first()).toBeVisible();
  await expect(theirs.getByText(".env", { exact: true })).toHaveCount(0);
  await expect(theirs.getByText("Some files are not shown to you.", { exact: false })).toBeVisible();
  await expectAccessible(theirs);
  await expect(page.getByText("Some files are not shown to you.", { exact: false })).toHaveCount(0);
  const answer = await theirs.request.get(`${url}/api/v1/bots/${bot.id}/files/content?path=.env`);
  expect(answer.status()).toBe(404);
});

test("a tag is renamed, put on bots, and finds them", async () => {
  await open(page, `${url}/tags`);
  await page.getByLabel("Name of the tag").fill("Music");
  await page.getByRole("button", { name: "Create tag" }).click();
  await expect(page.getByRole("list", { name: "Your tags" })).toContainText("on no bot");
  await page.getByRole("button", { name: "Rename the tag Music" }).click();
  await page.getByRole("dialog").getByLabel("Name of the tag").fill("Tunes");
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("list", { name: "Your tags" })).toContainText("Tunes");
  await page.getByRole("button", { name: "Members of the tag Tunes" }).click();
  await expect(page.getByRole("region", { name: "Members of the tag Tunes" })).toBeFocused();
  await expect(page.getByRole("heading", { name: "Access" })).toBeVisible();
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
  await open(page, `${bot.url}/settings`);
  await page.getByRole("checkbox", { name: "Tunes" }).click();
  await expect(page.getByRole("checkbox", { name: "Tunes" })).toBeChecked();
  await open(page, url);
  await page.getByRole("combobox", { name: "Tag" }).click();
  await page.getByRole("option", { name: "Tunes" }).click();
  await expect(page.getByRole("link", { name: "Kept" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Lent" })).toBeVisible();
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
  expect((await theirs.request.get(`${url}/api/v1/bots/${bot.id}`)).status()).toBe(404);
});

test("an admin looks at the panel as they see it, changes nothing there, and comes back", async () => {
  await open(page, `${url}/people`);
  await page.getByRole("button", { name: "What to do with Grace" }).click();
  await page.getByRole("menuitem", { name: "View as" }).click();
  await expect(page.getByText("You see the panel as Grace does.", { exact: false })).toBeVisible();
  await expect(page.getByRole("link", { name: "Lent" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop viewing as Grace" }).click();
  await expect(page.getByRole("link", { name: "People" }).first()).toBeVisible();
});

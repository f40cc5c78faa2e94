import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { expectAccessible, expectFits, expectState, look, open } from "./story";

/*
 * What a bot is told by its environment and its files, from a pasted .env to a token that left the code.
 */
test.describe.configure({ mode: "serial" });

const token = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "d".repeat(38)].join(".");
let page: Page;
let bot: Awaited<ReturnType<typeof makeDemo>>;

const inside = (name: string) => join(bot.files, name);

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
  bot = await makeDemo(shared, "Told", "--start");
});

test.afterAll(() => page?.context().close());

test("a pasted .env is looked at, taken in part, and asks for a restart that it gets", async () => {
  await open(page, `${bot.url}/environment`);
  await expectState(page, "running");
  await page.getByRole("button", { name: "Import .env" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Contents of the file").fill("LOG_LEVEL=debug\nAPI_KEY='open sesame'\nMY-NAME=x\nLEFT=out\n");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Look at it" }).click();
  await expect(dialog.locator("[data-variable=MY-NAME]")).toContainText("Refused");
  await expect(dialog.locator("[data-variable=API_KEY]")).not.toContainText("sesame");
  await dialog.getByRole("checkbox", { name: "Take LEFT" }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save 2 variables" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("[data-variable=LOG_LEVEL]")).toContainText("debug");
  await expect(page.locator("[data-variable=LEFT]")).toHaveCount(0);
  const hint = page.getByText("The running bot still has the old values.");
  await expect(hint).toBeVisible();
  await open(page, page.url());
  await expect(hint).toBeVisible();
  const secret = page.locator("[data-variable=API_KEY]");
  await secret.getByRole("button", { name: "Show the value of API_KEY" }).click();
  await expect(secret).toContainText("open sesame");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Restart", exact: true }).last().click();
  await expect(hint).toHaveCount(0);
  await expectState(page, "running");
});

test("a TOML is edited where it says what is wrong, and is not saved broken by accident", async () => {
  writeFileSync(inside("config.toml"), '# what the bot is\nname = "demo" # kept\ntoken = "s3cret-in-toml"\n');
  await open(page, `${bot.url}/environment`);
  const hint = page.getByText("config.toml was changed since the bot started.");
  await expect(hint).toBeVisible();
  await page.getByRole("button", { name: "Edit config.toml" }).click();
  const card = page.locator("[data-toml='config.toml']");
  await expect(card).toContainText('name = "demo" # kept');
  await expect(card).not.toContainText("s3cret");
  await expectAccessible(page);
  await card.getByRole("button", { name: "Show and edit" }).click();
  await expect(card.getByText("This is valid TOML.")).toBeVisible();
  const text = card.getByRole("textbox").first();
  await text.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("port = ");
  await expect(card.getByText(/^Line 4, column 8: /)).toBeVisible();
  await expectAccessible(page);
  await card.getByRole("button", { name: "Save", exact: true }).click();
  const asked = page.getByRole("alertdialog");
  await expect(asked).toContainText("Line 4, column 8");
  await asked.getByRole("button", { name: "Mend it" }).click();
  await expect(text).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("8080");
  await expect(card.getByText("This is valid TOML.")).toBeVisible();
  await card.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("config.toml saved")).toBeVisible();
  expect(readFileSync(inside("config.toml"), "utf8")).toBe(
    '# what the bot is\nname = "demo" # kept\ntoken = "s3cret-in-toml"\nport = 8080',
  );
});

test("a token leaves the code for a secret", async ({ shared }) => {
  writeFileSync(inside("bot.js"), `const { Client } = require("discord.js");\nnew Client().login("${token}");\n`);
  await open(page, `${bot.url}/files`);
  await page.getByRole("button", { name: "Show where" }).click();
  await page.getByRole("button", { name: "Move into a secret: the token in bot.js, line 2" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("new Client().login(process.env.DISCORD_TOKEN);")).toBeVisible();
  expect(await page.content()).not.toContain(token);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Move it" }).click();
  await expect(dialog).toHaveCount(0);
  expect(readFileSync(inside("bot.js"), "utf8")).toContain("login(process.env.DISCORD_TOKEN);");
  const told = await shared.panel.cli(["env", "reveal", bot.id, "DISCORD_TOKEN"]);
  expect(told).toMatchObject({ code: 0, out: `${token}\n` });
});

test("all of it stands on a phone in the light", async () => {
  await look(page, "phone", "light");
  await open(page, `${bot.url}/environment`);
  await page.getByRole("button", { name: "Edit config.toml" }).click();
  await expect(page.getByText('name = "demo" # kept')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Import .env" }).click();
  await page.getByRole("dialog").getByLabel("Contents of the file").fill("A=1\nB=two\nA=3");
  await page.getByRole("dialog").getByRole("button", { name: "Look at it" }).click();
  await expect(page.getByText("also in line 1; the last counts")).toBeVisible();
  await expectAccessible(page);
  await expectFits(page);
});

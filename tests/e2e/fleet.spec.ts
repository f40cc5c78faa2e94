import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { Client } from "pg";
import { ZipFile } from "yazl";
import { homePaths } from "#contracts/home";
import { makeRepository } from "#worker/git/testing/git-server";
import { carriers } from "../../worker/testing/carriers";
import { test } from "./shared";
import { botIdOf, expectAccessible, expectState, look, open, output, printedBy } from "./story";

/*
 * Bots on their way in, together, and out again.
 */
test.describe.configure({ mode: "serial" });

let page: Page;

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
});
test.afterAll(() => page?.context().close());

test("bots come from an upload, a zip, a git address and a folder of the server", async ({
  shared: { panel, git, repositories, folder },
}) => {
  test.setTimeout(180_000);
  await look(page, "phone", "dark");
  await open(page, `${panel.url}/bots/new?from=upload`);
  const ways = page.getByRole("tab");
  await expect(ways).toHaveCount(4);
  for (const way of await ways.all()) await expect(way).toBeInViewport({ ratio: 1 });
  await look(page, "desk", "dark");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles([
      {
        name: "main.py",
        mimeType: "text/x-python",
        buffer: Buffer.from("import time\nprint('python is up')\nwhile True: time.sleep(1)\n"),
      },
    ]);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await createFound("Snake", "python is up");

  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('console.log("zipped"); setInterval(() => {}, 1000);'), "bot/index.js");
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  await open(page, `${panel.url}/bots/new?from=upload`);
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles([{ name: "bot.zip", mimeType: "application/zip", buffer: Buffer.concat(chunks) }]);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await createFound("Zipped", "zipped");

  await open(page, `${panel.url}/bots/new?from=git`);
  await page.getByLabel("Address of the repository").fill("http://localhost/x");
  await page.getByRole("button", { name: "Fetch" }).click();
  await expect(page.getByText(/A git address starts with https/)).toBeVisible();
  await open(page, `${panel.url}/bots/new?from=git`);
  makeRepository(repositories, "cloned", (work) => {
    writeFileSync(join(work, "package.json"), JSON.stringify({ name: "cloned", main: "bot.js" }));
    writeFileSync(join(work, "bot.js"), 'console.log("hello from git"); setInterval(() => {}, 1000);\n');
  });
  await page.getByLabel("Address of the repository").fill(`${git}/cloned.git`);
  await page.getByRole("button", { name: "Fetch" }).click();
  await createFound("Cloned", "hello from git");

  writeFileSync(join(folder, "index.mjs"), 'console.log("from a folder"); setInterval(() => {}, 1000);\n');
  await open(page, `${panel.url}/bots/new?from=folder`);
  await page.getByRole("textbox", { name: "Folder on this server" }).fill("/etc");
  await page.getByRole("button", { name: "Use this folder" }).click();
  await expect(page.getByText(/not in a place that an admin allowed/)).toBeVisible();
  await open(page, `${panel.url}/bots/new?from=folder`);
  await page.getByRole("textbox", { name: "Folder on this server" }).fill(folder);
  await page.getByRole("button", { name: "Use this folder" }).click();
  await createFound("Folder bot", "from a folder");
});

async function createFound(name: string, line: string): Promise<void> {
  await expect(page.getByText("What was found")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page).toHaveURL(/\/bots\/[a-z0-9]{10}$/);
  await expectState(page, "running", 60_000);
  await expect(output(page).getByText(line, { exact: true })).toBeVisible();
}

/** Waits until the open fleet page shows a bot in a state. Its buttons stand there in all of them. */
const expectRow = (name: string, state: string) =>
  expect(
    page
      .locator("[data-bot]")
      .filter({ has: page.getByRole("link", { name, exact: true }) })
      .locator(`[data-state=${state}]`),
  ).toBeVisible();

test("the fleet page shows every bot live, and has their power", async ({ shared: { panel } }) => {
  await open(page, panel.url);
  for (const name of ["Snake", "Zipped", "Cloned", "Folder bot"]) await expectRow(name, "running");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop Zipped", exact: true }).click();
  await expectRow("Zipped", "stopped");
  await page.getByRole("button", { name: "Start Zipped", exact: true }).click();
  await expectRow("Zipped", "running");
});

test("many bots are commanded at once, each with its own result", async ({ shared: { panel } }) => {
  await open(page, panel.url);
  await page.getByRole("checkbox", { name: "Select Zipped" }).click();
  await page.getByRole("checkbox", { name: "Select Folder bot" }).click();
  await page.getByRole("checkbox", { name: "Select Cloned" }).click();
  const bar = page.getByRole("region", { name: "Power of the selected bots" });
  await bar.getByRole("button", { name: "Restart" }).click();
  await expect(bar.getByText("Restart: 3 of 3 bots.")).toBeVisible();
  await expectRow("Cloned", "running");
  await expectAccessible(page);
});

test("a bot whose row is lost runs on, is shown to an admin, and is adopted as it is", async ({
  shared: { panel },
}) => {
  const database = new Client({ connectionString: readFileSync(homePaths(panel.home).databaseUrl, "utf8").trim() });
  await database.connect();
  const { rowCount } = await database.query(`DELETE FROM "Bot" WHERE "name" = 'Snake'`);
  await database.end();
  expect(rowCount).toBe(1);
  await open(page, panel.url);
  const found = page.getByRole("heading", { name: "1 bot of the worker that is nobody’s" });
  await expect(found).toBeVisible();
  await expect(page.getByRole("link", { name: "Snake", exact: true })).toHaveCount(0);
  await look(page, "phone", "dark");
  await look(page, "desk", "dark");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Adopt Snake" }).click();
  await expect(page.getByRole("link", { name: "Snake", exact: true })).toBeVisible();
  await expectRow("Snake", "running");
  await expect(found).toHaveCount(0);
});

test("a deleted bot is gone from page, disk and processes", async ({ shared: { panel } }) => {
  await open(page, panel.url);
  await page.getByRole("link", { name: "Zipped", exact: true }).click();
  await expectState(page, "running");
  const id = botIdOf(page);
  await open(page, `${panel.url}/bots/${id}/settings`);
  await page.getByRole("button", { name: "Delete bot" }).click();
  await page.getByRole("alertdialog").getByRole("textbox").fill("Zipped");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete bot" }).click();
  await expect(page).toHaveURL(`${panel.url}/`);
  await expect(page.getByRole("link", { name: "Zipped", exact: true })).toHaveCount(0);
  expect(carriers(id)).toEqual([]);
  expect(() => printedBy(panel.home, id)).toThrow(/ENOENT/);
});

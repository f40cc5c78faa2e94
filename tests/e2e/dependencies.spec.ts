import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { openRegistry } from "#worker/dependencies/testing/registry";
import { makeDemo, test } from "./shared";
import { expectAccessible, expectAccessibleEverywhere, expectState, open, output, power } from "./story";
import { expectWalkable } from "./walk";

/*
 * What a bot needs of others' packages: one by its name in and out, and the one that its error names.
 */
test.describe.configure({ mode: "serial" });

let registry: Awaited<ReturnType<typeof openRegistry>>;
let page: Page;
let bot: Awaited<ReturnType<typeof makeDemo>>;

const at = (path: string) => join(bot.files, path);
const asked = () => JSON.parse(readFileSync(at("package.json"), "utf8")).dependencies;
const row = (name: string) => page.locator(`[data-package="${name}"]`);
const work = () => page.getByRole("region", { name: "Log" });

test.beforeAll(async ({ shared }) => {
  registry = await openRegistry({
    greeting: { versions: ["1.0.0", "1.1.0"], files: { "index.js": 'module.exports = "hello"' } },
    waves: { versions: ["0.2.0"], files: { "index.js": 'module.exports = "waves back"' } },
  });
  page = await shared.enter();
  bot = await makeDemo(shared, "Packed");
  writeFileSync(at(".npmrc"), `registry=${registry.url}\n`);
});

test.afterAll(async () => {
  await page?.context().close();
  await registry?.close();
});

test("a package is installed by its name, with what npm prints as it comes, and removed again", async () => {
  await open(page, `${bot.url}/dependencies`);
  await expect(page.getByText("This bot asks for no packages.")).toBeVisible();
  registry.hang(true);
  await page.getByLabel("Name", { exact: true }).fill("greeting");
  await page.getByRole("button", { name: "Install", exact: true }).click();
  await expect(work().getByRole("heading", { name: /^Installing greeting/ })).toBeVisible();
  await expect(work().getByText(/^\$ .* install .*greeting/)).toBeVisible();
  await expectAccessible(page);
  registry.hang(false);
  await expect(work().getByRole("heading", { name: "greeting is installed." })).toBeVisible();
  await expect(row("greeting")).toContainText("1.1.0");
  await expect(row("greeting")).toContainText("Fits");
  expect(asked()).toEqual({ greeting: "^1.1.0" });
  await work().getByRole("button", { name: "Show log" }).click();
  await expect(work().getByText(/added 1 package/)).toBeVisible();

  await row("greeting").getByRole("button", { name: "Remove greeting" }).click();
  const sure = page.getByRole("alertdialog");
  await expect(sure.getByRole("heading", { name: "Remove greeting?" })).toBeVisible();
  await sure.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(work().getByRole("heading", { name: "greeting is removed." })).toBeVisible();
  await expect(row("greeting")).toHaveCount(0);
  expect([asked()?.greeting, existsSync(at("node_modules/greeting"))]).toEqual([undefined, false]);
});

test("a name that the registry does not know is said, and nothing is asked for", async () => {
  await page.getByLabel("Name", { exact: true }).fill("no-such-thing");
  await page.getByRole("button", { name: "Install", exact: true }).click();
  await expect(work().getByRole("heading", { name: "no-such-thing was not installed." })).toBeVisible();
  await expect(row("no-such-thing")).toHaveCount(0);
  expect(asked()?.["no-such-thing"]).toBeUndefined();
});

test("a bot that a missing module keeps down is given it by the button beside its reason, and runs", async () => {
  // The last line is the one that says of this bot that it is ready.
  writeFileSync(
    at("index.js"),
    'import waves from "waves";\nconsole.log(waves);\nsetInterval(() => {}, 1000);\nconsole.log("Demo is ready");\n',
  );
  await open(page, `${bot.url}/settings`);
  await page.getByLabel("Stop trying after").fill("1");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Settings saved").first()).toBeVisible();
  await open(page, bot.url);
  await power(page, "Start");
  await expectState(page, "parked");
  await expect(page.getByText(/It needs the module “waves”, which is not installed/).first()).toBeVisible();
  await page.getByRole("button", { name: "Install waves" }).click();
  await expect(page).toHaveURL(`${bot.url}/dependencies`);
  await expect(work().getByRole("heading", { name: "waves is installed." })).toBeVisible();
  await expect(row("waves")).toContainText("Fits");
  await expectState(page, "running");
  await page.getByRole("button", { name: "Check for updates" }).click();
  await expect(page.getByText(/^Checked now/)).toBeVisible();
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
  await open(page, bot.url);
  await expect(output(page).getByText("waves back", { exact: true })).toBeVisible();
});

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { expectAccessible, open, output, printedBy, type } from "./story";

/*
 * What a bot printed, found again, and what of it nobody sees.
 */
test.describe.configure({ mode: "serial" });

let page: Page;
let bot: Awaited<ReturnType<typeof makeDemo>>;

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
  bot = await makeDemo(shared, "Chatty", "--start");
});
test.afterAll(() => page?.context().close());

test("the whole log is searched, a hit opens where it stands, and its link leads there again", async ({
  shared: { panel },
}) => {
  await open(page, bot.url);
  await type(page, "spam 3000");
  await expect(output(page).getByText("spam 3000 of 3000")).toHaveCount(1);
  await page.getByRole("link", { name: "Logs", exact: true }).click();
  const search = page.getByRole("searchbox", { name: "Search the whole log" });
  await search.fill("spam 2999 of");
  await search.press("Enter");
  const hits = page.getByRole("log", { name: "Hits, newest first" });
  await expect(page.getByText("1 hit", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await hits.getByText("spam 2999 of 3000").click();
  const reader = page.getByRole("log", { name: /^Log of Chatty/ });
  await expect(reader.getByText("spam 3000 of 3000")).toBeVisible();
  const link = page.url();
  expect(link).toMatch(/at=\d+\.\d+/);
  await expectAccessible(page);
  await open(page, link);
  await expect(reader.getByText("spam 2999 of 3000")).toBeVisible();

  await open(page, `${bot.url}/logs`);
  await page.getByRole("button", { name: "Regular expression" }).click();
  await search.fill("spam (2");
  await search.press("Enter");
  await expect(page.getByText(/missing closing|pattern/i).first()).toBeVisible();
  await search.fill("^spam (1|2)\\d{3} of");
  await search.press("Enter");
  await expect(hits.getByText("spam 2998 of 3000")).toBeVisible();

  const found = await panel.cli(["logs", "Chatty", "--grep", "SPAM 2999", "--json"]);
  expect(found).toMatchObject({ code: 0 });
  expect(found.out).toContain("spam 2999 of 3000");
  const file = test.info().outputPath("chatty.log.gz");
  expect(await panel.cli(["logs", "download", "Chatty", "--gzip", "-o", file])).toMatchObject({ code: 0 });
  expect(gunzipSync(readFileSync(file)).toString()).toContain("spam 2999 of 3000");
});

test("a secret that a bot prints is masked wherever a line is shown", async ({ shared: { panel } }) => {
  await panel.cli(["env", "set", "Chatty", "PASSPHRASE", "open-sesame-42", "--secret"]);
  await open(page, bot.url);
  await type(page, "open-sesame-42");
  await expect(output(page).getByText("You typed: ••••••")).toBeVisible();
  expect(printedBy(panel.home, bot.id)).toContain("You typed: open-sesame-42");
  expect((await panel.cli(["logs", "Chatty"])).out).not.toContain("open-sesame");
  expect((await panel.cli(["logs", "Chatty", "--grep", "sesame"])).out).toBe("");
});

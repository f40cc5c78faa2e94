import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { git, makeRepository } from "#worker/git/testing/git-server";
import { type Shared, test } from "./shared";
import { expectAccessible, expectAccessibleEverywhere, expectState, open, output } from "./story";
import { expectWalkable } from "./walk";

/*
 * A bot of a repository, from its address to a push that deploys by itself.
 */
test.describe.configure({ mode: "serial" });

let panel: Shared["panel"];
let work: string;
let page: Page;
let bot: string;

test.beforeAll(async ({ shared }) => {
  panel = shared.panel;
  work = join(shared.repositories, "pushed-work");
  makeRepository(shared.repositories, "pushed", (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "pushed", main: "bot.js" }));
    writeFileSync(join(folder, "bot.js"), 'console.log("first"); setInterval(() => {}, 1000);\n');
  });
  page = await shared.enter();
});
test.afterAll(() => page?.context().close());

/** Commits a new bot.js and pushes it to the served repository. */
function push(subject: string, code: string): void {
  writeFileSync(join(work, "bot.js"), code);
  git(work, "commit", "-q", "-am", subject);
  git(work, "push", "-q", "../pushed.git", "HEAD:main");
}

const row = (number: number) => page.locator(`[data-deploy="${number}"]`);

test("a new bot from a git address, one of its branches chosen", async ({ shared }) => {
  await open(page, `${panel.url}/bots/new?from=git`);
  await page.getByLabel("Address of the repository").fill(`${shared.git}/pushed.git`);
  await expect(page.getByText("1 branch found.")).toBeVisible();
  await page.getByLabel("Branch").click();
  await page.getByRole("option", { name: "main", exact: true }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Fetch" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Gitty");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expectState(page, "running", 60_000);
  bot = page.url();
});

test("a new commit is listed and deployed by a click", async () => {
  push("Say something else", 'console.log("second"); setInterval(() => {}, 1000);\n');
  await open(page, `${bot}/deploys`);
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("1 new commit")).toBeVisible();
  await expect(page.getByText("Say something else")).toBeVisible();
  await page.getByLabel("Watch after the start").fill("5");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Update", exact: true }).click();
  await expect(page.getByRole("log", { name: "Log of update 1" })).toBeVisible();
  await expect(row(1).getByText("Done")).toBeVisible({ timeout: 60_000 });
  await expect(row(1).getByText("It runs.")).toBeVisible();
  await expect(page.getByText("Nothing new upstream.")).toBeVisible();
});

test("a commit that crashes is rolled back, with its reason and what helps", async () => {
  push("Break it", "process.exit(3);\n");
  await page.getByRole("button", { name: "Update", exact: true }).click();
  await expect(row(2).getByText("Rolled back")).toBeVisible({ timeout: 60_000 });
  await expect(row(2).getByText(/did not run/)).toBeVisible();
  await expect(row(2).getByRole("button", { name: "See its log" })).toBeVisible();
  await expectState(page, "running");
  await expectAccessible(page);
});

test("a push told by the webhook deploys by itself; one that is not signed does not", async () => {
  await page.getByRole("button", { name: "Set up the webhook" }).click();
  await expect(page.getByText("It is shown this once.")).toBeVisible();
  const shown = page.locator("code");
  const address = await shown.filter({ hasText: "/api/hooks/" }).textContent();
  const secret = await shown.filter({ hasText: /^[\w-]{43}$/ }).textContent();
  await expectAccessible(page);
  push("Mend it", 'console.log("third"); setInterval(() => {}, 1000);\n');
  const body = JSON.stringify({ ref: "refs/heads/main", pusher: { name: "grace" }, repository: {} });
  const tell = (key: string) =>
    fetch(address ?? "", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": "5f1e8c2a-0000-4000-8000-000000000001",
        "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
      },
      body,
    });
  expect((await tell("guessed")).status).toBe(404);
  expect((await tell(secret ?? "")).status).toBe(202);
  expect((await tell(secret ?? "")).status).toBe(409);
  await expect(row(3).getByText("Done")).toBeVisible({ timeout: 60_000 });
  await expect(row(3)).toContainText("push by grace");
  await open(page, bot);
  await expect(output(page).getByText("third", { exact: true })).toBeVisible();
});

test("an earlier deploy is made again, and the terminal tells the same history", async () => {
  await open(page, `${bot}/deploys`);
  await row(1).getByRole("button", { name: "Redeploy" }).click();
  await expect(row(4).getByText("Done")).toBeVisible({ timeout: 60_000 });
  const { code, out } = await panel.cli(["deploys", "list", "Gitty", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out).deploys.map((one: { status: { state: string } }) => one.status.state)).toEqual([
    "done",
    "done",
    "rolledBack",
    "done",
  ]);
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
  await open(page, `${bot}/activity`);
  await expect(page.getByText("told by a host of repositories")).toBeVisible();
});

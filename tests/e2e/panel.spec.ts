import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { carriers } from "../../worker/testing/carriers";
import { freePort } from "../support/free-port";
import { endPanel, makeHome, type Panel, startPanel } from "../support/panel";
import {
  admin,
  botIdOf,
  expectAccessible,
  expectFits,
  expectPassing,
  expectState,
  keepLogs,
  makeFirstAccount,
  noteComplaints,
  open,
  output,
  power,
  printedBy,
  type,
  workerPid,
} from "./story";

/*
 * One story from `npm start` to a second `npm start`, as a person lives it, on a panel of its own: it is hurt and stopped. Each step stands on the one before.
 */
test.describe.configure({ mode: "serial" });

const home = makeHome();
let port: number;
let panel: Panel;
let context: BrowserContext;
let page: Page;
let demo: { id: string; url: string };
const complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  port = await freePort();
  panel = await startPanel(home, port);
  context = await browser.newContext({ timezoneId: "Europe/Berlin" });
  page = await context.newPage();
  noteComplaints(page, complaints);
});

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are wanted
test.afterEach(({}, step) => keepLogs(step, home));

test.afterAll(async () => {
  await context?.close();
  await endPanel(home);
});

test("the setup link makes the first account and leads to the first bot", async () => {
  expect(panel.setupLink()).toContain("/setup#");
  await open(page, panel.url);
  await expect(page).toHaveURL(/\/setup/);
  await page.goto("about:blank");
  await makeFirstAccount(page, panel, async () => {
    await expect(page).not.toHaveURL(/#/);
    await expectAccessible(page);
  });
  await expectAccessible(page);
});

test("the demo bot goes from a click to a live console", async () => {
  await page.getByRole("link", { name: "Try without Discord" }).click();
  await expect(page.getByText("What was found")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Name" }).fill("Demo");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page).toHaveURL(/\/bots\/[a-z0-9]{10}$/);
  demo = { id: botIdOf(page), url: page.url() };
  await expectState(page, "running");
  await expect(output(page).getByText("Demo is ready. Type help and press Enter.")).toBeVisible();
  await type(page, "hello <b>there</b>");
  await expect(output(page).getByText("You typed: hello <b>there</b>")).toBeVisible();
  await expectAccessible(page);
});

test("it is stopped, started, restarted and killed from its page, its children with it", async () => {
  await type(page, "fork");
  await expect(output(page).getByText(/Started a child with pid/)).toBeVisible();
  await power(page, "Stop");
  await expectState(page, "stopped");
  expect(carriers(demo.id)).toEqual([]);
  await power(page, "Start");
  await expectState(page, "running");
  const before = carriers(demo.id);
  await power(page, "Restart");
  await expect(output(page).getByText(/as part of a restart/)).toBeVisible();
  await expectState(page, "running");
  expect(carriers(demo.id).some((pid) => before.includes(pid))).toBe(false);
});

test("a crash backs off and comes back, a crash loop is parked with the reason in words", async () => {
  await expectPassing(page, "backoff", () => type(page, "crash"));
  await expect(
    output(page)
      .getByText(/ended with exit code 1/)
      .first(),
  ).toBeVisible();
  await expectState(page, "running");
  await open(page, `${demo.url}/settings`);
  await page.getByLabel("Stop trying after").fill("2");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText(/Saved|Settings saved/).first()).toBeVisible();
  await open(page, demo.url);
  await expectState(page, "running");
  await type(page, "exit 7");
  await expectState(page, "parked");
  await expect(page.getByText(/Crashed \d+ times in 10 minutes, so Botyard stopped trying/).first()).toBeVisible();
  expect(carriers(demo.id)).toEqual([]);
  await power(page, "Start");
  await expectState(page, "running");
});

test("kill -9 of the worker: said within 3 s, the bot runs on, no line is missing", async () => {
  await open(page, demo.url);
  await expectState(page, "running");
  const before = carriers(demo.id);
  const pid = workerPid(home);
  if (!pid) throw new Error("no worker found");
  await type(page, "spam 3000");
  // Typing passes through the worker: it must have reached the bot before the worker goes.
  await expect.poll(() => printedBy(home, demo.id), { intervals: [5] }).toContain("You typed: spam 3000");
  process.kill(pid, "SIGKILL");
  await expect(page.getByText("The worker is restarting; your bots run on.").first()).toBeVisible({ timeout: 3_000 });
  await expect(page.getByText("The worker is restarting; your bots run on.")).toHaveCount(0, { timeout: 30_000 });
  expect(carriers(demo.id)).toEqual(before);
  await type(page, "still here");
  await expect(output(page).getByText("You typed: still here")).toBeVisible();
  await expect(output(page).getByText("spam 3000 of 3000")).toHaveCount(1);
  const { out } = await panel.cli(["logs", "Demo", "-n", "2000"]);
  const spam = [...out.matchAll(/spam (\d+) of 3000/g)].map((match) => Number(match[1]));
  const first = spam[0] ?? 0;
  expect(spam).toEqual(Array.from({ length: 3_000 - first + 1 }, (_, index) => first + index));
  expect(spam.length).toBeGreaterThan(1_500);
});

test("signing out and in again, on a phone in the light", async ({ browser }) => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "light" });
  await phone.addCookies([{ name: "botyard-theme", value: "system", url: panel.url }]);
  const small = await phone.newPage();
  // On a slow line the form is seen before it is alive; what is typed into it by then counts.
  let arrive = () => {};
  const scripts = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await small.route(/\.js(\?|$)/, (route) => scripts.then(() => route.continue()));
  await small.goto(panel.url, { waitUntil: "commit" });
  await small.getByLabel("E-mail").fill(admin.email);
  arrive();
  await small.waitForLoadState();
  await small.unrouteAll({ behavior: "wait" });
  await expect(small).toHaveURL(/sign-in/);
  await expectAccessible(small);
  await small.getByLabel("Password", { exact: true }).fill("wrong password");
  await small.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(small.getByText("E-mail or password is wrong.")).toBeVisible();
  await small.getByLabel("Password", { exact: true }).fill(admin.password);
  await small.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(small.getByRole("link", { name: "Demo", exact: true })).toBeVisible();
  await expectAccessible(small);
  await small.getByRole("link", { name: "Demo", exact: true }).click();
  await expectState(small, "running");
  await expectAccessible(small);
  await expectFits(small);
  await phone.close();
});

test("Ctrl-C leaves the bots running, and a second npm start finds them again", async () => {
  test.setTimeout(180_000);
  const before = carriers(demo.id);
  expect(before.length).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await panel.interrupt();
  expect(workerPid(home)).toBeNull();
  expect(carriers(demo.id)).toEqual(before);
  panel = await startPanel(home, port);
  expect(panel.setupLink()).toBeNull();
  const found = await panel.cli(["info", "Demo", "--json"]);
  expect(JSON.parse(found.out)).toMatchObject({ state: "running" });
  expect(carriers(demo.id)).toEqual(before);
});

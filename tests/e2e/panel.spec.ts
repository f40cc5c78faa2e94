import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { ZipFile } from "yazl";
import { type GitServer, startGitServer } from "#worker/git/testing/git-server";
import { carriers } from "../../worker/testing/carriers";
import { endPanel, freePort, makeHome, type Panel, startPanel } from "../support/panel";
import { startPm2 } from "./pm2";
import {
  admin,
  botIdOf,
  expectAccessible,
  expectState,
  makeRepository,
  open,
  output,
  printedBy,
  type,
  workerPid,
} from "./story";

/*
 * One story from `npm start` to a second `npm start`, as a person lives it. Each step stands on the one before.
 */
test.describe.configure({ mode: "serial" });

const home = makeHome();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "by-folder-")));
const repositories = makeRepository();
let git: GitServer;
let port: number;
let panel: Panel;
let context: BrowserContext;
let page: Page;
let demo: { id: string; url: string };
const complaints: string[] = [];

const start = () =>
  startPanel(home, port, {
    BOTYARD_FOLDERS: folder,
    BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8",
    BOTYARD_GIT_CA_FILE: git.caFile,
  });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  git = await startGitServer(repositories);
  port = await freePort();
  panel = await start();
  context = await browser.newContext({ timezoneId: "Europe/Berlin" });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  // What the browser itself notes about requests that a dead worker or a deleted bot cannot answer is no complaint of ours.
  page.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket|Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
});

test.afterAll(async () => {
  await context?.close();
  await endPanel(home);
  await git?.close();
  for (const one of [folder, repositories]) rmSync(one, { recursive: true, force: true });
});

test("the setup link makes the first account and leads to the first bot", async () => {
  const link = panel.setupLink() ?? "";
  expect(link).toContain("/setup#");
  await open(page, panel.url);
  await expect(page).toHaveURL(/\/setup/);
  await page.goto("about:blank");
  await open(page, link);
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  expect(page.url()).not.toContain("#");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
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
  await page.getByRole("button", { name: /^Stop/ }).first().click();
  await expectState(page, "stopped");
  expect(carriers(demo.id)).toEqual([]);
  await page
    .getByRole("button", { name: /^Start/ })
    .first()
    .click();
  await expectState(page, "running");
  const before = carriers(demo.id);
  await page
    .getByRole("button", { name: /^Restart/ })
    .first()
    .click();
  await expect(output(page).getByText(/as part of a restart/)).toBeVisible();
  await expectState(page, "running");
  expect(carriers(demo.id).some((pid) => before.includes(pid))).toBe(false);
});

test("a crash backs off and comes back, a crash loop is parked with the reason in words", async () => {
  await type(page, "crash");
  await expectState(page, "backoff");
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
  await page
    .getByRole("button", { name: /^Start/ })
    .first()
    .click();
  await expectState(page, "running");
});

test("bots come from an upload, a zip, a git address and a folder of the server", async () => {
  test.setTimeout(180_000);
  await open(page, `${panel.url}/bots/new?from=upload`);
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
  await page.getByLabel("Address of the repository").fill(`https://localhost:${git.port}/bot.git`);
  await page.getByRole("button", { name: "Fetch" }).click();
  await createFound("Gitty", "hello from git");

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

test("the fleet page shows every bot live, and has their power", async () => {
  await open(page, panel.url);
  for (const name of ["Demo", "Snake", "Zipped", "Gitty", "Folder bot"])
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop Zipped", exact: true }).click();
  await expect(page.getByRole("button", { name: "Start Zipped", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Start Zipped", exact: true }).click();
  await expect(page.getByRole("button", { name: "Stop Zipped", exact: true })).toBeVisible();
});

test("a bot without its token says so, and environment, activity and settings do their work", async () => {
  await open(page, `${panel.url}/bots/new?template=basic-js`);
  await expect(page.getByText("What was found")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("Demo");
  await page.getByLabel(/^Discord token/).fill("nonsense");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page.getByText(/not a Discord bot token|already have a bot named/).first()).toBeVisible();
  await page.getByLabel(/^Discord token/).fill("");
  await page.getByRole("textbox", { name: "Name" }).fill("Basic");
  await page.getByRole("button", { name: "Create bot" }).click();
  await expect(page).toHaveURL(/\/bots\/[a-z0-9]{10}$/);
  await page
    .getByRole("button", { name: /^Start/ })
    .first()
    .click();
  await expectState(page, "parked");
  await expect(page.getByText("It has no Discord token yet.").first()).toBeVisible();

  await open(page, `${demo.url}/environment`);
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name", { exact: true }).fill("API_KEY");
  await page.getByLabel("Value", { exact: true }).fill("very-secret-value");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("[data-variable=API_KEY]")).toContainText("Set, hidden");
  await expect(page.getByText("still has the old values")).toBeVisible();
  expect(await page.content()).not.toContain("very-secret-value");
  await expectAccessible(page);
  await open(page, `${demo.url}/activity`);
  await expect(page.getByText("Added API_KEY")).toBeVisible();
  await expectAccessible(page);
  await open(page, `${demo.url}/settings`);
  await expect(page.getByRole("heading", { name: "Delete this bot" })).toBeVisible();
  await expectAccessible(page);
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

test("the whole log is searched, a hit opens where it stands, and its link leads there again", async () => {
  await open(page, demo.url);
  await page.getByRole("link", { name: "Logs", exact: true }).click();
  const search = page.getByRole("searchbox", { name: "Search the whole log" });
  await search.fill("spam 2999 of");
  await search.press("Enter");
  const hits = page.getByRole("log", { name: "Hits, newest first" });
  await expect(page.getByText("1 hit", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await hits.getByText("spam 2999 of 3000").click();
  const reader = page.getByRole("log", { name: /^Log of Demo/ });
  await expect(reader.getByText("spam 3000 of 3000")).toBeVisible();
  const link = page.url();
  expect(link).toMatch(/at=\d+\.\d+/);
  await expectAccessible(page);
  await open(page, link);
  await expect(reader.getByText("spam 2999 of 3000")).toBeVisible();

  await open(page, `${demo.url}/logs`);
  await page.getByRole("button", { name: "Regular expression" }).click();
  await search.fill("spam (2");
  await search.press("Enter");
  await expect(page.getByText(/missing closing|pattern/i).first()).toBeVisible();
  await search.fill("^spam (1|2)\\d{3} of");
  await search.press("Enter");
  await expect(hits.getByText("spam 2998 of 3000")).toBeVisible();

  const found = await panel.cli(["logs", "Demo", "--grep", "SPAM 2999", "--json"]);
  expect(found).toMatchObject({ code: 0 });
  expect(found.out).toContain("spam 2999 of 3000");
  const file = join(folder, "demo.log.gz");
  expect(await panel.cli(["logs", "download", "Demo", "--gzip", "-o", file])).toMatchObject({ code: 0 });
  expect(gunzipSync(readFileSync(file)).toString()).toContain("spam 2999 of 3000");
});

test("a secret that a bot prints is masked wherever a line is shown", async () => {
  await panel.cli(["env", "set", "Demo", "PASSPHRASE", "open-sesame-42", "--secret"]);
  await open(page, demo.url);
  await type(page, "open-sesame-42");
  await expect(output(page).getByText("You typed: ••••••")).toBeVisible();
  expect(printedBy(home, demo.id)).toContain("You typed: open-sesame-42");
  expect((await panel.cli(["logs", "Demo"])).out).not.toContain("open-sesame");
  expect((await panel.cli(["logs", "Demo", "--grep", "sesame"])).out).toBe("");
});

test("limits are set in plain words, and a bot that uses too much memory says so", async () => {
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
  await page
    .getByRole("button", { name: /^Start/ })
    .first()
    .click();
  await expect(page.getByText("Used more than its 120 MB of memory").first()).toBeVisible({ timeout: 60_000 });
  expect(await panel.cli(["stop", "Greedy"])).toMatchObject({ code: 0 });
  expect(carriers(id)).toEqual([]);
});

test("many bots are commanded at once, each with its own result", async () => {
  await open(page, panel.url);
  await page.getByRole("checkbox", { name: "Select Zipped" }).click();
  await page.getByRole("checkbox", { name: "Select Basic" }).click();
  await page.getByRole("checkbox", { name: "Select Gitty" }).click();
  const bar = page.getByRole("region", { name: "Power of the selected bots" });
  await bar.getByRole("button", { name: "Restart" }).click();
  await expect(bar.getByText("Restart: 3 of 3 bots.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop Gitty", exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("the command line does the same, with stable fields and exit codes", async () => {
  test.setTimeout(180_000);
  const made = await panel.cli(["create", "--template", "demo-js", "--name", "From CLI", "--start", "--json"]);
  expect(made).toMatchObject({ code: 0 });
  expect(JSON.parse(made.out)).toMatchObject({ name: "From CLI", state: "running", runtime: "node", restarts: 0 });
  expect((await panel.cli(["send", "from cli", "hi", "you"])).code).toBe(0);
  await expect.poll(async () => (await panel.cli(["logs", "From CLI"])).out).toContain("You typed: hi you");
  expect(await panel.cli(["env", "set", "From CLI", "GREETING", "hi"])).toMatchObject({ code: 0 });
  expect((await panel.cli(["env", "list", "From CLI"])).out).toContain("GREETING=hi");
  expect((await panel.cli(["stop", "From CLI"])).out).toContain("stopped");
  expect(await panel.cli(["start", "nobody"])).toMatchObject({ code: 3 });
  expect(await panel.cli(["frobnicate"])).toMatchObject({ code: 2 });
  expect(await panel.cli(["delete", "From CLI"])).toMatchObject({ code: 2 });
  expect(await panel.cli(["delete", "From CLI", "--yes"])).toMatchObject({ code: 0 });
  expect((await panel.cli(["status"])).out).toContain("ok: web ok, worker ok, database ok");
  expect(await panel.cli(["doctor"])).toMatchObject({ code: 0 });
});

test("bots of a PM2 are taken over: none twice, none lost, and it is said what cannot be", async () => {
  test.setTimeout(180_000);
  const theirs = startPm2();
  try {
    await expect.poll(() => theirs.lives("second").length).toBe(1);
    const look = await panel.cli(["import", "pm2", theirs.dump, "--dry-run"]);
    expect(look).toMatchObject({ code: 0 });
    expect(look.out).toContain("+ max_memory_restart: a limit of 200 MB.");
    expect(look.out).toContain("- cron_restart:");
    expect(await panel.cli(["import", "pm2", theirs.dump])).toMatchObject({ code: 2 });
    const moved = await panel.cli(["import", "pm2", theirs.dump, "--yes"]);
    expect(moved.out).toContain("first: running. Taken over from PM2.");
    expect(moved).toMatchObject({ code: 0 });
    expect(theirs.count()).toBe(0);
    expect(JSON.parse(readFileSync(theirs.dump, "utf8"))).toEqual([]);
    await expect.poll(() => theirs.lives("second").length).toBe(2);
    for (const name of ["first", "second"]) {
      const [before, after, ...more] = theirs.lives(name);
      expect(more).toEqual([]);
      expect(before?.to).toBeLessThan(after?.from ?? 0);
    }
    expect((await panel.cli(["logs", "first"])).out).toContain("first says hi --loud");
    expect((await panel.cli(["env", "list", "first"])).out).toContain("GREETING=hi");
    expect(await panel.cli(["stop", "first", "second"])).toMatchObject({ code: 0 });
  } finally {
    theirs.close();
  }
});

test("a deleted bot is gone from page, disk and processes", async () => {
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
  expect(() => printedBy(home, id)).toThrow(/ENOENT/);
});

test("signing out and in again, on a phone in the light", async ({ browser }) => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "light" });
  const small = await phone.newPage();
  await open(small, panel.url);
  await expect(small).toHaveURL(/sign-in/);
  await expectAccessible(small);
  await small.getByLabel("E-mail").fill(admin.email);
  await small.getByLabel("Password", { exact: true }).fill("wrong password");
  await small.getByRole("button", { name: "Sign in" }).click();
  await expect(small.getByText("E-mail or password is wrong.")).toBeVisible();
  await small.getByLabel("Password", { exact: true }).fill(admin.password);
  await small.getByRole("button", { name: "Sign in" }).click();
  await expect(small.getByRole("link", { name: "Demo", exact: true })).toBeVisible();
  await expectAccessible(small);
  await small.getByRole("link", { name: "Demo", exact: true }).click();
  await expectState(small, "running");
  await expectAccessible(small);
  expect(await small.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
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
  panel = await start();
  expect(panel.setupLink()).toBeNull();
  const found = await panel.cli(["info", "Demo", "--json"]);
  expect(JSON.parse(found.out)).toMatchObject({ state: "running" });
  expect(carriers(demo.id)).toEqual(before);
});

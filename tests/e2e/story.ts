import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** The first account of the panels under test. */
export const admin = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

/**
 * Opens an address and waits until all of it stands in its place: React streams a page's parts into hidden elements and
 * moves them, so for a moment some texts are there twice.
 */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator('[hidden][id^="S:"]')).toHaveCount(0);
}

/** Types a line into the bot whose console is open. */
export async function type(page: Page, text: string): Promise<void> {
  const input = page.getByRole("textbox", { name: /^Type to/ });
  await input.fill(text);
  await input.press("Enter");
}

/** The console of the open bot page. */
export const output = (page: Page) => page.getByRole("log", { name: /^Output of/ });

/** Waits until the open bot page shows a state. */
export const expectState = (page: Page, state: string, timeout = 25_000) =>
  expect(page.locator(`header [data-state=${state}]`).first()).toBeVisible({ timeout });

/** The id of the bot whose page is open. */
export const botIdOf = (page: Page): string => /\/bots\/([a-z0-9]{10})/.exec(page.url())?.[1] ?? "";

/** axe finds nothing on the open page. Animations end first: colours in between are nobody's choice. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))));
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`)).toEqual(
    [],
  );
}

/** Pid of the worker that serves a home. */
export function workerPid(home: string): number | null {
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      const environment = readFileSync(`/proc/${name}/environ`, "utf8");
      if (/worker\.mjs/.test(command) && environment.split("\0").includes(`BOTYARD_HOME=${home}`)) return Number(name);
    } catch {
      // gone meanwhile
    }
  }
  return null;
}

/** A folder with a bare repository `bot.git` of one Node bot, for a git server to serve. */
export function makeRepository(): string {
  const root = mkdtempSync(join(tmpdir(), "by-git-"));
  const work = join(root, "work");
  mkdirSync(work);
  writeFileSync(join(work, "package.json"), JSON.stringify({ name: "from-git", main: "bot.js" }));
  writeFileSync(join(work, "bot.js"), 'console.log("hello from git"); setInterval(() => {}, 1000);\n');
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: work,
      stdio: "ignore",
    });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  execFileSync("git", ["clone", "-q", "--bare", work, join(root, "bot.git")], { stdio: "ignore" });
  return root;
}

/** All that a bot has ever printed, as it stands on disk. */
export function printedBy(home: string, botId: string): string {
  const runs = join(home, "bots", botId, "runs");
  return readdirSync(runs)
    .sort((a, b) => Number(a) - Number(b))
    .map((run) => readFileSync(join(runs, run, "out.log"), "utf8"))
    .join("");
}

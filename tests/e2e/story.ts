import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, type TestInfo } from "@playwright/test";
import type { Panel } from "../support/panel";

/** The first account of the panels under test. */
export const admin = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

/** Makes the first account by the setup link, and waits for the page that it leads to. `filled`: sees the form before it is sent. */
export async function makeFirstAccount(page: Page, panel: Panel, filled: () => Promise<void> = async () => {}) {
  await open(page, panel.setupLink() ?? "");
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await filled();
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("heading", { name: "Add your first bot" })).toBeVisible();
}

/** Notes what breaks in a page. What the browser itself says of requests that a dead worker, a deleted bot or a refusal answers is none. */
export function noteComplaints(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket|Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
}

/**
 * Opens an address and waits until all of it stands in its place: React streams a page's parts into hidden elements and
 * moves them, so for a moment some texts are there twice.
 */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator('[hidden][id^="S:"]')).toHaveCount(0);
}

/** Presses a power button of the bot whose page is open. */
export const power = (page: Page, command: "Start" | "Stop" | "Restart") =>
  page
    .getByRole("button", { name: new RegExp(`^${command}`) })
    .first()
    .click();

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

/** As `expectState`, for a state that soon gives way to the next: `begin` leads to it, and it is seen however short it shows. */
export async function expectPassing(page: Page, state: string, begin: () => Promise<void>): Promise<void> {
  const shown = page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () => document.querySelector(wanted)?.checkVisibility() && resolve();
        new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
      }),
    `header [data-state=${state}]`,
  );
  await Promise.all([shown, begin()]);
}

/** The id of the bot whose page is open. */
export const botIdOf = (page: Page): string => /\/bots\/([a-z0-9]{10})/.exec(page.url())?.[1] ?? "";

/**
 * axe finds nothing on the open page. Animations that have an end reach it first: colours in between are nobody's choice. A toast that went,
 * or came, while axe looked was seen half gone: then it looks again.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const toasts = page.locator('[data-sonner-toast]:not([data-removed="true"])');
  const going = page.locator('[data-sonner-toast][data-removed="true"]');
  for (;;) {
    // Counted before those that are going are waited for: one that begins to go from here on is missed at the end.
    const standing = await toasts.count();
    await expect(going).toHaveCount(0);
    await page.evaluate(() => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      return Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
    });
    const { violations } = await new AxeBuilder({ page }).analyze();
    if ((await toasts.count()) !== standing) continue;
    const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
    expect(found).toEqual([]);
    return;
  }
}

const screens = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
type Screen = keyof typeof screens;
type Colours = "dark" | "light";

/** Shows an open page on another screen, in other colours. The page must follow the device. */
export async function look(page: Page, screen: Screen, colorScheme: Colours): Promise<void> {
  await page.setViewportSize(screens[screen]);
  await page.emulateMedia({ colorScheme });
}

/** Nothing of the open page is to be reached by scrolling sideways only. */
export const expectFits = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

/** axe finds nothing on the open page on a phone and on a desk, in the light and in the dark; and it fits. */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  for (const screen of ["phone", "desk"] as const) {
    for (const colours of ["light", "dark"] as const) {
      await look(page, screen, colours);
      await expectAccessible(page);
    }
    await expectFits(page);
  }
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

/** All that a bot has ever printed, as it stands on disk. */
export function printedBy(home: string, botId: string): string {
  const runs = join(home, "bots", botId, "runs");
  return readdirSync(runs)
    .sort((a, b) => Number(a) - Number(b))
    .map((run) => readFileSync(join(runs, run, "out.log"), "utf8"))
    .join("");
}

/** Keeps what the panel's programs said last with a step that failed. */
export async function keepLogs(step: TestInfo, home: string): Promise<void> {
  if (step.status === step.expectedStatus) return;
  for (const name of ["web.log", "worker.log"]) {
    const body = readFileSync(join(home, "logs", name), "utf8").slice(-4_000);
    await step.attach(name, { body, contentType: "text/plain" });
  }
}

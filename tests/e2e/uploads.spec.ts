import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CDPSession, expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { expectAccessible, open } from "./story";

/*
 * Files of a person's computer on their way into a bot: by button and by dropping, past a pause, a lost connection and a page loaded anew.
 */
test.describe.configure({ mode: "serial" });

const desktop = mkdtempSync(join(tmpdir(), "by-desktop-"));
const MB = 1024 * 1024;
const large = randomBytes(12 * MB);
const small = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`src/part-${n}.js`, `// ${n}\n`]));
let page: Page;
let files: string;
let cdp: CDPSession | undefined;

const put = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(desktop, path)), { recursive: true });
  writeFileSync(join(desktop, path), content);
};
const text = (path: string) => readFileSync(join(files, path), "utf8");

/** Presses something that lets one choose files, and chooses. */
async function choose(press: () => Promise<void>, ...paths: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await press();
  await (await chooser).setFiles(paths.map((path) => join(desktop, path)));
}
async function upload(what: "Files …" | "A folder …", ...paths: string[]): Promise<void> {
  await page.getByRole("button", { name: "Upload", exact: true }).first().click();
  await choose(() => page.getByRole("menuitem", { name: what }).click(), ...paths);
}
const row = (name: string) =>
  page.getByRole("region", { name: "On their way" }).getByRole("listitem").filter({ hasText: name });
/** What is asked about one of the files that are there already. */
const question = (name: string) => page.getByRole("alertdialog", { name: `${name} is there already` });
const list = () => page.getByRole("grid", { name: /What lies in/ });
/** Makes the browser's network slow (bytes a second, -1: as it is), or takes it away. */
async function network(throughput: number, offline = false): Promise<void> {
  cdp ??= await page.context().newCDPSession(page);
  await cdp.send("Network.emulateNetworkConditions", {
    offline,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: throughput,
  });
}
/** Where each chunk began that the page sends from now on. */
function offsets(): number[] {
  const seen: number[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (request.method() === "PUT" && pathname.includes("/uploads/")) seen.push(Number(searchParams.get("offset")));
  });
  return seen;
}

test.beforeAll(async ({ shared }) => {
  for (const [path, content] of Object.entries(small)) put(`bot/${path}`, content);
  put("bot/config.json", "{}\n");
  put("bot/nothing.txt", "");
  for (const name of ["large.bin", "second.bin"]) put(name, large);
  put("fresh.txt", "fresh");
  put("other/large.bin", "not it");
  mkdirSync(join(desktop, "tree/empty"), { recursive: true });
  put("tree/deep/a.txt", "a");
  page = await shared.enter();
  const bot = await makeDemo(shared, "Loaded");
  files = bot.files;
  await open(page, `${bot.url}/files`);
});

test.afterAll(async () => {
  await page?.context().close();
  rmSync(desktop, { recursive: true, force: true });
});

test("a folder chosen with the button arrives whole, empty files too, and shows", async () => {
  await upload("A folder …", "bot");
  await expect(page.getByText("Uploaded 12 files").first()).toBeVisible();
  await expect(list().getByRole("row", { name: /^bot/ })).toBeVisible();
  for (const [path, content] of Object.entries(small)) expect(text(`bot/${path}`)).toBe(content);
  expect([text("bot/config.json"), statSync(join(files, "bot/nothing.txt")).size]).toEqual(["{}\n", 0]);
});

test("a large file is paused, its page is loaded anew, and the same file goes on where it stopped", async () => {
  await network(1.5 * MB);
  await upload("Files …", "large.bin");
  await expect(row("large.bin").getByText(/^[1-9].* MB of 12 MB/)).toBeVisible();
  await row("large.bin").getByRole("button", { name: "Pause large.bin" }).click();
  await expect(row("large.bin").getByText(/^Paused/)).toBeVisible();
  const asked = page.waitForEvent("dialog");
  const loaded = page.reload();
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.accept();
  await loaded;
  await expect(row("large.bin").getByText(/choose the same file again/)).toBeVisible();
  await expectAccessible(page);
  const again = () => row("large.bin").getByRole("button", { name: "Choose the files again" }).click();
  await choose(again, "other/large.bin");
  await expect(row("large.bin").getByText(/None of these were the files/)).toBeVisible();
  const sent = offsets();
  await choose(again, "large.bin");
  await expect(row("large.bin").getByRole("button", { name: "Pause large.bin" })).toBeVisible();
  await network(1.5 * MB, true);
  await expect(row("large.bin").getByText(/^No connection/)).toBeVisible();
  await network(-1);
  await expect(page.getByText("Uploaded large.bin").first()).toBeVisible();
  expect(Math.min(...sent)).toBeGreaterThan(0);
  expect(readFileSync(join(files, "large.bin")).equals(large)).toBe(true);
});

test("what is there already is asked about, each by itself or all of them, and what is skipped stays", async () => {
  const names = ["a", "b", "c", "d", "e"].map((letter) => `${letter}.txt`);
  for (const name of names) {
    put(name, "new");
    writeFileSync(join(files, name), "old");
  }
  await upload("Files …", ...names);
  await question("a.txt").getByRole("button", { name: "Keep both" }).click();
  await question("b.txt").getByRole("button", { name: "Overwrite" }).click();
  await question("c.txt").getByRole("checkbox", { name: "Do the same for the other 2" }).click();
  await expectAccessible(page);
  await question("c.txt").getByRole("button", { name: "Skip" }).click();
  await expect(row("a.txt").getByText("Uploaded 2 files of a.txt · 3 were skipped")).toBeVisible();
  expect([...names.map(text), text("a (2).txt")]).toEqual(["old", "new", "old", "old", "old", "new"]);

  await upload("Files …", "b.txt", "fresh.txt");
  await expect(question("b.txt").getByRole("button", { name: "Cancel upload" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(row("b.txt")).toHaveCount(0);
  expect([text("b.txt"), existsSync(join(files, "fresh.txt"))]).toEqual(["new", false]);
});

test("an upload that is cancelled leaves nothing behind", async () => {
  await network(1.5 * MB);
  await upload("Files …", "second.bin");
  await expect(row("second.bin").getByText(/^[1-9].* MB of 12 MB/)).toBeVisible();
  await row("second.bin").getByRole("button", { name: "Cancel second.bin" }).click();
  await expect(row("second.bin")).toHaveCount(0);
  await network(-1);
  await expect.poll(() => readdirSync(join(files, "../uploads"))).toEqual([]);
  expect(existsSync(join(files, "second.bin"))).toBe(false);
});

test("a folder and a file dropped from the desktop onto a folder go into it, empty folders too", async () => {
  const box = await list().getByRole("row", { name: /^bot/ }).boundingBox();
  const at = { x: (box?.x ?? 0) + 80, y: (box?.y ?? 0) + 10 };
  const data = { items: [], files: ["tree", "fresh.txt"].map((path) => join(desktop, path)), dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await cdp?.send("Input.dispatchDragEvent", { type, ...at, data });
  // What says so may still be of an upload before: the disk is asked.
  const come = ["bot/tree/deep/a.txt", "bot/fresh.txt", "bot/tree/empty"];
  await expect.poll(() => come.filter((path) => !existsSync(join(files, path)))).toEqual([]);
  expect([text("bot/tree/deep/a.txt"), text("bot/fresh.txt")]).toEqual(["a", "fresh"]);
  expect(readdirSync(join(files, "bot/tree/empty"))).toEqual([]);
});

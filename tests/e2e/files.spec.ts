import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { makeDemo, test } from "./shared";
import { expectAccessible, open } from "./story";
import { expectWalkable } from "./walk";

/*
 * What a person does with a bot's files, from a new file to an archive that is extracted. Each step stands on the one before; what the page
 * says is held against the disk.
 */
test.describe.configure({ mode: "serial" });

let page: Page;
let url: string;
let files: string;

const token = `${Buffer.from("112233445566778899").toString("base64url")}.Abcdef.${"x".repeat(38)}`;
const blob = randomBytes(300_000);

const at = (path: string) => join(files, path);
const text = (path: string) => readFileSync(at(path), "utf8");
/** What somebody else writes, past the panel. */
function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}

const grid = () => page.getByRole("grid");
const row = (name: string) => grid().getByRole("row", { name: new RegExp(`^${name.replace(".", "\\.")}`) });
const tab = (name: string) =>
  page.getByRole("navigation", { name: "Open files" }).getByRole("button", { name, exact: true });
const editor = () => page.locator(".monaco-editor .view-lines").first();
/** The line that the cursor of the editor is in. */
const line = () => page.locator(".monaco-editor .line-numbers.active-line-number").first();

async function command(name: string, what: string): Promise<void> {
  await row(name).click({ button: "right" });
  await page.getByRole("menuitem", { name: what, exact: true }).click();
}

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
  const bot = await makeDemo(shared, "Filed");
  files = bot.files;
  url = `${bot.url}/files`;
  put("old/config.js", `// before\nmodule.exports = "${token}";\n`);
  put("blob.bin", blob);
  put("deep/er/hidden-gem.js", "export const gem = 1;\n");
});

test.afterAll(() => page?.context().close());

test("a token in a file is told of, and opened at its line", async () => {
  await open(page, url);
  await expect(row("blob.bin")).toBeVisible();
  await expect(page.getByText("A Discord token stands in old/config.js.")).toBeVisible();
  await expectWalkable(page);
  await page.getByRole("button", { name: "Show where" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Open old/config.js at line 2" }).click();
  await expect(line()).toHaveText("2");
  await page.getByRole("button", { name: "Not now" }).click();
  await page.getByRole("button", { name: "Close config.js" }).click();
});

test("a file is made, written and saved", async () => {
  await open(page, url);
  await page.getByRole("button", { name: "New file" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("notes/todo.txt");
  await page.getByRole("button", { name: "Create file" }).click();
  await expect(tab("todo.txt")).toBeVisible();
  await editor().click();
  await page.keyboard.type("first fish");
  await expect(page.getByRole("button", { name: "todo.txt, not saved" })).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(page.getByText("Saved todo.txt")).toBeVisible();
  expect(text("notes/todo.txt")).toBe("first fish");
  await expectAccessible(page);
});

test("what another wrote meanwhile is shown beside it, and nothing is lost by saving over it", async () => {
  await editor().click();
  await page.keyboard.type(" and more");
  put("notes/todo.txt", "written on disk");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("todo.txt was changed by somebody else")).toBeVisible();
  await expect(page.locator(".monaco-diff-editor")).toContainText("written on disk");
  await expectAccessible(page);
  expect(text("notes/todo.txt")).toBe("written on disk");
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect.poll(() => text("notes/todo.txt")).toContain("and more");

  await page.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: "History of todo.txt" });
  await expect(history.locator(".monaco-diff-editor")).toContainText("written on disk");
  await history.getByRole("button", { name: "Bring this back" }).click();
  await expect.poll(() => text("notes/todo.txt")).toBe("written on disk");
});

test("it is renamed, moved, deleted and brought back", async () => {
  await tab("notes").click();
  await row("todo.txt").click();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "New name" }).fill("fish.txt");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(row("fish.txt")).toBeVisible();
  expect(text("notes/fish.txt")).toBe("written on disk");

  await row("fish.txt").click();
  await page.keyboard.press("Control+x");
  await page.getByRole("navigation", { name: "Folder" }).getByRole("button", { name: "Files" }).click();
  await expect(row("blob.bin")).toBeVisible();
  await grid().focus();
  await page.keyboard.press("Control+v");
  await expect(row("fish.txt")).toBeVisible();
  expect([existsSync(at("notes/fish.txt")), text("fish.txt")]).toEqual([false, "written on disk"]);

  await row("fish.txt").click();
  await page.keyboard.press("Delete");
  await expect(row("fish.txt")).toHaveCount(0);
  expect(existsSync(at("fish.txt"))).toBe(false);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row("fish.txt")).toBeVisible();
  expect(text("fish.txt")).toBe("written on disk");
});

test("a search in all files opens a hit at its line, by keyboard alone", async () => {
  await page.keyboard.press("Control+Shift+F");
  const field = page.getByRole("searchbox", { name: "Search in files" });
  await expect(field).toBeFocused();
  await field.fill("createInterface");
  const hits = page.getByRole("tree", { name: "What was found" });
  await expect(hits.getByRole("treeitem", { name: /index\.js/ })).toBeVisible();
  await expectAccessible(page);
  const wanted = text("index.js")
    .split("\n")
    .findIndex((one) => one.includes("createInterface"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(tab("index.js")).toHaveAttribute("aria-current", "page");
  await expect(line()).toHaveText(`${wanted + 1}`);

  await field.fill("(");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await expect(page.getByText(/missing closing/)).toBeVisible();
  await page.getByRole("button", { name: "Back to the folders" }).click();
});

test("a file in a folder that was never opened is gone to by a few of its letters", async () => {
  await page.keyboard.press("Control+p");
  await page.getByRole("combobox").fill("dhgem");
  await expect(page.getByRole("option", { name: /hidden-gem\.js/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(tab("hidden-gem.js")).toHaveAttribute("aria-current", "page");
  await expect(editor()).toContainText("gem");
});

test("a download is the file to the byte, and what is packed comes out again", async () => {
  await open(page, url);
  await row("blob.bin").click({ button: "right" });
  await expect(page.getByRole("menuitem", { name: "Download", exact: true })).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download", exact: true }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("blob.bin");
  expect(readFileSync(await saved.path()).equals(blob)).toBe(true);

  await command("deep", "Pack …");
  await page.getByRole("button", { name: "Pack", exact: true }).click();
  await expect(page.getByText("Packed deep.zip").first()).toBeVisible();
  await command("deep.zip", "Extract …");
  await expect(page.getByText("1 file in")).toBeVisible();
  await page.getByLabel("Into the folder").fill("");
  await expect(page.getByText("deep/er/hidden-gem.js is there already.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Into the folder").fill("out");
  await expect(page.getByText("is there already")).toHaveCount(0);
  await page.getByRole("button", { name: "Extract", exact: true }).click();
  await expect(page.getByText("Extracted deep.zip").first()).toBeVisible();
  expect(text("out/deep/er/hidden-gem.js")).toBe("export const gem = 1;\n");
});

import { expect, type Page } from "@playwright/test";
import { test } from "./shared";
import { admin, expectAccessible, expectAccessibleEverywhere, look, open } from "./story";
import { expectWalkable } from "./walk";

/*
 * A person's own page, without a mouse.
 */
test.describe.configure({ mode: "serial" });

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlc0JMJr8WsBUkTsSZTWMHWGdU0QLomuESHLw0nTWbZ ada@laptop";
let page: Page;

test.beforeAll(async ({ shared }) => {
  page = await shared.enter();
});
test.afterAll(() => page?.context().close());

const press = async (name: string) => {
  await page.getByRole("button", { name, exact: true }).focus();
  await page.keyboard.press("Enter");
};

test("an SSH key is added in a dialog that says what is wrong, and closes when it is right", async ({ shared }) => {
  await open(page, `${shared.panel.url}/account`);
  await press("Add a key");
  const dialog = page.getByRole("dialog", { name: "Add an SSH key" });
  await expect(dialog.getByLabel("Public key")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add a key" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Public key")).toBeFocused();
  await page.keyboard.type("no key");
  await dialog.getByLabel("Password", { exact: true }).fill(admin.password);
  await press("Add key");
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel("Public key").fill(publicKey);
  await press("Add key");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Your SSH keys" }).getByText("ada@laptop")).toBeVisible();
});

test("the page is walked with Tab, and looks well everywhere", async () => {
  await expectWalkable(page);
  await look(page, "phone", "light");
  await expectWalkable(page);
  await expectAccessibleEverywhere(page);
});

test("a question has the focus at its way out, and a removed key is gone", async () => {
  const question = page.getByRole("alertdialog", { name: "Remove the key ada@laptop?" });
  const wayOut = question.getByRole("button", { name: "Cancel" });
  await press("Remove the key ada@laptop");
  await expect(wayOut).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  await press("Remove the key ada@laptop");
  await expect(wayOut).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No SSH keys yet")).toBeVisible();
  // The button that asked is gone with its row.
  await expect(page.getByRole("main")).toBeFocused();
});

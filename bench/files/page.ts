import { rm, stat } from "node:fs/promises";
import { chromium } from "@playwright/test";
import config from "../../tests/e2e/playwright.config";
import { until } from "../measure/time";
import { makeRandom } from "./large";
import { peaksAbove } from "./memory";
import { account, type FilesPanel, runPeer } from "./panel";
import { bySide, type Work } from "./scenario";

/** A large file chosen in the Files tab of a real Chromium, until it has its name. */
export async function page({ panel, size, folder, round, put }: Work): Promise<void> {
  const source = await makeRandom(`${folder}/chosen`, size.pageBytes);
  const target = `${panel.files}/chosen`;
  const copy = `${folder}/copy`;
  const browser = await chromium.launch({ headless: true, ...config.use?.launchOptions });
  try {
    const choose = await openFiles(await browser.newPage(), panel);
    await bySide({ round, put }, "page upload", {
      botyard: async () => {
        const peaks = await peaksAbove(panel.pids, async () => {
          await choose(source);
          await until("the file to be there", () => isWhole(target, size.pageBytes), { withinMs: 600_000 });
        });
        put("page upload worker", "botyard", peaks.worker);
        put("page upload web", "botyard", peaks.web);
      },
      peer: () => runPeer("cp", [source, copy]),
    });
  } finally {
    await browser.close();
  }
  for (const path of [target, copy]) await rm(path);
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof chromium.launch>>["newPage"]>>;

/** Signs in and opens the tab; answers with what chooses a file there. */
async function openFiles(page: Page, { url, botId }: FilesPanel): Promise<(path: string) => Promise<void>> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/bots/${botId}/files`);
  return async (path) => {
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByRole("menuitem", { name: "Files …" }).click();
    await (await choosing).setFiles(path);
  };
}

const isWhole = (path: string, bytes: number): Promise<boolean> =>
  stat(path).then(
    ({ size }) => size === bytes,
    () => false,
  );

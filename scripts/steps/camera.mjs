import { join } from "node:path";
import { chromium } from "@playwright/test";
import { step } from "./progress.mjs";

const desk = { viewport: { width: 1280, height: 800 } };
const looks = {
  dark: { theme: "dark", device: desk },
  light: { theme: "light", device: desk },
  phone: { theme: "dark", device: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
};

/** A browser that takes a page in each look. What `once` leaves behind (a session) is what the next pictures start with. */
export async function openCamera(executablePath, url, folder) {
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  let session;

  async function withPage(address, { theme, device }, signedIn, work) {
    const context = await browser.newContext({
      ...device,
      baseURL: url,
      deviceScaleFactor: 1,
      reducedMotion: "reduce",
      timezoneId: "UTC",
      storageState: signedIn ? session : undefined,
    });
    await context.addCookies([{ name: "botyard-theme", value: theme, url }]);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    try {
      await page.goto(address);
      await work(page);
      return await context.storageState();
    } finally {
      await context.close();
    }
  }

  return {
    /** Does something in a page of its own, and keeps its cookies. */
    async once(address, work) {
      session = await withPage(address, looks.dark, true, work);
    },
    /** Pictures of the page once `text` is to be seen in it, and `before` is done. */
    shoot: (name, address, text, { signedIn = true, before = async () => {} } = {}) =>
      step(`Taking ${name}`, async () => {
        const shots = Object.entries(looks).map(([look, how]) =>
          withPage(address, how, signedIn, async (page) => {
            await page.getByText(text).filter({ visible: true }).first().waitFor();
            await before(page);
            await page.evaluate(() => document.fonts.ready);
            // The first live samples draw the figures; nothing on the page says that they are all there.
            await page.waitForTimeout(2_500);
            await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: "disabled" });
          }),
        );
        await Promise.all(shots);
      }),
    close: () => browser.close(),
  };
}

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openCamera } from "./camera.mjs";
import { ensureChromium } from "./chromium.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { StepFailed } from "./run.mjs";
import { loadSettings } from "./settings.mjs";
import { makeFleet } from "./show-fleet.mjs";
import { startShowPanel } from "./show-panel.mjs";
import { openRepository } from "./show-repository.mjs";

const words = (file) => JSON.parse(readFileSync(join(root, `contracts/words/en/${file}.json`), "utf8"));
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlc0JMJr8WsBUkTsSZTWMHWGdU0QLomuESHLw0nTWbZ robin@laptop";
const person = { name: "Robin", email: "robin@example.org", password: "a short walk in the rain" };

/**
 * npm run screenshots: docs/screenshots/<page>-{dark,light,phone}.png of a real panel on a home of its own, which is gone
 * afterwards with its bots.
 */
export async function main() {
  const home = mkdtempSync(join(tmpdir(), "by-shots-"));
  const yards = mkdtempSync(join(tmpdir(), "by-bots-"));
  const stopped = new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => reject(new StepFailed("Broken off.")));
  });
  let panel;
  let repository;
  let camera;
  const work = async () => {
    loadSettings();
    await ensureInstalled();
    const browser = await ensureChromium();
    repository = await openRepository(yards);
    panel = await startShowPanel(home, yards, repository.caFile);
    const folder = join(root, "docs/screenshots");
    mkdirSync(folder, { recursive: true });
    camera = await openCamera(browser, panel.url, folder);
    await visit(panel, camera, yards, repository);
  };
  try {
    await Promise.race([work(), stopped]);
  } catch (error) {
    report(error);
  } finally {
    await camera?.close();
    await repository?.close();
    const stop = [join(root, "scripts/stop.mjs"), "--bots", "stop"];
    await promisify(execFile)(process.execPath, stop, { env: { ...process.env, BOTYARD_HOME: home } }).catch(
      (error) => {
        process.exitCode = 1;
        say(`${error.message}\nWhat is left lies in ${home}.`);
      },
    );
    for (const folder of [home, yards]) rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

async function visit(panel, camera, yards, repository) {
  const { auth, setup, fleet, live } = words("ui");
  const { newBot, activity, settings } = words("bot");
  const { files } = words("files");
  const { environment } = words("environment");
  const { dependencies } = words("dependencies");
  const { deploys } = words("deploys");
  const { account } = words("account");

  await camera.shoot("setup", panel.setupLink, setup.submit);
  await camera.once(panel.setupLink, async (page) => {
    await page.getByLabel(setup.name, { exact: true }).fill(person.name);
    await page.getByLabel(auth.email, { exact: true }).fill(person.email);
    await page.getByLabel(auth.password, { exact: true }).fill(person.password);
    await page.getByRole("button", { name: setup.submit }).click();
    await page.getByRole("heading", { name: fleet.emptyTitle }).waitFor();
  });
  await camera.shoot("sign-in", "/sign-in", auth.submit, { signedIn: false });
  await camera.shoot("fleet-empty", "/", fleet.emptyTitle);
  await camera.shoot("new-bot", "/bots/new", newBot.templates.noToken);
  await camera.shoot("new-bot-template", "/bots/new", newBot.templates.noToken, {
    before: async (page) => {
      await page.getByRole("button", { name: newBot.templates.noToken }).click();
      await page.getByRole("button", { name: newBot.found.create, exact: true }).waitFor();
    },
  });

  await camera.shoot("new-bot-git", "/bots/new?from=git", newBot.git.urlHint);

  const shown = await step("Making some bots", () => makeFleet(panel, yards));
  await camera.shoot("fleet", "/", shown.running.name);
  await camera.shoot("console", `/bots/${shown.running.id}`, "heartbeat");
  await camera.shoot("logs", `/bots/${shown.running.id}/logs`, "heartbeat");
  await camera.shoot("logs-search", `/bots/${shown.running.id}/logs?q=warning`, "a warning now and then");
  await camera.shoot("files", `/bots/${shown.running.id}/files`, "package.json");
  await camera.shoot("files-editor", `/bots/${shown.running.id}/files?file=index.js`, "createInterface");
  await camera.shoot("files-search", `/bots/${shown.running.id}/files?file=src/commands/welcome.js`, "greeting", {
    before: async (page) => {
      await page.keyboard.press("Control+Shift+F");
      await page.getByRole("searchbox", { name: files.search.label }).fill("channel");
      await page.getByRole("tree", { name: files.search.results }).waitFor();
    },
  });
  await camera.shoot("parked", `/bots/${shown.parked.id}`, "ECONNREFUSED");
  await camera.shoot("install-failed", `/bots/${shown.uninstalled.id}`, "EUNSUPPORTEDPROTOCOL");
  await camera.shoot("environment", `/bots/${shown.running.id}/environment`, environment.add);
  await camera.shoot("environment-import", `/bots/${shown.running.id}/environment`, environment.add, {
    before: async (page) => {
      const words = environment.importFile;
      await page.getByRole("button", { name: environment.import }).click();
      await page.getByLabel(words.text).fill("LOG_LEVEL=debug\nGREETING='hi there'\nAPI_KEY=k-1234\nMY-NAME=x\n");
      await page.getByRole("button", { name: words.look }).click();
      await page.getByText(words.outcome.refused).waitFor();
    },
  });
  await camera.shoot("toml", `/bots/${shown.running.id}/environment`, environment.toml.title, {
    before: async (page) => {
      const words = environment.toml;
      await page.getByRole("button", { name: words.edit, exact: false }).first().click();
      await page.getByText(words.good).waitFor();
      await page.getByText(words.good).evaluate((one) => one.scrollIntoView({ block: "end" }));
    },
  });
  const deployed = await step("Deploying a bot", () => repository.deploy(panel));
  await camera.shoot("deploys", `/bots/${deployed.id}/deploys`, deploys.history.title);
  await camera.shoot("dependencies", `/bots/${shown.packed.id}/dependencies`, dependencies.states.missing);
  const { access } = words("access");
  await camera.shoot("access", `/bots/${shown.running.id}/access`, access.noneHint);
  await camera.shoot("access-invite", `/bots/${shown.running.id}/access`, access.noneHint, {
    before: async (page) => {
      await page.getByRole("button", { name: access.invite }).click();
      await page.getByLabel(access.hidden).fill(".env");
    },
  });
  await camera.shoot("activity", `/bots/${shown.running.id}/activity`, activity.runs);
  await camera.shoot("settings", `/bots/${shown.running.id}/settings`, settings.policy.preview);
  await camera.shoot("limits", `/bots/${shown.running.id}/settings`, settings.limits.intro, {
    before: (page) => page.getByText(settings.limits.title, { exact: true }).scrollIntoViewIfNeeded(),
  });
  await camera.once("/account", async (page) => {
    await page.getByRole("button", { name: account.sshKeys.add }).click();
    await page.getByLabel(account.sshKeys.publicKey).fill(publicKey);
    await page.getByRole("dialog").getByLabel(account.confirm.password, { exact: true }).fill(person.password);
    await page.getByRole("button", { name: account.sshKeys.submit, exact: true }).click();
    await page.getByRole("list", { name: account.sshKeys.list }).waitFor();
  });
  await camera.shoot("account", "/account", account.sshKeys.neverUsed);
  await camera.shoot("account-sessions", "/account#sessions", account.sessions.current, {
    before: (page) => page.locator("#sessions").evaluate((one) => one.scrollIntoView()),
  });
  await camera.shoot("account-two-factor", "/account", account.sshKeys.neverUsed, {
    before: async (page) => {
      const words = account.twoFactor;
      await page.getByRole("button", { name: words.enable }).click();
      await page.getByRole("dialog").getByLabel(account.confirm.password, { exact: true }).fill(person.password);
      await page.getByRole("button", { name: words.next, exact: true }).click();
      await page.getByRole("img", { name: words.picture }).waitFor();
    },
  });
  const { people } = words("people");
  await camera.shoot("people", "/people", people.everybody);
  const { audit } = words("audit");
  await camera.shoot("audit", "/audit", audit.look);
  const { apiKeys } = words("api-keys");
  await camera.shoot("api-key", "/account", account.sshKeys.neverUsed, {
    before: async (page) => {
      await page.getByRole("button", { name: apiKeys.add }).first().click();
      await page.getByRole("button", { name: apiKeys.submit, exact: true }).waitFor();
    },
  });
  const { device } = words("device");
  await camera.shoot("device", "/device?code=BCDF-GHJK", device.look);
  const { panelReach } = settings;
  await camera.shoot("panel-reach", `/bots/${shown.running.id}/settings`, panelReach.title, {
    before: (page) => page.getByText(panelReach.title, { exact: true }).scrollIntoViewIfNeeded(),
  });
  await panel.stopWorker();
  await camera.shoot("worker-away", "/", live.worker);
}

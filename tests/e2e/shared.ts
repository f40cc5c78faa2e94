import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { startGitServer } from "#worker/git/testing/git-server";
import { freePort } from "../support/free-port";
import { endPanel, makeHome, type Panel, startPanel } from "../support/panel";
import { keepLogs, makeFirstAccount, noteComplaints } from "./story";

/** A running panel with its first account, and what it may reach. */
export type Shared = {
  panel: Panel;
  /** A browser of its own, signed in, in the colours of the device. */
  enter(): Promise<Page>;
  /** The address of the git server of `repositories`. */
  git: string;
  /** Holds bare repositories. */
  repositories: string;
  /** Bots may be run from here. */
  folder: string;
};

/**
 * The stories that need no panel of their own share one: to start a panel takes longer than most of them. Each tells of bots that it
 * makes itself, and none may make the browser complain.
 */
export const test = base.extend<{ quiet: undefined }, { shared: Shared; complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are wanted
  complaints: [({}, use) => use([]), { scope: "worker" }],
  shared: [
    async ({ browser, complaints }, use) => {
      const home = makeHome();
      const [repositories, folder] = [makeFolder(), makeFolder()];
      const git = await startGitServer(repositories);
      try {
        const panel = await startPanel(home, await freePort(), {
          BOTYARD_FOLDERS: folder,
          BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8",
          BOTYARD_GIT_CA_FILE: git.caFile,
        });
        // axe wants a context of its own making.
        const context = await browser.newContext();
        await makeFirstAccount(await context.newPage(), panel);
        await context.addCookies([{ name: "botyard-theme", value: "system", url: panel.url }]);
        const storageState = await context.storageState();
        await context.close();
        const enter = async () => {
          const page = await (await browser.newContext({ storageState })).newPage();
          noteComplaints(page, complaints);
          return page;
        };
        await use({ panel, enter, git: `https://localhost:${git.port}`, repositories, folder });
      } finally {
        await endPanel(home);
        await git.close();
        for (const one of [repositories, folder]) rmSync(one, { recursive: true, force: true });
      }
    },
    { scope: "worker", timeout: 240_000 },
  ],
  quiet: [
    async ({ complaints, shared }, use, step) => {
      await use(undefined);
      await keepLogs(step, shared.panel.home);
      expect(complaints.splice(0)).toEqual([]);
    },
    { auto: true },
  ],
});

const makeFolder = () => realpathSync(mkdtempSync(join(tmpdir(), "by-story-")));

/** Makes a bot of the template that needs no Discord; its id, the address of its page, and where its files lie. */
export async function makeDemo({ panel }: Shared, name: string, ...more: string[]) {
  const made = await panel.cli(["create", "--template", "demo-js", "--name", name, "--json", ...more]);
  expect(made.code, made.err).toBe(0);
  const { id }: { id: string } = JSON.parse(made.out);
  return { id, url: `${panel.url}/bots/${id}`, files: join(panel.home, "bots", id, "files") };
}

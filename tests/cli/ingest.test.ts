import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type GitServer, makeRepository, startGitServer } from "#worker/git/testing/git-server";
import { idOf, localKey, openTestPanel, type TestPanel } from "../../src/server/testing/panel";
import { runCli } from "../support/cli";
import { serve } from "../support/served";
import { endBots, startWorker } from "../support/worker";

/* The commands of botmanagussy against the real API and a real worker: what they are told reaches the bot. */

const TOKEN = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "a".repeat(38)].join(".");
const URI = "postgres://bot:hidden@db.example/one";

let panel: TestPanel;
let git: GitServer;
let served: Awaited<ReturnType<typeof serve>>;
let stopWorker: () => Promise<void>;
const folder = mkdtempSync(join(tmpdir(), "by-ingest-"));

/** Writes down what it was given and stays. */
const bot = "require('fs').writeFileSync('env.json', JSON.stringify(process.env)); setInterval(() => {}, 1000);\n";
const aBot = (at: string) => writeFileSync(join(at, "main.js"), bot);

beforeAll(async () => {
  panel = await openTestPanel();
  await panel.worker.close();
  const repositories = join(folder, "served");
  mkdirSync(repositories);
  git = await startGitServer(repositories);
  makeRepository(repositories, "chat-bot", aBot);
  stopWorker = await startWorker(panel.home, {
    BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8",
    BOTYARD_GIT_CA_FILE: git.caFile,
  });
  await panel.person("ada", "admin");
  served = await serve();
});
afterAll(async () => {
  if (panel) await endBots(panel.home);
  await stopWorker?.();
  await served?.close();
  await git?.close();
  await panel?.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: string[]) => {
  const token = localKey().authorization?.replace("Bearer ", "") ?? "";
  const env = { ...process.env, BOTYARD_URL: served.url, BOTYARD_TOKEN: token };
  return runCli([...args, "--token-stdin", "--start", "--json"], { env, input: `${TOKEN}\n` });
};

/** What the bot of this folder was given, once it has written it down. */
async function givenTo(files: string): Promise<Record<string, string>> {
  const file = join(files, "env.json");
  await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, "utf8")).toMatch(/\}$/));
  return JSON.parse(readFileSync(file, "utf8"));
}

async function expectSecret(botId: string) {
  const { body, text } = await panel.ask(localKey(), "GET", `/v1/bots/${botId}/env`);
  expect(body).toMatchObject({
    variables: [
      { key: "BOT_DB_URI", secret: true, value: null },
      { key: "DISCORD_TOKEN", secret: true, value: null },
    ],
  });
  expect(text).not.toContain("hidden");
}

test("ingest-github makes a bot of a repository, named after it", async () => {
  const made = await cli("ingest-github", `https://127.0.0.1:${git.port}/chat-bot.git`, "--db-uri", URI);
  expect(made).toMatchObject({ code: 0, err: "" });
  const shown = JSON.parse(made.out);
  expect(shown).toMatchObject({ name: "chat-bot", state: "running", entry: "main.js", source: { kind: "git" } });
  const botId = idOf(shown);
  expect(await givenTo(join(panel.home, "bots", botId, "files"))).toMatchObject({
    BOT_DB_URI: URI,
    DISCORD_TOKEN: TOKEN,
  });
  await expectSecret(botId);
  expect(made.out).not.toContain(TOKEN);
});

test("add-local makes a bot of a folder where it lies, under the name it is given", async () => {
  const local = join(folder, "local");
  mkdirSync(local);
  aBot(local);
  const made = await cli("add-local", "My bot", local, "--entrypoint", "main.js", "--db-uri", URI);
  expect(made).toMatchObject({ code: 0, err: "" });
  const shown = JSON.parse(made.out);
  expect(shown).toMatchObject({ name: "My bot", state: "running", source: { kind: "folder", path: local } });
  expect(await givenTo(local)).toMatchObject({ BOT_DB_URI: URI, DISCORD_TOKEN: TOKEN });
  await expectSecret(idOf(shown));
});

test("a folder that is not there makes no bot", async () => {
  const before = await panel.db.bot.count();
  const made = await cli("add-local", "None", join(folder, "nowhere"));
  expect(made.code).toBe(1);
  expect(made.err).toContain("folder_missing");
  expect(await panel.db.bot.count()).toBe(before);
});

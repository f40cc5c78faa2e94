import { execFileSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { deploySetup } from "#contracts/api/deploys";
import { deploy, deployState } from "#contracts/deploy";
import { type GitServer, git, makeRepository, startGitServer } from "#worker/git/testing/git-server";
import { serveApi } from "../../src/server/api";
import { HOST, idOf, openTestPanel, type Person, type TestPanel } from "../../src/server/testing/panel";
import { endBots, startWorker } from "../support/worker";

/* Deploys through the HTTP API, with a real worker and a real git server that lets in only who has the token. */

const TOKEN = "ghp_onlyThisOneMayRead";
let panel: TestPanel;
let owner: Person;
let server: GitServer;
let stopWorker: () => Promise<void>;
let botId: string;
let hook: string;
let secret: string;
const root = mkdtempSync(join(tmpdir(), "by-deploys-"));

const bot = (text: string) => `console.log(${JSON.stringify(text)}); setInterval(() => {}, 1000);\n`;
const start = async () => {
  stopWorker = await startWorker(panel.home, {
    BOTYARD_ALLOW_NETWORKS: "127.0.0.0/8",
    BOTYARD_GIT_CA_FILE: server.caFile,
  });
};

beforeAll(async () => {
  panel = await openTestPanel();
  await panel.worker.close();
  server = await startGitServer(root, ({ headers }, response) => {
    const given = Buffer.from(`${headers.authorization}`.replace(/^Basic /, ""), "base64").toString();
    if (given === `x-access-token:${TOKEN}`) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return true;
  });
  makeRepository(root, "bot", (folder) => writeFileSync(join(folder, "index.js"), bot("first")));
  await start();
  owner = await panel.person("ada", "admin");
});
afterAll(async () => {
  if (panel) await endBots(panel.home);
  await stopWorker?.();
  await server?.close();
  await panel?.close();
  rmSync(root, { recursive: true, force: true });
});

const url = () => `https://127.0.0.1:${server.port}/bot.git`;
const ask = (method: string, path: string, body?: unknown) =>
  panel.ask(owner.asker, method, `/v1/bots/${botId}/deploys${path}`, body);
const deploys = async () => z.object({ deploys: z.array(deploy) }).parse((await ask("GET", "")).body).deploys;

function push(subject: string, code: string, branch = "main"): string {
  const work = join(root, "bot-work");
  git(work, "checkout", "-q", "-B", branch);
  writeFileSync(join(work, "index.js"), code);
  git(work, "commit", "-q", "-am", subject);
  git(work, "push", "-q", "-f", join(root, "bot.git"), `HEAD:${branch}`);
  return git(work, "rev-parse", "HEAD").trim();
}

async function bring(more: object) {
  const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "git", url: url(), ...more });
  const importId = idOf(made.body);
  return vi.waitFor(
    async () => {
      const { body } = await panel.ask(owner.asker, "GET", `/v1/imports/${importId}`);
      expect(body).not.toMatchObject({ status: { state: "working" } });
      return { importId, body };
    },
    { interval: 200 },
  );
}

/** Waits until all deploys there are have ended. */
const settled = () =>
  vi.waitFor(
    async () => {
      const all = await deploys();
      expect(all.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
      return all;
    },
    { interval: 200 },
  );

test("a private repository shows nothing without its token, and its branches with it", async () => {
  expect((await bring({})).body).toMatchObject({ status: { state: "failed", code: "git_refused" } });
  const branches = (token?: string) =>
    panel.ask(owner.asker, "POST", "/v1/imports/branches", { url: url(), ...(token && { token }) });
  expect((await branches()).body).toMatchObject({ code: "git_refused" });
  expect((await branches(TOKEN)).body).toEqual({ branches: ["main"], head: "main" });
  const near = await panel.ask(owner.asker, "POST", "/v1/imports/branches", { url: "https://169.254.169.254/a" });
  expect(near.body).toMatchObject({ code: "git_address_forbidden" });
});

test("its token is kept with the bot, for updates, and stands nowhere on the disk", async () => {
  const { importId, body } = await bring({ token: TOKEN });
  expect(body).toMatchObject({ status: { state: "ready" } });
  expect(JSON.stringify(body)).not.toContain("v1.");
  const made = { importId, name: "Private", runtime: "node", entry: "index.js", tokenOptional: true, start: true };
  botId = idOf((await panel.ask(owner.asker, "POST", "/v1/bots", made)).body);
  const settings = { branch: "", build: [], watchSeconds: 20, webhook: true };
  await ask("PUT", "/settings", { settings });
  const commit = push("second", bot("second"));
  const state = deployState.parse((await ask("POST", "/check")).body);
  expect(state.ahead).toMatchObject([{ id: commit, subject: "second" }]);
  expect((await ask("POST", "", {})).status).toBe(201);
  expect(await settled()).toMatchObject([
    { number: 1, to: { id: commit }, status: { state: "done" }, cause: { kind: "person", name: "ada" } },
  ]);
  const found = () => execFileSync("grep", ["-rlaF", TOKEN, panel.home], { encoding: "utf8" });
  expect(found).toThrow();
});

const call = (body: string, headers: Record<string, string>) =>
  serveApi(new Request(`http://${HOST}${hook}`, { method: "POST", headers: { host: HOST, ...headers }, body }));
const signed = (body: string, more: Record<string, string> = {}) => ({
  "x-github-event": "push",
  "x-github-delivery": randomUUID(),
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  ...more,
});
const pushOf = (branch: string) => JSON.stringify({ ref: `refs/heads/${branch}`, pusher: { name: "grace" } });

test("only a push of the branch that is followed deploys, signed, and once", async () => {
  const { body } = await ask("POST", "/hook");
  const made = z.object({ secret: z.string(), setup: deploySetup }).parse(body);
  secret = made.secret;
  hook = made.setup.hook ?? "";
  const text = pushOf("main");
  const before = (await deploys()).length;
  const status = async (one: Promise<Response>) => (await one).status;
  expect(await status(call(text, {}))).toBe(404);
  expect(await status(call(`${text} `, signed(text)))).toBe(404);
  expect(await status(call(text, signed(text, { "x-hub-signature-256": "sha256=" })))).toBe(404);
  expect(await status(call(text, { "x-gitlab-event": "Push Hook", "x-gitlab-token": `${secret}x` }))).toBe(404);
  expect(await status(call("{}", signed("{}", { "x-github-event": "ping" })))).toBe(204);
  const other = pushOf("dev");
  expect(await status(call(other, signed(other)))).toBe(204);
  expect(await deploys()).toHaveLength(before);

  const commit = push("third", bot("third"));
  const headers = signed(text);
  expect(await status(call(text, headers))).toBe(202);
  expect(await status(call(text, headers))).toBe(409);
  expect((await settled())[0]).toMatchObject({
    to: { id: commit },
    status: { state: "done" },
    cause: { kind: "webhook", name: "grace" },
  });
});

test("GitLab shows the secret itself, and the address outlives the worker and the name", async () => {
  await panel.ask(owner.asker, "PATCH", `/v1/bots/${botId}`, { name: "Renamed" });
  await stopWorker();
  await start();
  const commit = push("fourth", bot("fourth"));
  const text = JSON.stringify({ ref: "refs/heads/main", user_name: "linus", object_kind: "push" });
  const headers = { "x-gitlab-event": "Push Hook", "x-gitlab-token": secret, "x-gitlab-event-uuid": randomUUID() };
  expect((await call(text, headers)).status).toBe(202);
  expect((await settled())[0]).toMatchObject({ to: { id: commit }, status: { state: "done" } });
  const deeds = await panel.db.auditEntry.findMany({ where: { botId, actorKind: "webhook" } });
  expect(deeds.map(({ action }) => action)).toEqual(["deploy.run", "deploy.run"]);
});

test("a commit that crashes is rolled back, and an earlier one can be deployed again", async () => {
  const commit = push("broken", "process.exit(3);\n");
  await ask("POST", "", {});
  expect((await settled())[0]).toMatchObject({
    to: { id: commit },
    status: { state: "rolledBack", code: "deploy_not_running" },
  });
  const [, last] = await deploys();
  expect((await ask("POST", "/1/redeploy", { local: "discard" })).status).toBe(201);
  const [newest] = await settled();
  expect(newest).toMatchObject({ from: { id: last?.to?.id }, to: { subject: "second" }, status: { state: "done" } });
  const { body } = await ask("GET", `/${newest?.number}/log`);
  expect(body).toMatchObject({ ended: true, text: expect.stringMatching(/\S/) });
});

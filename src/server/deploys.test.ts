import ssh2 from "ssh2";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { BotPermission } from "#contracts/access";
import { deploySetup } from "#contracts/api/deploys";
import { AppError } from "#contracts/errors";
import { createUnseal } from "../../tests/support/unseal";
import { secret } from "./secrets";
import { commits } from "./testing/deploys";
import { idOf, openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let member: Person;
let stranger: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  member = await panel.person("mia");
  stranger = await panel.person("sid");
});
afterAll(() => panel?.close());
beforeEach(async () => {
  botId = await fromGit({ url: "https://git.example/bot.git" });
});

const unseal = createUnseal(() => secret("sealKey"));

async function fromGit(request: { url: string; token?: string }): Promise<string> {
  const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "git", ...request });
  expect(made.status, made.text).toBe(201);
  const bot = { importId: idOf(made.body), name: `b${Math.random()}`, runtime: "node", entry: "index.js" };
  return idOf((await panel.ask(owner.asker, "POST", "/v1/bots", bot)).body);
}

const ask = (who: typeof owner, method: string, path: string, body?: unknown) =>
  panel.ask(who.asker, method, `/v1/bots/${botId}/deploys${path}`, body);
const setup = async (who = owner) => deploySetup.parse((await ask(who, "GET", "/settings")).body);
const entries = () =>
  panel.db.auditEntry.findMany({
    where: { botId, action: { startsWith: "deploy." } },
    orderBy: { id: "asc" },
    select: { action: true, detail: true },
  });
const grant = (...permissions: BotPermission[]) =>
  panel.db.grant.upsert({
    where: { botId_userId: { botId, userId: member.id } },
    create: { botId, userId: member.id, permissions },
    update: { permissions },
  });
const settings = { branch: "dev", build: ["npm", "run", "build"], watchSeconds: 5, webhook: true };

test("a token goes to the worker sealed for the bot that comes of the import, and nowhere else", async () => {
  const token = "ghp_abcdefghijklmnop";
  botId = await fromGit({ url: "https://git.example/bot.git", token });
  const asked = panel.worker.asks.findLast(({ name }) => name === "imports.create")?.input;
  expect(JSON.stringify(panel.worker.asks)).not.toContain(token);
  expect(asked).toMatchObject({ keep: { botId, credentials: { token: { user: "x-access-token" } } } });
  const sealed = panel.worker.definitions.get(botId)?.deploy?.credentials.token?.sealed ?? "";
  expect(unseal(botId, "git.token", sealed)).toBe(token);
  expect(await setup()).toMatchObject({ token: { user: "x-access-token" }, publicKey: null });
  for (const row of [await panel.db.bot.findMany(), await panel.db.auditEntry.findMany()])
    expect(JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(token);
});

test("an ssh address gets a key of its own, of which only the public half is shown", async () => {
  botId = await fromGit({ url: "git@git.example:me/bot.git" });
  const { publicKey } = await setup();
  expect(publicKey).toMatch(/^ssh-ed25519 \S+ botyard$/);
  const key = panel.worker.definitions.get(botId)?.deploy?.credentials.key;
  expect(unseal(botId, "git.key", key?.sealed ?? "")).toContain("BEGIN OPENSSH PRIVATE KEY");
  const again = await ask(owner, "POST", "/key");
  expect(deploySetup.parse(again.body).publicKey).not.toBe(publicKey);
  expect(again.text).not.toContain("v1.");
  expect(await entries()).toEqual([{ action: "deploy.makeKey", detail: {} }]);
});

test("a key that nobody could read is made anew", async () => {
  botId = await fromGit({ url: "git@git.example:me/bot.git" });
  const make = vi.spyOn(ssh2.utils, "generateKeyPairSync");
  make.mockImplementationOnce(() => ({ public: "ssh-ed25519 AAAA botyard", private: "garbage" }));
  const { publicKey } = deploySetup.parse((await ask(owner, "POST", "/key")).body);
  expect(make).toHaveBeenCalledTimes(2);
  expect(make.mock.results[1]?.value).toMatchObject({ public: publicKey });
  make.mockRestore();
});

test("settings, token and the secret of the webhook reach the worker, and none is told back", async () => {
  expect((await ask(owner, "PUT", "/settings", { settings })).status).toBe(200);
  expect((await ask(owner, "PUT", "/token", { token: "glpat-1234567890", user: "bob" })).text).not.toContain("glpat");
  const made = await ask(owner, "POST", "/hook");
  const { secret: shown } = made.body as { secret: string };
  const deploy = panel.worker.definitions.get(botId)?.deploy;
  expect(deploy?.settings).toEqual(settings);
  expect(unseal(botId, "git.token", deploy?.credentials.token?.sealed ?? "")).toBe("glpat-1234567890");
  expect(unseal(botId, "git.webhook", deploy?.webhookSecret ?? "")).toBe(shown);
  const { hook, token } = await setup();
  expect(token).toEqual({ user: "bob" });
  expect(hook).toMatch(/^\/api\/hooks\/[0-9a-f]{32}$/);
  const again = await ask(owner, "POST", "/hook");
  expect(again.body).toMatchObject({ setup: { hook } });
  expect(again.text).not.toContain(shown);
  expect((await ask(owner, "GET", "/settings")).text).not.toContain(shown);
  expect((await ask(owner, "DELETE", "/token")).body).toMatchObject({ token: null });
  await panel.ask(owner.asker, "PATCH", `/v1/bots/${botId}`, { name: `renamed ${botId}` });
  expect((await setup()).hook).toBe(hook);
  expect(panel.worker.definitions.get(botId)?.deploy?.settings).toEqual(settings);
  expect(await entries()).toMatchObject([
    { action: "deploy.settings", detail: { changed: ["branch", "build", "watchSeconds", "webhook"] } },
    { action: "deploy.setToken", detail: {} },
    { action: "deploy.makeHookSecret", detail: {} },
    { action: "deploy.makeHookSecret", detail: {} },
    { action: "deploy.removeToken", detail: {} },
  ]);
});

test("a branch that git would read as more than a name is refused", async () => {
  for (const branch of ["-x", "a:b", "main^{/x}", "*", "../a", " "])
    expect((await ask(owner, "PUT", "/settings", { settings: { ...settings, branch } })).body, branch).toMatchObject({
      code: "git_branch_invalid",
    });
  expect((await ask(owner, "PUT", "/settings", { settings: { ...settings, branch: "" } })).status).toBe(200);
});

test("a deploy is remembered with who asked, and a worker that refuses leaves no trace", async () => {
  const started = await ask(owner, "POST", "", { local: "discard" });
  expect(started).toMatchObject({ status: 201, body: { number: 1, cause: { kind: "person", name: "otto" } } });
  const again = await ask(owner, "POST", "/1/redeploy", {});
  expect(again.status).toBe(201);
  expect(panel.worker.asks.at(-1)).toMatchObject({
    name: "deploys.start",
    input: { request: { commit: commits.old.id, again: true, local: "keep" } },
  });
  expect((await ask(owner, "POST", "/1/cancel")).body).toMatchObject({ status: { state: "cancelled" } });
  expect(await entries()).toEqual([
    { action: "deploy.run", detail: { local: "discard" } },
    { action: "deploy.redeploy", detail: { number: 1, local: "keep", commit: commits.old.id } },
    { action: "deploy.cancel", detail: { number: 1 } },
  ]);
});

test("each thing asks for its own permission; an earlier commit asks for deploy:rollback as well", async () => {
  const needs: [BotPermission, string, string, unknown?][] = [
    ["git:read", "GET", "/state"],
    ["git:read", "POST", "/check"],
    ["deploy:read", "GET", ""],
    ["deploy:read", "GET", "/1"],
    ["deploy:read", "GET", "/1/log"],
    ["deploy:run", "POST", "", {}],
    ["deploy:run", "POST", "/1/cancel"],
    ["deploy:rollback", "POST", "/1/redeploy", {}],
    ["deploy:settings", "GET", "/settings"],
    ["deploy:settings", "PUT", "/settings", { settings }],
    ["deploy:settings", "PUT", "/token", { token: "t" }],
    ["deploy:settings", "DELETE", "/token"],
    ["deploy:settings", "POST", "/key"],
    ["deploy:settings", "POST", "/hook"],
    ["deploy:settings", "DELETE", "/host-key"],
  ];
  for (const [permission, method, path, body] of needs) {
    await grant("bot:view");
    expect((await ask(member, method, path, body)).body, path).toMatchObject({ values: { permission } });
    expect((await ask(stranger, method, path, body)).status, path).toBe(404);
    await grant("bot:view", permission);
    expect((await ask(member, method, path, body)).status, path).toBeLessThan(300);
  }
  await grant("bot:view", "deploy:run");
  expect((await ask(member, "POST", "", { commit: commits.new.id })).status).toBe(201);
  expect((await ask(member, "POST", "", { commit: commits.old.id })).body).toMatchObject({
    values: { permission: "deploy:rollback" },
  });
});

test("a bot whose files did not come from git has nothing to set", async () => {
  botId = await panel.bot(owner, "no git");
  expect((await ask(owner, "GET", "/settings")).body).toMatchObject({ code: "deploy_not_git" });
  expect((await ask(owner, "POST", "/hook")).body).toMatchObject({ code: "deploy_not_git" });
  expect(await panel.db.bot.findUnique({ where: { id: botId }, select: { deploy: true, hookId: true } })).toEqual({
    deploy: null,
    hookId: null,
  });
});

test("a bot of a template is connected to a repository, once, when that answers", async () => {
  botId = await panel.bot(owner, "to be connected");
  const token = "ghp_abcdefghijklmnop";
  const to = { url: "https://git.example/other.git", token };
  await grant("bot:view", "deploy:run");
  expect((await ask(member, "PUT", "/repository", to)).body).toMatchObject({
    values: { permission: "deploy:settings" },
  });
  panel.worker.refuse("imports.branches", new AppError("git_address_forbidden", { host: "git.example" }));
  expect((await ask(owner, "PUT", "/repository", to)).body).toMatchObject({ code: "git_address_forbidden" });
  panel.worker.refuse("imports.branches", null);
  expect(await entries()).toEqual([]);

  expect((await ask(owner, "PUT", "/repository", to)).body).toMatchObject({ token: { user: "x-access-token" } });
  const { source, deploy } = panel.worker.definitions.get(botId) ?? {};
  expect(source).toEqual({ kind: "git", url: to.url });
  expect(unseal(botId, "git.token", deploy?.credentials.token?.sealed ?? "")).toBe(token);
  expect(await entries()).toEqual([{ action: "deploy.connect", detail: { url: to.url } }]);
  expect(JSON.stringify(panel.worker.asks)).not.toContain(token);
  expect((await ask(owner, "PUT", "/repository", to)).body).toMatchObject({ code: "deploy_connected" });
});

test("a repository by ssh may refuse a key that nobody has added yet", async () => {
  botId = await panel.bot(owner, "by ssh");
  panel.worker.refuse("imports.branches", new AppError("git_key_refused", { host: "git.example" }));
  const { body } = await ask(owner, "PUT", "/repository", { url: "git@git.example:otto/bot.git" });
  panel.worker.refuse("imports.branches", null);
  expect(body).toMatchObject({ token: null, publicKey: expect.stringMatching(/^ssh-ed25519 /) });
});

test("while the worker is asked, nobody waits for a connection to the database", async () => {
  const asks: [Parameters<typeof panel.worker.hold>[0], string, string, unknown?][] = [
    ["deploys.start", "POST", `/v1/bots/${botId}/deploys`, {}],
    ["deploys.cancel", "POST", `/v1/bots/${botId}/deploys/1/cancel`],
    ["imports.create", "POST", "/v1/imports", { kind: "git", url: "https://git.example/bot.git" }],
  ];
  const releases = asks.map(([name]) => panel.worker.hold(name));
  const before = panel.worker.asks.length;
  // More than the web has connections.
  const all = [...asks, ...asks, ...asks, ...asks];
  const asked = all.map(([, method, path, body]) => panel.ask(owner.asker, method, path, body));
  try {
    await vi.waitFor(() => expect(panel.worker.asks.length).toBe(before + all.length));
    expect((await ask(owner, "GET", "/settings")).status).toBe(200);
  } finally {
    for (const release of releases) release();
  }
  for (const { status } of await Promise.all(asked)) expect(status).toBeLessThan(300);
});

test("branches are listed with a token that is sealed", async () => {
  const asked = { url: "https://git.example/bot.git", token: "ghp_secret_secret" };
  const { body } = await panel.ask(owner.asker, "POST", "/v1/imports/branches", asked);
  expect(body).toEqual({ branches: ["main", "dev"], head: "main" });
  expect(JSON.stringify(panel.worker.asks)).not.toContain(asked.token);
});

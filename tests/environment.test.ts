import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { EnvPreview } from "#contracts/env-file";
import type { TokenPlan } from "#contracts/token-move";
import { idOf, localKey, openTestPanel, type Person, type TestPanel } from "../src/server/testing/panel";
import { serve } from "./support/served";
import { root } from "./support/sources";
import { endBots, startWorker } from "./support/worker";

/* A bot's environment through the API and the command line, with a real worker, which alone opens what is sealed. */

const TOKEN = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "b".repeat(38)].join(".");
const HIDDEN = "hidden-away-42";

let panel: TestPanel;
let served: Awaited<ReturnType<typeof serve>>;
let stopWorker: () => Promise<void>;
let owner: Person;
let member: Person;
let stranger: Person;
let botId: string;
const folder = mkdtempSync(join(tmpdir(), "by-env-"));

beforeAll(async () => {
  panel = await openTestPanel();
  await panel.worker.close();
  stopWorker = await startWorker(panel.home);
  owner = await panel.person("ada", "admin");
  member = await panel.person("mia");
  stranger = await panel.person("stina");
  botId = await makeBot("shown");
  served = await serve();
});
afterAll(async () => {
  await served?.close();
  if (panel) await endBots(panel.home);
  await stopWorker?.();
  await panel?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeBot(name: string): Promise<string> {
  const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
  const importId = idOf(made.body);
  await vi.waitFor(async () => {
    const { body } = await panel.ask(owner.asker, "GET", `/v1/imports/${importId}`);
    expect(body).toMatchObject({ status: { state: "ready" } });
  });
  const bot = { importId, name, runtime: "node", entry: "index.js" };
  return idOf((await panel.ask(owner.asker, "POST", "/v1/bots", bot)).body);
}

const ask = (method: string, path: string, body?: unknown, who = owner) =>
  panel.ask(who.asker, method, `/v1/bots/${botId}${path}`, body);
const inside = (...parts: string[]) => join(panel.home, "bots", botId, "files", ...parts);
const grant = (permissions: string[]) =>
  panel.db.grant.upsert({
    where: { botId_userId: { botId, userId: member.id } },
    create: { botId, userId: member.id, permissions },
    update: { permissions },
  });
const preview = async (source: object): Promise<EnvPreview> =>
  JSON.parse((await ask("POST", "/env/preview", source)).text);
const live = async () => JSON.parse((await ask("GET", "")).text).live;

test("a secret is seen by nobody but who may reveal it, and that is remembered without it", async () => {
  expect((await ask("PUT", "/env/API_KEY", { value: HIDDEN })).status).toBe(200);
  await grant(["bot:view", "env:read", "env:write"]);
  const seen = [
    await ask("GET", "/env", undefined, member),
    await ask("POST", "/env/preview", { text: "API_KEY=other" }, member),
    await ask("GET", "", undefined, member),
  ];
  expect(seen.map(({ text }) => text).join()).not.toContain(HIDDEN);
  for (const path of ["/env/API_KEY/reveal", "/env/export"])
    expect(await ask("POST", path, {}, member)).toMatchObject({
      status: 403,
      body: { code: "not_allowed", values: { permission: "env:reveal" } },
    });
  expect((await ask("POST", "/env/API_KEY/reveal", {}, stranger)).status).toBe(404);
  await grant(["bot:view", "env:read", "env:reveal", "activity:read"]);
  expect(await ask("POST", "/env/API_KEY/reveal", {}, member)).toMatchObject({ status: 200, body: { value: HIDDEN } });
  expect((await ask("POST", "/env/NOBODY/reveal", {}, member)).body).toMatchObject({ code: "not_found" });
  expect((await ask("PUT", "/env/API_KEY", { value: "x" }, member)).status).toBe(403);
  const activity = await ask("GET", "/activity", undefined, member);
  expect(activity.body).toMatchObject({
    entries: [{ action: "env.reveal", actor: "mia", detail: { key: "API_KEY" } }, {}, {}],
  });
  expect(activity.text).not.toContain(HIDDEN);
});

test("a .env is looked at line by line before anything is changed", async () => {
  await ask("PUT", "/env/LOG_LEVEL", { value: "info" });
  await ask("PUT", "/env/SAME", { value: "same" });
  const before = (await ask("GET", "/env")).text;
  const long = "x".repeat(32_769);
  const text = [
    "\ufeff# from elsewhere",
    "LOG_LEVEL=debug",
    "SAME='same'",
    'export NEW="one',
    'two"',
    `API_KEY=${HIDDEN}`,
    "PATH=/evil",
    "BOTYARD_BOT=x",
    "MY-NAME=x",
    `LONG=${long}`,
    "DISCORD_TOKEN=copied",
    "NEW=last",
    "just words",
    "DB_PASSWORD=s3cret-in-file",
  ].join("\r\n");
  const { lines } = await preview({ text });
  expect(lines.map(({ line, also, key, outcome, why, secret }) => [line, also, key, why ?? outcome, secret])).toEqual([
    [2, [], "LOG_LEVEL", "changed", false],
    [3, [], "SAME", "equal", false],
    [6, [], "API_KEY", "hidden", true],
    [7, [], "PATH", "reserved", false],
    [8, [], "BOTYARD_BOT", "reserved", false],
    [9, [], "MY-NAME", "name", false],
    [10, [], "LONG", "long", false],
    [11, [], "DISCORD_TOKEN", "token", false],
    [12, [4], "NEW", "new", false],
    [13, [], "", "unreadable", false],
    [14, [], "DB_PASSWORD", "new", true],
  ]);
  expect(lines[0]).toMatchObject({ value: "debug", before: "info" });
  expect(JSON.stringify(lines)).not.toContain("s3cret-in-file");
  expect((await ask("GET", "/env")).text).toBe(before);
});

test("what is taken is set at once, or nothing of it; a change meanwhile is told", async () => {
  const text = "ONE=1\nTWO=2\nDEEP_SECRET=s3cret-three";
  const { revision } = await preview({ text });
  const take = [
    { key: "ONE", secret: false },
    { key: "DEEP_SECRET", secret: true },
  ];
  expect((await ask("PUT", "/env/LOG_LEVEL", { value: "warn" })).status).toBe(200);
  expect(await ask("POST", "/env/import", { text, revision, take })).toMatchObject({
    status: 412,
    body: { code: "env_changed" },
  });
  const again = await preview({ text });
  const wrong = [...take, { key: "DISCORD_TOKEN", secret: true }];
  const withToken = `${text}\nDISCORD_TOKEN=copied`;
  expect(await ask("POST", "/env/import", { text: withToken, revision: again.revision, take: wrong })).toMatchObject({
    body: { code: "token_malformed" },
  });
  expect((await ask("GET", "/env")).text).not.toContain('"ONE"');
  const done = await ask("POST", "/env/import", { text, revision: again.revision, take });
  expect(done).toMatchObject({ status: 200, body: { set: ["ONE", "DEEP_SECRET"] } });
  const { text: list } = await ask("GET", "/env");
  expect(list).toContain('"key":"ONE","secret":false,"value":"1"');
  expect(list).toContain('"key":"DEEP_SECRET","secret":true,"value":null');
  expect(list).not.toContain('"TWO"');
  const entries = await panel.db.auditEntry.findMany({ where: { botId, action: "env.import" } });
  const changes = [
    { field: "DEEP_SECRET", before: null, after: "••••••" },
    { field: "ONE", before: null, after: "1" },
  ];
  expect(entries.map(({ detail }) => detail)).toEqual([{ keys: ["ONE", "DEEP_SECRET"], count: 2, path: "", changes }]);
  expect(JSON.stringify(await panel.db.auditEntry.findMany({ select: { detail: true } }))).not.toContain("s3cret");
});

test("a bot has 200 variables at most, however they come", async () => {
  const text = Array.from({ length: 250 }, (_, at) => `V${at}=x`).join("\n");
  const { revision, lines } = await preview({ text });
  const take = lines.map(({ key }) => ({ key, secret: false }));
  expect(await ask("POST", "/env/import", { text, revision, take })).toMatchObject({
    status: 409,
    body: { code: "env_too_many", values: { most: 200 } },
  });
  expect((await ask("GET", "/env")).text).not.toContain('"V0"');
});

test("what is too large, no file, or not theirs to read is refused", async () => {
  const large = `A=1\n#${"x".repeat(1024 * 1024)}`;
  expect((await ask("POST", "/env/preview", { text: large })).status).toBe(413);
  const tooLong = `A=1\n#${"x".repeat(256 * 1024)}`;
  expect((await ask("POST", "/env/preview", { text: tooLong })).body).toMatchObject({ code: "env_file_too_large" });
  expect((await ask("POST", "/env/preview", {})).body).toMatchObject({ code: "bad_input" });
  expect((await ask("POST", "/env/preview", { path: "../definition.json" })).body).toMatchObject({
    code: "path_unsafe",
  });
  symlinkSync(join(panel.home, "secrets", "seal.key"), inside("key.env"));
  expect((await ask("POST", "/env/preview", { path: "key.env" })).body).toMatchObject({ code: "file_special" });
  writeFileSync(inside("binary.env"), new Uint8Array([65, 0, 61]));
  expect((await ask("POST", "/env/preview", { path: "binary.env" })).body).toMatchObject({
    code: "env_file_unreadable",
  });
  writeFileSync(inside(".env"), "FROM_FILE=yes\nFILE_TOKEN=never-in-a-browser\n");
  await grant(["bot:view", "env:read", "env:write"]);
  expect((await ask("POST", "/env/preview", { path: ".env" }, member)).body).toMatchObject({
    values: { permission: "file:read" },
  });
});

test("a .env among the bot's files is taken without a browser seeing its secrets, as long as it is the one that was looked at", async () => {
  const first = await ask("POST", "/env/preview", { path: ".env" });
  expect(first.text).not.toContain("never-in-a-browser");
  const { revision, etag } = JSON.parse(first.text);
  const take = [
    { key: "FROM_FILE", secret: false },
    { key: "FILE_TOKEN", secret: true },
  ];
  writeFileSync(inside(".env"), "FROM_FILE=no\nFILE_TOKEN=other\n");
  expect((await ask("POST", "/env/import", { path: ".env", revision, etag, take })).body).toMatchObject({
    code: "file_changed",
  });
  const now = await preview({ path: ".env" });
  const done = await ask("POST", "/env/import", { path: ".env", revision: now.revision, etag: now.etag, take });
  expect(done).toMatchObject({ status: 200 });
  expect((await ask("POST", "/env/FILE_TOKEN/reveal", {})).body).toEqual({ value: "other" });
});

test("the running bot is said to have an older environment, until it is started again", async () => {
  await ask("POST", "/start");
  await vi.waitFor(async () => expect((await live()).status.state).toBe("running"));
  expect(await live()).not.toHaveProperty("oldEnvironment");
  await ask("PUT", "/env/SAME", { value: "another" });
  expect(await live()).toMatchObject({ oldEnvironment: true });
  // Back to what it was started with: it has what it would get.
  await ask("PUT", "/env/SAME", { value: "same" });
  expect(await live()).not.toHaveProperty("oldEnvironment");
  await ask("DELETE", "/env/SAME");
  expect(await live()).toMatchObject({ oldEnvironment: true });
  // Nor does a worker that comes later forget it.
  await stopWorker();
  stopWorker = await startWorker(panel.home);
  await vi.waitFor(async () => expect((await live())?.status.state).toBe("running"));
  expect(await live()).toMatchObject({ oldEnvironment: true });
  await ask("POST", "/restart");
  await vi.waitFor(async () => expect((await live()).status).toMatchObject({ state: "running", run: 2 }));
  expect(await live()).not.toHaveProperty("oldEnvironment");
});

describe("a token in a file", () => {
  const OTHER = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "c".repeat(38)].join(".");
  const place = { path: "bot.js", line: 2 };
  const plan = async (more: object = {}): Promise<TokenPlan> =>
    JSON.parse((await ask("POST", "/env/token/plan", { ...place, ...more })).text);
  const historyOf = async (path: string) => {
    const { versions } = JSON.parse((await ask("GET", `/files/history?path=${path}`)).text);
    return Promise.all(
      versions.map(async ({ id }: { id: string }) => (await ask("GET", `/files/history/${id}?path=${path}`)).text),
    );
  };

  test("moves into a secret; no answer, no activity and no earlier version has it", async () => {
    for (const text of [`// first\nclient.login("${OTHER}");\n`, `// second\nclient.login("${OTHER}");\n`])
      expect((await ask("PUT", "/files/content", { path: "bot.js", text })).status).toBe(200);
    expect((await historyOf("bot.js")).join()).toContain(OTHER);
    const planned = await ask("POST", "/env/token/plan", { ...place, key: "BOT_TOKEN" });
    expect(planned.text).not.toContain(OTHER);
    expect(planned.body).toMatchObject({
      key: "BOT_TOKEN",
      taken: false,
      why: null,
      changes: [{ line: 2, before: ['client.login("••••••••");'], after: ["client.login(process.env.BOT_TOKEN);"] }],
    });
    const { etag } = await plan({ key: "BOT_TOKEN" });
    const done = await ask("POST", "/env/token/move", { ...place, key: "BOT_TOKEN", etag });
    expect(done).toMatchObject({ status: 200, body: { key: "BOT_TOKEN", rewritten: true } });
    expect(readFileSync(inside("bot.js"), "utf8")).toBe("// second\nclient.login(process.env.BOT_TOKEN);\n");
    expect((await ask("POST", "/env/BOT_TOKEN/reveal", {})).body).toEqual({ value: OTHER });
    const history = await historyOf("bot.js");
    expect(history).toHaveLength(2);
    expect(history.join()).not.toContain(OTHER);
    expect(history.join()).toContain("REDACTED");
    expect((await ask("GET", "/activity")).text).not.toContain(OTHER);
    const holds = spawnSync("grep", ["-rlF", OTHER, panel.home], { encoding: "utf8" }).stdout;
    expect(holds).toBe("");
  });

  test("stays where it was when the file is another by now, or may not be changed", async () => {
    const text = `// third\nclient.login("${OTHER}");\n`;
    writeFileSync(inside("bot.js"), text);
    const { etag } = await plan();
    await grant(["bot:view", "env:read", "env:write", "file:read"]);
    const before = (await ask("GET", "/env")).text;
    expect((await ask("POST", "/env/token/move", { ...place, key: "T", etag }, member)).body).toMatchObject({
      values: { permission: "file:write" },
    });
    writeFileSync(inside("bot.js"), `${text}// more`);
    expect((await ask("POST", "/env/token/move", { ...place, key: "T", etag })).body).toMatchObject({
      code: "file_changed",
    });
    expect((await ask("POST", "/env/token/plan", { ...place, line: 1 })).body).toMatchObject({ code: "token_gone" });
    await grant(["bot:view", "env:write", "file:write"]);
    expect((await ask("POST", "/env/token/plan", place, member)).status).toBe(403);
    expect((await ask("POST", "/env/token/plan", place, stranger)).status).toBe(404);
    expect((await ask("POST", "/env/token/plan", { path: "../x", line: 1 })).body).toMatchObject({
      code: "path_unsafe",
    });
    expect((await ask("GET", "/env")).text).toBe(before);
  });

  test("of a file of values becomes a secret, and the file is left as it is", async () => {
    writeFileSync(inside("config.json"), `{\n  "token": "${OTHER}"\n}\n`);
    const file = { path: "config.json", line: 2 };
    const { etag, why, key } = await plan(file);
    expect([why, key]).toEqual(["data", "DISCORD_TOKEN"]);
    expect((await ask("POST", "/env/token/move", { ...file, key: "JSON_TOKEN", etag })).body).toEqual({
      key: "JSON_TOKEN",
      rewritten: false,
    });
    expect(readFileSync(inside("config.json"), "utf8")).toContain(OTHER);
    expect((await ask("POST", "/env/JSON_TOKEN/reveal", {})).body).toEqual({ value: OTHER });
  });
});

test("a TOML is refused where it stops being one, unless it is wanted so; nothing of it is repeated", async () => {
  const good = "# kept\nport = 1 # as it is\n";
  const write = (text: string, more: object = { check: "toml" }) =>
    ask("PUT", "/files/content", { path: "config.toml", text, ...more });
  expect((await write(good)).status).toBe(200);
  const broken = await write('port = 1\npassword = "hunter2hunter2" "\n');
  expect(broken).toMatchObject({
    status: 422,
    body: { code: "toml_broken", values: { path: "config.toml", line: 2, column: 29 } },
  });
  expect(broken.text).not.toContain("hunter2");
  expect(readFileSync(inside("config.toml"), "utf8")).toBe(good);
  expect((await write("port = \n", {})).status).toBe(200);
  expect(readFileSync(inside("config.toml"), "utf8")).toBe("port = \n");
});

const cli = (args: string[], input = "") =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const token = localKey().authorization?.replace("Bearer ", "") ?? "";
    const env = { ...process.env, BOTYARD_URL: served.url, BOTYARD_TOKEN: token };
    const argv = ["--import", "tsx", "cli/main.ts", "env", ...args];
    const child = execFile(process.execPath, argv, { cwd: root, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err }),
    );
    child.stdin?.end(input);
  });

test("the command line imports a .env, and takes it out again as it was", async () => {
  const file = join(folder, "one.env");
  writeFileSync(file, `DISCORD_TOKEN=${TOKEN}\nCOLOUR=violet\nCODEWORD=open-sesame\nMY-NAME=x\n`);
  const look = await cli(["import", "shown", file, "--secret", "CODEWORD", "--dry-run"]);
  expect(look).toMatchObject({ code: 0 });
  expect(look.out).toMatch(/1 +DISCORD_TOKEN +New +yes/);
  expect(look.out).toMatch(/4 +MY-NAME +Refused: /);
  expect(look.out).toContain("3 would be set");
  expect(look.out).not.toContain("open-sesame");
  expect((await ask("GET", "/env")).text).not.toContain("COLOUR");
  const done = await cli(["import", "shown", file, "--secret", "CODEWORD"]);
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining("3 variables are set.") });
  expect((await cli(["import", "shown", "-"], "COLOUR=violet\n")).out).toContain("There is nothing to set.");
  const exported = parse((await cli(["export", "shown"])).out);
  expect(exported).toMatchObject({ DISCORD_TOKEN: TOKEN, COLOUR: "violet", CODEWORD: "open-sesame", API_KEY: HIDDEN });
  const definition = readFileSync(join(panel.home, "bots", botId, "definition.json"), "utf8");
  expect(definition).not.toMatch(/open-sesame|GabcDE|hidden-away/);
});

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { EnvPreview } from "#contracts/env-file";
import { localKey } from "../src/server/testing/panel";
import { runCli } from "./support/cli";
import { runOneBot } from "./support/one-bot";
import { serve } from "./support/served";

/* A bot's environment through the API and the command line, with a real worker, which alone opens what is sealed. */

const TOKEN = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "b".repeat(38)].join(".");
const HIDDEN = "hidden-away-42";

const { world, ask, inside, grant, restartWorker } = runOneBot("shown");
let served: Awaited<ReturnType<typeof serve>>;
const folder = mkdtempSync(join(tmpdir(), "by-env-"));

beforeAll(async () => {
  served = await serve();
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

const preview = async (source: object): Promise<EnvPreview> =>
  JSON.parse((await ask("POST", "/env/preview", source)).text);
const live = async () => JSON.parse((await ask("GET", "")).text).live;

test("a secret is seen by nobody but who may reveal it, and that is remembered without it", async () => {
  expect((await ask("PUT", "/env/API_KEY", { value: HIDDEN })).status).toBe(200);
  await grant(["bot:view", "env:read", "env:write"]);
  const seen = [
    await ask("GET", "/env", undefined, world.member),
    await ask("POST", "/env/preview", { text: "API_KEY=other" }, world.member),
    await ask("GET", "", undefined, world.member),
  ];
  expect(seen.map(({ text }) => text).join()).not.toContain(HIDDEN);
  for (const path of ["/env/API_KEY/reveal", "/env/export"])
    expect(await ask("POST", path, {}, world.member)).toMatchObject({
      status: 403,
      body: { code: "not_allowed", values: { permission: "env:reveal" } },
    });
  expect((await ask("POST", "/env/API_KEY/reveal", {}, world.stranger)).status).toBe(404);
  await grant(["bot:view", "env:read", "env:reveal", "activity:read"]);
  expect(await ask("POST", "/env/API_KEY/reveal", {}, world.member)).toMatchObject({
    status: 200,
    body: { value: HIDDEN },
  });
  expect((await ask("POST", "/env/NOBODY/reveal", {}, world.member)).body).toMatchObject({ code: "not_found" });
  expect((await ask("PUT", "/env/API_KEY", { value: "x" }, world.member)).status).toBe(403);
  const activity = await ask("GET", "/activity", undefined, world.member);
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
  const entries = await world.panel.db.auditEntry.findMany({ where: { botId: world.botId, action: "env.import" } });
  const changes = [
    { field: "DEEP_SECRET", before: null, after: "••••••" },
    { field: "ONE", before: null, after: "1" },
  ];
  expect(entries.map(({ detail }) => detail)).toEqual([{ keys: ["ONE", "DEEP_SECRET"], count: 2, path: "", changes }]);
  expect(JSON.stringify(await world.panel.db.auditEntry.findMany({ select: { detail: true } }))).not.toContain(
    "s3cret",
  );
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
  symlinkSync(join(world.panel.home, "secrets", "seal.key"), inside("key.env"));
  expect((await ask("POST", "/env/preview", { path: "key.env" })).body).toMatchObject({ code: "file_special" });
  writeFileSync(inside("binary.env"), new Uint8Array([65, 0, 61]));
  expect((await ask("POST", "/env/preview", { path: "binary.env" })).body).toMatchObject({
    code: "env_file_unreadable",
  });
  writeFileSync(inside(".env"), "FROM_FILE=yes\nFILE_TOKEN=never-in-a-browser\n");
  await grant(["bot:view", "env:read", "env:write"]);
  expect((await ask("POST", "/env/preview", { path: ".env" }, world.member)).body).toMatchObject({
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
  await restartWorker();
  await vi.waitFor(async () => expect((await live())?.status.state).toBe("running"));
  expect(await live()).toMatchObject({ oldEnvironment: true });
  await ask("POST", "/restart");
  await vi.waitFor(async () => expect((await live()).status).toMatchObject({ state: "running", run: 2 }));
  expect(await live()).not.toHaveProperty("oldEnvironment");
});

const cli = (args: string[], input = "") => {
  const token = localKey().authorization?.replace("Bearer ", "") ?? "";
  return runCli(["env", ...args], { env: { ...process.env, BOTYARD_URL: served.url, BOTYARD_TOKEN: token }, input });
};

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
  const definition = readFileSync(join(world.panel.home, "bots", world.botId, "definition.json"), "utf8");
  expect(definition).not.toMatch(/open-sesame|GabcDE|hidden-away/);
});

import { type ChildProcess, execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { operations } from "../../cli/operations";
import { idOf, PASSWORD } from "../../src/server/testing/panel";
import { cliProgram, runCli } from "../support/cli";
import { openRealPanel, type Person, type RealPanel } from "../support/real-panel";
import { serve } from "../support/served";
import { root } from "../support/sources";

/* What every command has in common, and the ones that stand for all operations, against the real API and a real worker. */

let panel: RealPanel;
let served: Awaited<ReturnType<typeof serve>>;
let owner: Person;
let botId: string;
const config = mkdtempSync(join(tmpdir(), "by-cli-"));

beforeAll(async () => {
  panel = await openRealPanel();
  served = await serve();
  owner = await panel.person("otto");
  botId = await panel.newBot(owner, "Two words");
  await panel.newBot(owner, "plain");
});
afterAll(async () => {
  await served?.close();
  await panel?.close();
  rmSync(config, { recursive: true, force: true });
});

/** Of a login that knows of no panel but the one it signed in to. */
const environment = () => {
  const { BOTYARD_HOME: _home, BOTYARD_TOKEN: _token, BOTYARD_URL: _url, ...rest } = process.env;
  return { ...rest, XDG_CONFIG_HOME: config };
};

const cli = (args: readonly string[], seen?: (child: ChildProcess) => void) =>
  runCli(args, { env: environment(), ...(seen && { seen }) });
const login = () => join(config, "botyard", "login.json");

test("login shows a code, a person allows it in the browser, and from then on commands ask that panel", async () => {
  let said = "";
  const signingIn = cli(["login", served.url, "--name", "laptop"], (child) =>
    child.stderr?.on("data", (text) => (said += String(text))),
  );
  await vi.waitFor(() => expect(said).toContain("/device?code="));
  const userCode = /code=([A-Z-]{9})/.exec(said)?.[1] ?? "";
  expect(await panel.ask(owner.asker, "GET", `/v1/device/${userCode}`)).toMatchObject({ body: { name: "laptop" } });
  const stranger = await panel.ask({}, "POST", `/v1/device/${userCode}`, { allow: true });
  expect(stranger.status).toBe(401);
  const allow = (password?: string) =>
    panel.ask(owner.asker, "POST", `/v1/device/${userCode}`, { allow: true, password });
  // A browser that was left open lets nobody in for good.
  expect(await allow()).toMatchObject({ status: 403, body: { code: "password_wrong" } });
  expect((await allow(PASSWORD)).status).toBe(200);
  expect(await signingIn).toMatchObject({ code: 0, out: expect.stringContaining("as otto") });
  expect(statSync(login()).mode & 0o777).toBe(0o600);
  // The code is spent, and the key lies only in that file.
  expect((await panel.ask(owner.asker, "GET", `/v1/device/${userCode}`)).status).toBe(404);
  expect(await panel.db.pending.count()).toBe(0);
  expect(await cli(["list"])).toMatchObject({ code: 0, out: expect.stringContaining("Two words") });
});

test("one that is refused gets nothing, and a key decides for nobody", async () => {
  const begun = await panel.ask({}, "POST", "/v1/device", { name: "thief" });
  const { deviceCode, userCode } = begun.body as { deviceCode: string; userCode: string };
  const { token } = JSON.parse(readFileSync(login(), "utf8")).panels[0];
  const byKey = await panel.ask({ authorization: `Bearer ${token}` }, "POST", `/v1/device/${userCode}`, {
    allow: true,
  });
  expect(byKey.status).toBe(403);
  expect((await panel.ask({}, "POST", "/v1/device/token", { deviceCode })).body).toEqual({ state: "waiting" });
  await panel.ask(owner.asker, "POST", `/v1/device/${userCode}`, { allow: false });
  expect((await panel.ask({}, "POST", "/v1/device/token", { deviceCode })).status).toBe(404);
});

test("call reaches every operation of the catalogue by name", async () => {
  const listed = await cli(["call", "--json"]);
  const { operations: shown } = JSON.parse(listed.out);
  expect(shown.map(({ name }: { name: string }) => name)).toEqual(operations().map(({ name }) => name));
  expect(shown.length).toBeGreaterThan(100);

  const got = await cli(["call", "bots.get", "bot=Two words", "--json"]);
  expect(JSON.parse(got.out)).toMatchObject({ id: botId, name: "Two words" });
  const log = await cli(["call", "log.read", "bot=plain", "limit=5", "--json"]);
  expect(JSON.parse(log.out)).toMatchObject({ lines: [] });
  const changed = await cli(["call", "bots.update", `--data={"botId":"${botId}"}`, "name=Renamed", "--json"]);
  expect(JSON.parse(changed.out)).toMatchObject({ name: "Renamed" });
  expect(await cli(["call", "no.such"])).toMatchObject({ code: 3 });
  expect(await cli(["call", "bots.delete", "bot=plain"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--yes"),
  });
});

test("--dry-run says what would be changed first, hides what is secret, and changes nothing", async () => {
  const entries = await panel.db.auditEntry.count();
  const gone = await cli(["delete", "plain", "--yes", "--dry-run", "--json"]);
  expect(gone.code).toBe(0);
  expect(JSON.parse(gone.out)).toMatchObject({ dryRun: true, operation: "bots.delete", method: "DELETE" });
  const set = await cli(["env", "set", "plain", "API_KEY=hunter2hunter2", "--dry-run"]);
  expect(set.out).toMatch(/Would PUT .*API_KEY.*Nothing was changed/);
  expect(set.out).not.toContain("hunter2");
  expect(await panel.db.auditEntry.count()).toBe(entries);
  expect(await panel.db.bot.count()).toBe(2);
});

test("top prints once where there is no terminal", async () => {
  const { out } = await cli(["top", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ bots: [{ state: "stopped" }, { state: "stopped" }], workerAway: false });
});

test("bash completes commands, options, operations and bots", async () => {
  const { out: script } = await cli(["completion", "bash"]);
  const program = await cliProgram();
  const ask = (...words: string[]) =>
    new Promise<string[]>((resolve, reject) => {
      const quoted = ["botyard", ...words].map((word) => `'${word}'`).join(" ");
      const lines = [
        `botyard() { "${process.execPath}" "${program}" "$@"; }`,
        script,
        `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _botyard; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ];
      execFile("bash", ["-c", lines.join("\n")], { cwd: root, env: environment() }, (error, out) =>
        error ? reject(error) : resolve(out.trim().split("\n")),
      );
    });
  expect(await ask("res")).toEqual(["restart"]);
  expect(await ask("restart", "pl")).toEqual(["plain"]);
  expect(await ask("key", "")).toEqual(expect.arrayContaining(["create", "list", "revoke"]));
  expect(await ask("logs", "--fol")).toEqual(["--follow"]);
  expect(await ask("call", "bots.g")).toEqual(["bots.get"]);
  expect(await ask("members", "add", "plain", "ina", "--preset", "op")).toEqual(["operator"]);
  expect(await ask("key", "create", "x", "--bot", "pl")).toEqual(["plain"]);
  // Bash takes words apart at colons.
  expect(await ask("key", "create", "x", "--allow", "bot:view", "power", ":", "re")).toEqual(["restart"]);
});

test("who is let in to a bot and to a tag is said with the same words, and a link is looked at and taken", async () => {
  const ina = await panel.person("ina");
  const made = await panel.ask(ina.asker, "POST", "/v1/me/keys", { name: "cli", scope: null, password: PASSWORD });
  const { token } = z.object({ token: z.string() }).parse(made.body);
  const asIna = (...args: string[]) =>
    runCli(args, { env: { ...environment(), BOTYARD_URL: served.url, BOTYARD_TOKEN: token } });
  const json = async (...args: string[]) => {
    const { code, out, err } = await cli([...args, "--json"]);
    expect([code, err]).toEqual([0, ""]);
    return JSON.parse(out);
  };
  const tagId = idOf((await panel.ask(owner.asker, "POST", "/v1/tags", { name: "Music" })).body);
  const { id: other } = await panel.db.bot.findFirstOrThrow({ where: { name: "plain" } });
  await panel.ask(owner.asker, "POST", `/v1/tags/${tagId}/bots`, { botIds: [other] });
  expect(await json("tag", "members", "add", "Music", "ina", "--preset", "viewer", "--hide", ".env")).toMatchObject({
    name: "ina",
    hiddenPaths: [".env"],
  });
  expect(await json("members", "list", "plain")).toMatchObject({ members: [{ name: "ina", tag: { name: "Music" } }] });
  const { code } = await json("tag", "members", "invite", "Music", "--allow", "file:list", "--note", "come in");
  const { out } = await cli(["invite", "look", `https://panel.example/invite#${code}`]);
  expect(out).toMatch(/from otto: tag “Music”.*\ncome in\nyou may: bot:view file:list\n/);
  expect(await asIna("invite", "accept", code)).toMatchObject({ code: 0 });
  expect(await asIna("tag", "members", "leave", "Music")).toMatchObject({ code: 0 });
  expect(await panel.db.tagGrant.count()).toBe(0);
  // An account alone is an admin's to give.
  expect(await cli(["invite", "create"])).toMatchObject({ code: 4 });
});

test("logout ends the key on the panel and forgets it here", async () => {
  const keys = () => panel.db.apiKey.count({ where: { userId: owner.id } });
  expect(await keys()).toBe(1);
  expect(await cli(["logout"])).toMatchObject({ code: 0 });
  expect([await keys(), existsSync(login())]).toEqual([0, false]);
});

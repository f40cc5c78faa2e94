import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { botSettings } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import {
  cookieOf,
  HOST,
  idOf,
  keyOf,
  localKey,
  nobody,
  openTestPanel,
  type Person,
  type TestPanel,
} from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let stranger: Person;
let admin: Person;
const TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB";

beforeAll(async () => {
  panel = await openTestPanel();
  admin = await panel.person("ada", "admin");
  owner = await panel.person("otto");
  stranger = await panel.person("stina");
});
afterAll(() => panel?.close());

const coded = (code: string, values: Record<string, string | number> = expect.anything()) =>
  expect.objectContaining({ type: `/api/docs#${code}`, code, detail: expect.any(String), values });

const newImport = async (asker = owner.asker) =>
  idOf((await panel.ask(asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" })).body);

test("a bot is made with its variables sealed, and everything about it is told without them", async () => {
  const importId = await newImport();
  const env = [
    { key: "API_KEY", value: "hunter2hunter2" },
    { key: "PLAIN", value: "seen" },
  ];
  const given = {
    importId,
    name: "  Ünï   bot ",
    runtime: "node",
    entry: "index.js",
    token: ` ${TOKEN} `,
    env,
    start: true,
  };
  const made = await panel.ask(owner.asker, "POST", "/v1/bots", given);
  expect(made).toMatchObject({ status: 201, body: { name: "Ünï bot", hasToken: true, owner: { id: owner.id } } });
  const botId = idOf(made.body);
  const definition = panel.worker.definitions.get(botId);
  expect(definition).toMatchObject({ id: botId, revision: 1, tokenOptional: false });
  expect(definition?.env.map(({ key, secret }) => [key, secret])).toEqual([
    ["API_KEY", true],
    ["DISCORD_TOKEN", true],
    ["PLAIN", false],
  ]);
  expect(panel.worker.asks).toContainEqual({ name: "bots.command", input: { botId, command: "start" } });

  const told = await Promise.all(
    ["", "/env", "/activity", "/runs", "/log"].map((path) => panel.ask(owner.asker, "GET", `/v1/bots/${botId}${path}`)),
  );
  expect(told.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  const everything =
    [made, ...told].map((answer) => answer.text).join() + JSON.stringify([...panel.worker.definitions]);
  expect(everything).toContain("seen");
  expect(everything).not.toContain("hunter2");
  expect(everything).not.toContain(TOKEN);
  expect(JSON.stringify(await panel.db.auditEntry.findMany({ select: { detail: true } }))).not.toContain("hunter2");
});

test("a variable whose name sounds secret is one, and stays one", async () => {
  const botId = await panel.bot(owner, "variables");
  const set = (key: string, body: object) => panel.ask(owner.asker, "PUT", `/v1/bots/${botId}/env/${key}`, body);
  expect((await set("DB_PASSWORD", { value: "s3cret-one" })).body).toMatchObject({ secret: true, value: null });
  expect((await set("MONKEY", { value: "banana" })).body).toMatchObject({ secret: false, value: "banana" });
  expect((await set("QUIET", { value: "s3cret-two", secret: true })).body).toMatchObject({ secret: true });
  const again = await set("QUIET", { value: "s3cret-three" });
  expect(again.body).toMatchObject({ secret: true, value: null });
  expect(again.text).not.toContain("s3cret");
  expect(await set("DISCORD_TOKEN", { value: "nonsense" })).toMatchObject({
    status: 400,
    body: coded("token_malformed", {}),
  });
  expect((await set("PATH", { value: "/" })).body).toMatchObject(
    coded("env_key_invalid", { reserved: "PATH, HOME, PWD" }),
  );
  expect(panel.worker.definitions.get(botId)?.revision).toBe(5);
  const gone = await panel.ask(owner.asker, "DELETE", `/v1/bots/${botId}/env/QUIET`);
  expect(gone.status).toBe(200);
  expect(panel.worker.definitions.get(botId)?.env.map(({ key }) => key)).toEqual(["DB_PASSWORD", "MONKEY"]);
});

test("what the worker refuses did not happen", async () => {
  const botId = await panel.bot(owner, "refused");
  const importId = await newImport();
  panel.worker.refuse("bots.put", new AppError("disk_unwritable", { detail: "full", path: "/x" }));
  try {
    const made = await panel.ask(owner.asker, "POST", "/v1/bots", {
      importId,
      name: "half",
      runtime: "node",
      entry: "index.js",
    });
    expect(made).toMatchObject({ status: 507, body: coded("disk_unwritable", { detail: "full", path: "/x" }) });
    expect(await panel.db.bot.count({ where: { name: "half" } })).toBe(0);
    expect((await panel.ask(owner.asker, "PATCH", `/v1/bots/${botId}`, { name: "other" })).status).toBe(507);
    expect(await panel.db.bot.findUnique({ where: { id: botId } })).toMatchObject({ name: "refused", revision: 1 });
  } finally {
    panel.worker.refuse("bots.put", null);
  }
  panel.worker.refuse("bots.remove", new AppError("worker_away"));
  const before = await panel.db.auditEntry.count();
  expect((await panel.ask(owner.asker, "DELETE", `/v1/bots/${botId}`)).body).toEqual(coded("worker_away", {}));
  panel.worker.refuse("bots.remove", null);
  expect(await panel.db.bot.count({ where: { id: botId } })).toBe(1);
  expect(await panel.db.auditEntry.count()).toBe(before);
  expect((await panel.ask(owner.asker, "DELETE", `/v1/bots/${botId}`)).status).toBe(200);
  expect(panel.worker.definitions.has(botId)).toBe(false);
});

test("of 50 bots of one name made at once, one is made", async () => {
  const imports = await Promise.all(Array.from({ length: 50 }, () => newImport()));
  const answers = await Promise.all(
    imports.map((importId, at) =>
      panel.ask(owner.asker, "POST", "/v1/bots", {
        importId,
        name: at % 2 ? "Twin" : "TWIN",
        runtime: "node",
        entry: "index.js",
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
  expect(answers.filter(({ status }) => status === 409).every(({ text }) => text.includes('"bot_name_taken"'))).toBe(
    true,
  );
  expect(await panel.db.bot.count({ where: { nameKey: "twin" } })).toBe(1);
  expect([...panel.worker.definitions.values()].filter(({ name }) => name.toLowerCase() === "twin")).toHaveLength(1);
});

test("bad input is named", async () => {
  const importId = await newImport();
  const make = (change: object) =>
    panel.ask(owner.asker, "POST", "/v1/bots", { importId, name: "ok", runtime: "node", entry: "index.js", ...change });
  expect((await make({ name: "../x" })).body).toEqual(coded("bot_name_invalid", {}));
  expect((await make({ entry: "../x.js" })).body).toEqual(coded("entry_outside", {}));
  expect((await make({ entry: "main.py" })).body).toEqual(
    coded("runtime_mismatch", { entry: "main.py", runtime: "Node.js" }),
  );
  expect((await make({ token: "abc" })).body).toEqual(coded("token_malformed", {}));
  expect((await make({ runtime: "perl" })).body).toMatchObject({
    code: "bad_input",
    detail: "runtime: must be one of node, python",
  });
  expect((await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "x" })).body).toMatchObject({
    detail: "kind: must be one of template, upload, git, folder",
  });
  expect((await make({ entry: undefined })).body).toMatchObject({ detail: "entry: is missing" });
  expect((await make({ entry: 1 })).body).toMatchObject({ detail: "entry: must be a text" });
  expect((await make({ importId: "aaaaaaaaaaaaaaaa" })).body).toEqual(coded("import_gone", {}));
  const raw = new Request(`http://${HOST}/api/v1/bots`, {
    method: "POST",
    headers: { ...owner.asker, host: HOST, origin: `http://${HOST}`, "content-type": "application/json" },
    body: "{",
  });
  const { serveApi } = await import("./api");
  expect(await (await serveApi(raw)).json()).toMatchObject({
    code: "bad_input",
    detail: expect.stringContaining("JSON"),
  });
  const big = await panel.ask(owner.asker, "POST", "/v1/bots", { name: "x".repeat(1024 * 1024) });
  expect(big).toMatchObject({ status: 413, body: coded("body_too_large", { limit: "1 MB" }) });
  expect(await panel.ask(owner.asker, "GET", "/v1/nothing")).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
});

test("a write that another site started is refused", async () => {
  const botId = await panel.bot(owner, "origin");
  const start = (headers: Record<string, string>) =>
    panel.ask({ ...owner.asker, ...headers }, "POST", `/v1/bots/${botId}/start`);
  for (const origin of ["http://evil.test", `http://${HOST}.evil.test`, "null", ""])
    expect(await start({ origin })).toMatchObject({ status: 403, body: coded("wrong_origin", {}) });
  // The host is what was asked, not what a stranger says was forwarded.
  expect((await start({ origin: "http://evil.test", "x-forwarded-host": "evil.test" })).status).toBe(403);
  expect((await start({})).status).toBe(200);
  expect((await panel.ask({ ...owner.asker, origin: "http://evil.test" }, "GET", `/v1/bots/${botId}`)).status).toBe(
    200,
  );
  const key = await keyOf(panel.db, owner.id, new Date(Date.now() + 60_000));
  expect((await panel.ask({ ...key, origin: "" }, "POST", `/v1/bots/${botId}/start`)).status).toBe(200);
});

test("of the settings only what is named is changed, and what it was stays", async () => {
  const botId = await panel.bot(owner, "tuned");
  const patch = async (settings: object) => {
    const { status, body } = await panel.ask(owner.asker, "PATCH", `/v1/bots/${botId}`, { settings });
    expect(status).toBe(200);
    return z.object({ settings: botSettings }).parse(body).settings;
  };
  const tuned = await patch({ ready: { line: "Here we are" }, restart: { doneCodes: [0, 3] }, install: false });
  expect(tuned).toMatchObject({ ready: { line: "Here we are" }, restart: { doneCodes: [0, 3] }, install: false });
  expect(await patch({ limits: { memoryMb: 300 }, ready: { timeoutMs: 5_000 } })).toEqual({
    ...tuned,
    limits: { ...tuned.limits, memoryMb: 300 },
    ready: { line: "Here we are", timeoutMs: 5_000 },
  });
  expect(await patch({})).toMatchObject({ ready: { line: "Here we are" }, limits: { memoryMb: 300 } });
});

test("a member may what was granted, and is told what was not; a stranger sees nothing", async () => {
  const botId = await panel.bot(owner, "shared");
  const member = await panel.person("mia");
  await panel.db.grant.create({
    data: { botId, userId: member.id, permissions: ["bot:view", "power:start", "settings:update"] },
  });
  const as = (asker: Record<string, string>, method: string, path: string, body?: object) =>
    panel.ask(asker, method, `/v1/bots/${botId}${path}`, body);
  expect((await as(member.asker, "GET", "")).body).toMatchObject({
    permissions: ["bot:view", "power:start", "settings:update"],
  });
  expect((await as(member.asker, "POST", "/start")).status).toBe(200);
  expect(await as(member.asker, "POST", "/stop")).toMatchObject({
    status: 403,
    body: coded("not_allowed", { permission: "power:stop" }),
  });
  expect((await as(member.asker, "PATCH", "", { name: "mine now" })).body).toEqual(
    coded("not_allowed", { permission: "settings:rename" }),
  );
  expect((await as(member.asker, "PATCH", "", { entry: "x.js" })).body).toEqual(
    coded("not_allowed", { permission: "settings:runtime" }),
  );
  expect(await as(stranger.asker, "GET", "")).toMatchObject({ status: 404, body: coded("not_found", { what: "bot" }) });
  expect((await panel.ask(stranger.asker, "GET", "/v1/bots")).body).toEqual({
    bots: [],
    workerAway: false,
    next: null,
  });
  expect((await panel.ask(member.asker, "GET", "/v1/bots")).body).toMatchObject({ bots: [{ id: botId }] });
  expect((await as(admin.asker, "POST", "/stop")).status).toBe(200);
});

test("sessions and keys end", async () => {
  const me = (asker: Record<string, string>) => panel.ask(asker, "GET", "/v1/me").then(({ status }) => status);
  const leaver = await panel.person("lea");
  const expired = await keyOf(panel.db, leaver.id, new Date(Date.now() - 1));
  const key = await keyOf(panel.db, leaver.id, new Date(Date.now() + 60_000));
  expect([await me(leaver.asker), await me(key), await me(expired), await me(nobody)]).toEqual([200, 200, 401, 401]);
  expect(await me({ authorization: "Bearer nonsense", ...leaver.asker })).toBe(401);
  expect(await me(await cookieOf(leaver.id, 0))).toBe(401);
  await panel.db.user.update({ where: { id: leaver.id }, data: { disabledAt: new Date() } });
  expect([await me(leaver.asker), await me(key)]).toEqual([401, 401]);
});

test("the key file of this machine acts as an admin, for the first one", async () => {
  expect((await panel.ask(localKey(), "GET", "/v1/me")).body).toMatchObject({ id: admin.id });
  expect((await panel.ask(localKey(), "GET", "/v1/doctor")).status).toBe(200);
  const folder = { kind: "folder", path: "/srv/bot" };
  expect((await panel.ask(localKey(), "POST", "/v1/imports", folder)).status).toBe(201);
  expect((await panel.ask(owner.asker, "POST", "/v1/imports", folder)).body).toEqual(
    coded("not_allowed", { permission: "admin" }),
  );
});

test("health says who is away, without a sign-in", async () => {
  expect(await panel.ask(nobody, "GET", "/health")).toMatchObject({
    status: 200,
    body: { status: "ok", worker: true },
  });
  const list = await panel.ask(owner.asker, "GET", "/v1/bots");
  expect(list.body).toMatchObject({ workerAway: false });
  await panel.worker.close();
  expect(await panel.ask(nobody, "GET", "/health")).toMatchObject({
    status: 503,
    body: { status: "degraded", web: true, worker: false, database: true },
  });
  expect(await panel.ask(owner.asker, "GET", "/v1/bots")).toMatchObject({ status: 200, body: { workerAway: true } });
  expect((await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "x" })).body).toEqual(
    coded("worker_away", {}),
  );
});

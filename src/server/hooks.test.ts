import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { serveApi } from "./api";
import { HOST, idOf, openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let botId: string;
let hook: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
});
afterAll(() => panel?.close());
beforeEach(async () => {
  panel.worker.refuse("deploys.webhook", null);
  panel.worker.push.answer = { outcome: "started", number: 3 };
  const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "git", url: "https://git.example/a.git" });
  const bot = { importId: idOf(made.body), name: `b${Math.random()}`, runtime: "node", entry: "index.js" };
  botId = idOf((await panel.ask(owner.asker, "POST", "/v1/bots", bot)).body);
  const { body } = await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/deploys/hook`);
  ({
    setup: { hook },
  } = body as { setup: { hook: string } });
});

const call = (path: string, { method = "POST", headers = {}, body = "{}" }: Call = {}) =>
  serveApi(
    new Request(`http://${HOST}${path}`, {
      method,
      headers: { host: HOST, "x-botyard-peer": "192.0.2.9", ...headers },
      ...(method === "GET" ? {} : { body, duplex: "half" }),
    }),
  );
type Call = { method?: string; headers?: Record<string, string>; body?: string | ReadableStream };
const deeds = () =>
  panel.db.auditEntry.findMany({
    where: { botId, action: "deploy.run" },
    select: { actorKind: true, actorId: true, address: true, detail: true },
  });

test("a push is handed to the worker byte by byte, and remembered as told by the webhook", async () => {
  const answer = await call(hook, {
    headers: {
      "x-hub-signature-256": "sha256=00",
      "x-github-event": "push",
      "x-github-delivery": "d-1",
      origin: "https://elsewhere.example",
    },
    body: '{"ref":"refs/heads/main" }\n',
  });
  expect(answer.status).toBe(202);
  expect(await answer.text()).toBe("");
  expect(panel.worker.asks.at(-1)).toEqual({
    name: "deploys.webhook",
    input: {
      botId,
      push: {
        body: Buffer.from('{"ref":"refs/heads/main" }\n').toString("base64"),
        signature: "sha256=00",
        token: "",
        event: "push",
        delivery: "d-1",
      },
    },
  });
  expect(await deeds()).toEqual([{ actorKind: "webhook", actorId: null, address: "192.0.2.9", detail: { number: 3 } }]);
});

test("GitLab and Gitea are read as well", async () => {
  await call(hook, { headers: { "x-gitlab-token": "s", "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": "u" } });
  expect(panel.worker.asks.at(-1)?.input).toMatchObject({
    push: { token: "s", event: "Push Hook", delivery: "u" },
  });
  await call(hook, { headers: { "x-gitea-signature": "ab", "x-gitea-event": "push", "x-gitea-delivery": "g" } });
  expect(panel.worker.asks.at(-1)?.input).toMatchObject({ push: { signature: "ab", event: "push", delivery: "g" } });
});

test("what leads to no deploy is answered with nothing and not remembered", async () => {
  for (const why of ["off", "event", "branch", "busy"] as const) {
    panel.worker.push.answer = { outcome: "ignored", why };
    expect((await call(hook)).status).toBe(204);
  }
  expect(await deeds()).toEqual([]);
});

test("a bad signature and an address that is not there are answered alike", async () => {
  panel.worker.refuse("deploys.webhook", new AppError("webhook_refused"));
  const said = async (answer: Response) => {
    const { instance, ...rest } = await answer.json();
    return [answer.status, rest, ...answer.headers];
  };
  const refused = await said(await call(hook));
  expect(refused[0]).toBe(404);
  const before = panel.worker.asks.length;
  for (const path of [
    `/api/hooks/${"0".repeat(32)}`,
    "/api/hooks/",
    `${hook}/x`,
    `${hook.slice(0, -1)}`,
    `/api/hooks/${botId}`,
  ])
    expect(await said(await call(path)), path).toEqual(refused);
  for (const method of ["GET", "PUT", "DELETE"]) expect(await said(await call(hook, { method }))).toEqual(refused);
  expect(panel.worker.asks.length).toBe(before);
  expect(await deeds()).toEqual([]);
});

test("a delivery that was told before is refused, and a worker that is away is said so that hosts try again", async () => {
  panel.worker.refuse("deploys.webhook", new AppError("webhook_replayed"));
  expect((await call(hook)).status).toBe(409);
  panel.worker.refuse("deploys.webhook", new AppError("worker_away"));
  expect((await call(hook)).status).toBe(503);
  expect(await deeds()).toEqual([]);
});

test("a body over 5 MB is refused, whatever length it says it has", async () => {
  const before = panel.worker.asks.length;
  expect((await call(hook, { body: "x".repeat(5 * 1024 * 1024 + 1) })).status).toBe(413);
  expect((await call(hook, { headers: { "content-length": "99999999" } })).status).toBe(413);
  // Cancelled, it would take the answer along from who goes on sending.
  let cancelled = false;
  const body = new ReadableStream({
    pull: (to) => to.enqueue(new Uint8Array(1024 * 1024)),
    cancel: () => {
      cancelled = true;
    },
  });
  expect((await call(hook, { body })).status).toBe(413);
  expect(cancelled).toBe(false);
  expect(panel.worker.asks.length).toBe(before);
});

test("one webhook is called 30 times a minute from one place, from others and others meanwhile as well", async () => {
  const all = await Promise.all(Array.from({ length: 35 }, () => call(hook)));
  expect(all.filter(({ status }) => status === 429)).toHaveLength(5);
  expect((await call(hook, { headers: { "x-botyard-peer": "198.51.100.7" } })).status).toBe(202);
  const [first] = await panel.db.bot.findMany({ where: { hookId: { not: null }, id: { not: botId } }, take: 1 });
  expect((await call(`/api/hooks/${first?.hookId}`)).status).toBe(202);
});

test("the rest of the API still asks where a write comes from", async () => {
  const from = { ...owner.asker, origin: "https://elsewhere.example" };
  const made = await panel.ask(from, "POST", `/v1/bots/${botId}/deploys/hook`);
  expect(made.body).toMatchObject({ code: "wrong_origin" });
});

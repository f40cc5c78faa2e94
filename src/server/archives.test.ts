import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import type { RpcName } from "#contracts/rpc";
import { nobody, openTestPanel, type Person, type TestPanel } from "./testing/panel";

/* What people ask that takes longer: unpacking, packing, fetching, uploading. Who may, what the worker is asked, what is remembered. */

let panel: TestPanel;
let owner: Person;
let stranger: Person;
let member: Person;
let botId: string;
const transferId = "abcdefghijklmnop";

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  stranger = await panel.person("stina");
  member = await panel.person("mia");
  botId = await panel.bot(owner, "Bot");
});
afterAll(() => panel?.close());
beforeEach(async () => {
  panel.worker.asks.length = 0;
  await panel.db.auditEntry.deleteMany();
});

/** Gives the member exactly these permissions. */
async function grant(...permissions: string[]): Promise<void> {
  await panel.db.grant.deleteMany({ where: { userId: member.id } });
  await panel.db.grant.create({ data: { userId: member.id, botId, permissions } });
}

const ask = (asker: Record<string, string>, method: string, path: string, body?: unknown) =>
  panel.ask(asker, method, `/v1/bots/${botId}${path}`, body);
const entries = async () =>
  (await panel.db.auditEntry.findMany()).map(({ action, actorId, detail }) => ({ action, actorId, detail }));

type Verb = {
  /** What makes it: method, path, body. */
  asked: readonly ["GET" | "POST", string, Record<string, unknown>?];
  permission: string;
  rpc: RpcName;
  remembered?: { action: string; detail: Record<string, unknown> };
};
const selection = { folder: "src", names: ["a"] };
const verbs: Record<string, Verb> = {
  "looking into an archive": {
    asked: ["GET", "/files/extract?path=a.zip&to=out"],
    permission: "file:archive",
    rpc: "transfers.preview",
  },
  "asking for the formats": { asked: ["GET", "/files/formats"], permission: "file:list", rpc: "transfers.formats" },
  extracting: {
    asked: ["POST", "/files/extract", { path: "a.zip", to: "out" }],
    permission: "file:archive",
    rpc: "transfers.extract",
    remembered: { action: "file.extract", detail: { path: "a.zip", to: "out", conflict: "refuse" } },
  },
  packing: {
    asked: ["POST", "/files/pack", { selection, format: "tar.gz", path: "a.tar.gz" }],
    permission: "file:archive",
    rpc: "transfers.pack",
    remembered: { action: "file.pack", detail: { path: "a.tar.gz", from: "src", conflict: "refuse" } },
  },
  fetching: {
    asked: ["POST", "/files/pull", { url: "https://u:secret@example.com/a/b?key=secret#secret", to: "out", name: "c" }],
    permission: "file:upload",
    rpc: "transfers.pull",
    remembered: {
      action: "file.pull",
      detail: { source: "https://example.com/a/b", path: "out", conflict: "refuse" },
    },
  },
  uploading: {
    asked: ["POST", "/uploads", { to: "out", files: [{ path: "a", size: 1 }] }],
    permission: "file:upload",
    rpc: "transfers.upload",
    remembered: { action: "file.upload", detail: { path: "out", names: ["a"], count: 1, conflict: "refuse" } },
  },
  "asking how far an upload is": {
    asked: ["GET", `/uploads/${transferId}`],
    permission: "file:upload",
    rpc: "transfers.uploadState",
  },
  "asking how far anything is": {
    asked: ["GET", `/transfers/${transferId}`],
    permission: "file:list",
    rpc: "transfers.state",
  },
};

test.each(Object.entries(verbs))("%s is for who may, and is remembered", async (_what, verb) => {
  const { asked, permission, rpc, remembered } = verb;
  expect((await ask(nobody, ...asked)).status).toBe(401);
  expect((await ask(stranger.asker, ...asked)).status).toBe(404);
  await grant("bot:view", "file:read", "file:delete");
  expect(await ask(member.asker, ...asked)).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  expect([panel.worker.asks, await entries()]).toEqual([[], []]);
  await grant("bot:view", permission);
  expect((await ask(member.asker, ...asked)).status).toBeLessThan(300);
  expect(panel.worker.asks).toEqual([{ name: rpc, input: expect.objectContaining({ botId }) }]);
  expect(await entries()).toEqual(remembered ? [{ ...remembered, actorId: member.id }] : []);
  expect(JSON.stringify(await entries())).not.toContain("secret");
});

const overwriting = Object.entries(verbs).filter(([, { remembered }]) => remembered);
test.each(overwriting)("%s over what is there asks for more", async (_what, { asked, permission, rpc }) => {
  const [method, path, body] = asked;
  const over = () => ask(member.asker, method, path, { ...body, conflict: "overwrite" });
  await grant("bot:view", permission);
  expect(await over()).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  expect([panel.worker.asks, await entries()]).toEqual([[], []]);
  await grant("bot:view", permission, "file:write");
  expect((await over()).status).toBeLessThan(300);
  expect(panel.worker.asks.map(({ name }) => name)).toEqual([rpc]);
  expect(await entries()).toMatchObject([{ detail: { conflict: "overwrite" } }]);
});

test.each(overwriting)("%s that the worker refuses is not remembered", async (_what, { asked, rpc }) => {
  panel.worker.refuse(rpc, new AppError("transfer_busy"));
  expect(await ask(owner.asker, ...asked)).toMatchObject({ status: 429, body: { code: "transfer_busy" } });
  panel.worker.refuse(rpc, null);
  expect(await entries()).toEqual([]);
});

test("an upload is finished over what is there only by who may write, and cancelled by whoever began it", async () => {
  const finish = () => ask(member.asker, "POST", `/uploads/${transferId}/finish`, { conflict: "overwrite" });
  await grant("bot:view", "file:upload");
  expect((await finish()).status).toBe(403);
  await grant("bot:view", "file:upload", "file:write", "file:list");
  expect((await finish()).status).toBe(200);
  expect((await ask(member.asker, "DELETE", `/transfers/${transferId}`)).status).toBe(200);
  const on = { botId, hidden: [], owner: member.id, transferId };
  expect(panel.worker.asks).toEqual([
    { name: "transfers.uploadState", input: on },
    { name: "transfers.finish", input: { ...on, conflict: "overwrite", conflicts: [] } },
    { name: "transfers.cancel", input: on },
  ]);
  expect((await ask(stranger.asker, "DELETE", `/transfers/${transferId}`)).status).toBe(404);
});

test.each([
  ["POST", "/files/pull", { url: "" }],
  ["POST", "/files/pull", { url: "https://a/", conflict: "maybe" }],
  ["POST", "/files/pull", { url: `https://a/${"x".repeat(2_048)}` }],
  ["POST", "/files/pack", { selection, format: "rar", path: "a" }],
  ["POST", "/files/extract", { to: "out" }],
  ["POST", "/uploads", { files: [] }],
  ["POST", "/uploads", { files: [{ path: "a", size: -1 }] }],
  ["POST", "/uploads", { files: Array.from({ length: 5_001 }, (_, n) => ({ path: `${n}`, size: 0 })) }],
  ["GET", "/transfers/..%2f..%2fx", undefined],
])("%s %s of %j is said to be wrong", async (method, path, body) => {
  expect(await ask(owner.asker, method, path, body)).toMatchObject({ status: 400, body: { code: "bad_input" } });
  expect(panel.worker.asks).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { BotPermission } from "#contracts/access";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

/* Which permissions each way to change or read a bot's files takes. */

let panel: TestPanel;
let owner: Person;
let member: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
  member = await panel.person("mia");
  botId = await panel.bot(owner, "bot");
});
afterAll(() => panel?.close());

const ask = (method: string, path: string, body?: unknown) =>
  panel.ask(member.asker, method, `/v1/bots/${botId}${path}`, body);
const grant = (...permissions: BotPermission[]) =>
  panel.db.grant.upsert({
    where: { botId_userId: { botId, userId: member.id } },
    create: { botId, userId: member.id, permissions },
    update: { permissions },
  });

const mayDo: [string, string, string, unknown, BotPermission[]][] = [
  ["list", "GET", "/files", undefined, ["file:list"]],
  ["read", "GET", "/files/content?path=a", undefined, ["file:read"]],
  ["make a file", "PUT", "/files/content", { path: "a", text: "", etag: null }, ["file:create"]],
  ["save a file", "PUT", "/files/content", { path: "a", text: "", etag: "e1" }, ["file:write"]],
  ["save whatever is there", "PUT", "/files/content", { path: "a", text: "" }, ["file:create", "file:write"]],
  ["make a folder", "POST", "/files/folder", { path: "a" }, ["file:create"]],
  ["move", "POST", "/files/move", { from: ["a"], to: "b" }, ["file:move"]],
  [
    "move over what is there",
    "POST",
    "/files/move",
    { from: ["a"], to: "b", conflict: "overwrite" },
    ["file:move", "file:write", "file:delete"],
  ],
  [
    "copy",
    "POST",
    "/files/move",
    { from: ["a"], to: "b", copy: true, conflict: "keepBoth" },
    ["file:create", "file:read"],
  ],
  [
    "copy over what is there",
    "POST",
    "/files/move",
    { from: ["a"], to: "b", copy: true, conflict: "overwrite" },
    ["file:create", "file:read", "file:write", "file:delete"],
  ],
  ["delete", "POST", "/files/delete", { paths: ["a"] }, ["file:delete"]],
  ["change bits", "POST", "/files/mode", { path: "a", mode: 0o600 }, ["file:chmod"]],
  ["see the usage", "GET", "/files/usage", undefined, ["file:list"]],
  ["see the trash", "GET", "/trash", undefined, ["file:list"]],
  ["restore", "POST", "/trash/0123456789abcdef/restore", undefined, ["file:create"]],
  ["empty the trash", "DELETE", "/trash", undefined, ["file:delete"]],
  ["see earlier contents", "GET", "/files/history?path=a", undefined, ["file:read"]],
  ["ask what an upload would replace", "POST", "/uploads/taken", { paths: ["a"] }, ["file:upload"]],
  ["end an upload", "POST", `/uploads/${"a".repeat(16)}/finish`, {}, ["file:upload"]],
  [
    "end an upload over what is there",
    "POST",
    `/uploads/${"a".repeat(16)}/finish`,
    { conflict: "overwrite" },
    ["file:upload", "file:write"],
  ],
  [
    "end an upload over one file that is there",
    "POST",
    `/uploads/${"a".repeat(16)}/finish`,
    { conflict: "skip", conflicts: [{ path: "a", conflict: "overwrite" }] },
    ["file:upload", "file:write"],
  ],
  ["read an earlier content", "GET", "/files/history/0123456789abcdef?path=a", undefined, ["file:read"]],
];
const filePermissions = [
  "file:list",
  "file:read",
  "file:create",
  "file:write",
  "file:move",
  "file:delete",
  "file:chmod",
  "file:upload",
] as const;

test.each(mayDo)(
  "to %s takes its permissions, all of them and no others",
  async (_what, method, path, body, needed) => {
    await grant("bot:view", ...needed);
    expect((await ask(method, path, body)).status).toBe(200);
    for (const lacking of needed) {
      await grant("bot:view", ...filePermissions.filter((one) => one !== lacking));
      const asked = panel.worker.asks.length;
      expect(await ask(method, path, body)).toMatchObject({
        status: 403,
        body: { code: "not_allowed", values: { permission: lacking } },
      });
      expect(panel.worker.asks.length).toBe(asked);
    }
  },
);

import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "#contracts/errors";
import { EDIT_BYTES, fileContent } from "#contracts/files";
import { openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
let botId: string;

beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
});
afterAll(() => panel?.close());
beforeEach(async () => {
  botId = await panel.bot(owner, `bot ${panel.worker.definitions.size}`);
});

const ask = (who: typeof owner, method: string, path: string, body?: unknown) =>
  panel.ask(who.asker, method, `/v1/bots/${botId}${path}`, body);
const entries = () =>
  panel.db.auditEntry.findMany({
    where: { botId, action: { not: "bot.create" } },
    orderBy: { id: "asc" },
    select: { action: true, detail: true },
  });

test("what is asked reaches the worker as it came, and what was done is remembered without what is in it", async () => {
  const text = "the secret of the file";
  const steps: [string, string, unknown, string, unknown][] = [
    [
      "GET",
      "/files?path=a/b&order=size&descending=true&offset=500&limit=10",
      undefined,
      "files.list",
      { query: { path: "a/b", order: "size", descending: true, offset: 500, limit: 10 } },
    ],
    ["GET", "/files/content?path=a%2F..%2Fb", undefined, "files.read", { path: "a/../b" }],
    [
      "PUT",
      "/files/content",
      { path: "a.js", text, etag: null },
      "files.write",
      { write: { path: "a.js", text, etag: null }, author: "otto" },
    ],
    [
      "PUT",
      "/files/content",
      { path: "a.js", text, etag: "e1" },
      "files.write",
      { write: { path: "a.js", text, etag: "e1" }, author: "otto" },
    ],
    ["POST", "/files/folder", { path: "src" }, "files.makeFolder", { path: "src" }],
    [
      "POST",
      "/files/move",
      { from: ["a.js"], to: "src", name: "b.js" },
      "files.move",
      { move: { from: ["a.js"], to: "src", name: "b.js", copy: false, conflict: "refuse" } },
    ],
    [
      "POST",
      "/files/move",
      { from: ["a", "b"], to: "", copy: true, conflict: "overwrite" },
      "files.move",
      { move: { from: ["a", "b"], to: "", copy: true, conflict: "overwrite" } },
    ],
    ["POST", "/files/delete", { paths: ["a", "b"] }, "files.remove", { paths: ["a", "b"] }],
    ["POST", "/files/mode", { path: "run.sh", mode: 0o755 }, "files.setMode", { path: "run.sh", mode: 0o755 }],
    ["GET", "/files/usage", undefined, "files.usage", {}],
    ["GET", "/trash", undefined, "files.trash", {}],
    ["POST", "/trash/0123456789abcdef/restore", undefined, "files.restore", { trashId: "0123456789abcdef" }],
    ["DELETE", "/trash", undefined, "files.purge", {}],
    ["GET", "/files/history?path=a.js", undefined, "files.history", { path: "a.js" }],
    [
      "GET",
      "/files/history/0123456789abcdef?path=a.js",
      undefined,
      "files.version",
      { path: "a.js", versionId: "0123456789abcdef" },
    ],
  ];
  for (const [method, path, body, name, input] of steps) {
    expect([path, (await ask(owner, method, path, body)).status]).toEqual([path, 200]);
    expect(panel.worker.asks.at(-1)).toEqual({ name, input: { botId, hidden: [], ...Object(input) } });
  }
  expect(await entries()).toEqual([
    { action: "file.create", detail: { path: "a.js" } },
    { action: "file.write", detail: { path: "a.js" } },
    { action: "file.makeFolder", detail: { path: "src" } },
    { action: "file.move", detail: { to: "src/b.js", paths: ["a.js"], count: 1 } },
    { action: "file.copy", detail: { to: "", conflict: "overwrite", paths: ["a", "b"], count: 2 } },
    { action: "file.delete", detail: { paths: ["a", "b"], count: 2 } },
    { action: "file.chmod", detail: { path: "run.sh", mode: "755" } },
    { action: "file.restore", detail: { path: "back/where.it.lay" } },
    { action: "file.purge", detail: {} },
  ]);
});

test("of many, those that failed or were skipped are not remembered", async () => {
  panel.worker.refusePath("gone", new AppError("file_missing", { path: "gone" }));
  panel.worker.refusePath("same", "skip");
  const answer = await ask(owner, "POST", "/files/delete", { paths: ["here", "gone", "same"] });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      results: [
        { from: "here", outcome: "done" },
        { from: "gone", outcome: "failed", code: "file_missing", values: { path: "gone" } },
        { from: "same", outcome: "skipped" },
      ],
    },
  });
  expect((await ask(owner, "POST", "/files/move", { from: ["gone", "same"], to: "x" })).status).toBe(200);
  expect(await entries()).toEqual([{ action: "file.delete", detail: { paths: ["here"], count: 1 } }]);
});

test("what the worker refuses is said as it is, and did not happen", async () => {
  const refusals: [Parameters<TestPanel["worker"]["refuse"]>[0], AppError, string, string, unknown][] = [
    [
      "files.write",
      new AppError("file_changed", { path: "a" }),
      "PUT",
      "/files/content",
      { path: "a", text: "", etag: "e0" },
    ],
    ["files.makeFolder", new AppError("file_exists", { path: "a" }), "POST", "/files/folder", { path: "a" }],
    ["files.move", new AppError("worker_away"), "POST", "/files/move", { from: ["a"], to: "b" }],
    [
      "files.remove",
      new AppError("disk_unwritable", { detail: "full", path: "x" }),
      "POST",
      "/files/delete",
      { paths: ["a"] },
    ],
    ["files.setMode", new AppError("file_special", { path: "a" }), "POST", "/files/mode", { path: "a", mode: 0 }],
    ["files.restore", new AppError("trash_gone"), "POST", "/trash/0123456789abcdef/restore", undefined],
    ["files.purge", new AppError("disk_unwritable", { detail: "full", path: "x" }), "DELETE", "/trash", undefined],
    ["files.list", new AppError("file_not_folder", { path: "a" }), "GET", "/files?path=a", undefined],
    ["files.version", new AppError("version_gone"), "GET", "/files/history/0123456789abcdef?path=a", undefined],
  ];
  const statuses = [412, 409, 503, 507, 409, 410, 507, 409, 410];
  for (const [at, [name, error, method, path, body]] of refusals.entries()) {
    panel.worker.refuse(name, error);
    try {
      expect(await ask(owner, method, path, body)).toMatchObject({
        status: statuses[at],
        body: { code: error.code, detail: error.message },
      });
    } finally {
      panel.worker.refuse(name, null);
    }
  }
  expect(await entries()).toEqual([]);
});

test("while whole trees are moved, nobody waits for a connection to the database", async () => {
  const people = await Promise.all(["una", "vera", "wim"].map((name) => panel.person(name, "admin")));
  const release = panel.worker.hold("files.move");
  const asked = panel.worker.asks.length;
  // As many as each may have under way, and more of them in all than the web has connections.
  const moves = people.flatMap((person) =>
    Array.from({ length: 4 }, () => ask(person, "POST", "/files/move", { from: ["a"], to: "b" })),
  );
  try {
    await vi.waitFor(() => expect(panel.worker.asks.length).toBe(asked + 12));
    expect((await ask(people[0] ?? owner, "POST", "/files/move", { from: ["a"], to: "b" })).status).toBe(429);
    expect((await ask(owner, "POST", "/files/folder", { path: "new" })).status).toBe(200);
  } finally {
    release();
  }
  expect((await Promise.all(moves)).map(({ status }) => status)).toEqual(moves.map(() => 200));
  expect(await entries()).toHaveLength(13);
});

test("a path of any signs reaches the worker, which refuses it, and no database stumbles over it", async () => {
  panel.worker.refuse("files.makeFolder", new AppError("path_unsafe", { path: "?", why: "is odd" }));
  try {
    for (const path of ["a\0b", "\ud800", "..\\..", "/etc/passwd", "%2e%2e/", "a\u202eb"])
      expect(await ask(owner, "POST", "/files/folder", { path })).toMatchObject({
        status: 400,
        body: { code: "path_unsafe" },
      });
  } finally {
    panel.worker.refuse("files.makeFolder", null);
  }
  expect((await ask(owner, "POST", "/files/folder", { path: "x".repeat(4_097) })).status).toBe(400);
  expect(await entries()).toEqual([]);
});

test("a text is held to the ETag that it was read by, as to its etag", async () => {
  const at = `/v1/bots/${botId}/files/content`;
  const read = fileContent.parse((await ask(owner, "GET", "/files/content?path=a")).body);
  let mark = "";
  const seen = ({ headers }: Response) => {
    mark = headers.get("etag") ?? "";
  };
  await panel.ask(owner.asker, "GET", `${at}?path=a`, undefined, seen);
  const save = (expected: string) =>
    panel.ask({ ...owner.asker, "if-match": expected }, "PUT", at, { path: "a", text: "b" }, seen);
  const asked = () => panel.worker.asks.filter(({ name }) => name === "files.write").length;
  expect((await save(mark)).status).toBe(200);
  expect(panel.worker.asks.at(-1)).toMatchObject({ input: { write: { path: "a", text: "b", etag: read.etag } } });
  // The answer's own leads on.
  expect((await save(mark)).status).toBe(200);
  const before = asked();
  expect((await save("W/x")).body).toMatchObject({ status: 412, code: "precondition_failed" });
  expect(asked()).toBe(before);
});

test("the largest text for the editor is saved, however it is written as JSON; one byte more is not", async () => {
  const save = (text: string) => ask(owner, "PUT", "/files/content", { path: "a", text, etag: null });
  expect((await save('"'.repeat(EDIT_BYTES))).status).toBe(200);
  expect((await save("ä".repeat(EDIT_BYTES / 2))).status).toBe(200);
  expect((await save(`${"x".repeat(EDIT_BYTES)}.`)).status).toBe(400);
  expect((await entries()).length).toBe(2);
  expect((await ask(owner, "POST", "/files/folder", { path: "x".repeat(EDIT_BYTES) })).status).toBe(413);
});

test("an entry of a thousand paths keeps them all, and shows the first of them with their number", async () => {
  const paths = Array.from({ length: 1_000 }, (_, n) => `file-${n}`);
  expect((await ask(owner, "POST", "/files/delete", { paths })).status).toBe(200);
  expect(await entries()).toEqual([{ action: "file.delete", detail: { paths, count: 1_000 } }]);
  const shown = await ask(owner, "GET", "/activity");
  expect(shown.body).toMatchObject({ entries: [{ detail: { paths: paths.slice(0, 20), count: 1_000 } }, {}] });
  expect((await ask(owner, "POST", "/files/delete", { paths: [...paths, "one more"] })).status).toBe(400);
});

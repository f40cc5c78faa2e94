import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AppError, errorTable, isErrorCode, retryAfter } from "#contracts/errors";
import { PROBLEM, problem } from "#contracts/problem";
import { database } from "#prisma/db";
import { serveApi } from "./api";
import { HOST, nobody, openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let owner: Person;
beforeAll(async () => {
  panel = await openTestPanel();
  owner = await panel.person("otto");
});
afterAll(() => panel?.close());

const ask = async (method: string, path: string, headers: Record<string, string> = owner.asker) => {
  const all = { host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1", ...headers };
  return serveApi(new Request(`http://${HOST}${path}`, { method, headers: all }));
};

test("every way to fail is answered as problem details, also where bytes or pushes go", async () => {
  const tried: [string, string, number, string, Record<string, string>?][] = [
    ["GET", "/api/v1/me", 401, "not_signed_in", nobody],
    ["GET", "/api/v1/bots/abcdefghij", 404, "not_found"],
    ["GET", "/api/v1/nothing/of/this", 404, "not_found"],
    ["GET", "/api/v1/bots/abcdefghij/log/file", 404, "not_found"],
    ["GET", "/api/v1/bots/abcdefghij/files/download?path=a", 404, "not_found"],
    ["PUT", "/api/v1/imports/aaaaaaaaaaaaaaaa/files/x?offset=0", 400, "bad_input"],
    ["POST", `/api/hooks/${"0".repeat(32)}`, 404, "not_found"],
    ["DELETE", "/api/v1/bots", 405, "method_unknown"],
    ["POST", "/api/v1/bots", 413, "body_too_large", { ...owner.asker, "content-length": "99999999" }],
  ];
  for (const [method, path, status, code, headers] of tried) {
    const answer = await ask(method, path, headers);
    expect([path, answer.status, answer.headers.get("content-type")]).toEqual([path, status, PROBLEM]);
    const instance = path.split("?")[0];
    expect(problem.parse(await answer.json())).toMatchObject({ type: `/api/docs#${code}`, status, code, instance });
  }
  expect((await ask("GET", "/api/v1/me", nobody)).headers.get("www-authenticate")).toBe("Bearer");
  expect((await ask("DELETE", "/api/v1/bots")).headers.get("allow")).toBe("GET, POST");
  const head = await ask("HEAD", "/api/v1/me");
  expect([head.status, head.headers.has("etag"), await head.text()]).toEqual([200, true, ""]);
  expect((await ask("HEAD", "/api/v1/bots/abcdefghij")).status).toBe(404);
  const options = await ask("OPTIONS", "/api/v1/bots/abcdefghij/env/KEY");
  expect([options.status, options.headers.get("allow")]).toEqual([204, "DELETE, PUT"]);
});

test("a mistake of ours is told by a number that the log has, and by nothing else of it", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const look = vi.spyOn(database().user, "findUnique").mockRejectedValue(new Error("inner words"));
  try {
    const answer = await ask("GET", "/api/v1/me");
    const told = problem.parse(await answer.json());
    expect(told).toMatchObject({ type: "about:blank", status: 500, code: "unexpected" });
    expect(JSON.stringify(told)).not.toContain("inner words");
    expect(log.mock.calls).toEqual([[`[${told.values.id}]`, expect.objectContaining({ message: "inner words" })]]);
  } finally {
    look.mockRestore();
    log.mockRestore();
  }
});

test("whoever is to ask again is told when: every 429 and 503 says it", async () => {
  for (const [code, { status }] of Object.entries(errorTable)) {
    if (!isErrorCode(code)) continue;
    const seconds = retryAfter(new AppError(code));
    expect([code, seconds !== undefined]).toEqual([code, status === 429 || status === 503]);
  }
  expect(retryAfter(new AppError("too_many_tries", { seconds: 17 }))).toBe(17);
  panel.worker.refuse("imports.create", new AppError("import_busy"));
  try {
    const asked = new Request(`http://${HOST}/api/v1/imports`, {
      method: "POST",
      headers: { ...owner.asker, host: HOST, origin: `http://${HOST}`, "content-type": "application/json" },
      body: JSON.stringify({ kind: "template", template: "demo-js" }),
    });
    const busy = await serveApi(asked);
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "5"]);
  } finally {
    panel.worker.refuse("imports.create", null);
  }
});

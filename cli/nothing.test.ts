import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runHere } from "./testing/here";

/* What says “none”, “never” or nothing at all to an option, as the panel hears it. */

let server: Server;
/** What was asked of the panel to be changed. */
let changes: unknown[];

const limits = { bots: 7, memoryMb: 9, diskMb: null };
const ada = { id: "ada", name: "Ada", email: "ada@example.com", limits, bounds: limits };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (request.method !== "GET") changes.push(JSON.parse(body));
    const answer = request.url === "/api/v1/limits" ? limits : { ...ada, users: [ada], next: null, token: "" };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("BOTYARD_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("BOTYARD_TOKEN", "t");
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  changes = [];
});

test("a limit is lifted by none, and only that", async () => {
  expect(await runHere("limits", "--bots", "none")).toMatchObject({ exit: 0 });
  expect(await runHere("user", "limits", "ada", "--memory-mb", "none", "--json")).toMatchObject({ exit: 0 });
  expect(changes).toEqual([{ ...limits, bots: null }, { limits: { ...limits, memoryMb: null } }]);
});

test("looking at limits changes none, also as JSON", async () => {
  expect(await runHere("limits", "--json")).toMatchObject({ exit: 0 });
  expect(await runHere("limits", "--dry-run")).toMatchObject({ exit: 0, out: expect.stringContaining("bots: 7") });
  expect(await runHere("user", "limits", "ada")).toMatchObject({ exit: 0 });
  expect(changes).toEqual([]);
});

test("a key that never expires, and a ban without an end", async () => {
  await runHere("key", "create", "k", "--everything", "--days", "never");
  await runHere("ban", "add", "email", "a@example.com", "--days", "none");
  expect(changes).toMatchObject([{ days: null }, { until: null }]);
});

test("an invite is asked with what invites have, and nothing of the command line", async () => {
  await runHere("invite", "create", "--json");
  expect(changes).toEqual([{ hours: 168, note: "", role: "user" }]);
});

test("an invite for no time that there is is refused before the panel is asked", async () => {
  for (const hours of ["soon", "0", "1.5", "721"])
    expect([hours, await runHere("invite", "create", "--hours", hours)]).toMatchObject([hours, { exit: 2 }]);
  expect(changes).toEqual([]);
});

test("a field of call that may be a number or null is either, and never null for what is no number", async () => {
  for (const days of ["30", "null", "soon"]) await runHere("call", "audit.setRetention", `keepDays=${days}`, "--yes");
  expect(changes).toEqual([{ keepDays: 30 }, { keepDays: null }, { keepDays: "soon" }]);
});

test("call says what an address lacks, before anything is asked", async () => {
  expect(await runHere("call", "bots.delete", "--yes")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("bot="),
  });
  expect(changes).toEqual([]);
});

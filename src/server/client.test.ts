import { createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFailure, taken } from "#client/failure";
import { type Api, api } from "#contracts/api/index";
import { FRAME_BYTES, requests } from "#contracts/events";
import { SEALED, sealedContext } from "#contracts/sealed";
import { ticketClaims } from "#contracts/ticket";
import { serveApi } from "./api";
import { apiPage } from "./api-page";
import { openApi, operationsOf } from "./openapi";
import { secret } from "./secrets";
import { keyOf, openTestPanel, type Person, type TestPanel } from "./testing/panel";

let panel: TestPanel;
let server: Server;
let client: ContractRouterClient<Api>;
let owner: Person;

beforeAll(async () => {
  panel = await openTestPanel("own");
  owner = await panel.person("otto");
  const key = await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000));
  server = createServer(async (asked, answer) => {
    const body = asked.method === "GET" ? undefined : Readable.toWeb(asked);
    const headers = new Headers(Object.entries(asked.headers).map(([name, value]) => [name, String(value)]));
    const init = { method: asked.method, headers, body, duplex: "half" };
    const response = await serveApi(new Request(`http://${asked.headers.host}${asked.url}`, init as RequestInit));
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    answer.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const link = new OpenAPILink(api, {
    url: `http://127.0.0.1:${port}/api`,
    headers: key,
    fetch: async (request, init) => taken(await fetch(request, init)),
  });
  client = createORPCClient(link);
});
afterAll(async () => {
  await new Promise((resolve) => {
    server?.close(resolve);
    server?.closeAllConnections();
  });
  await panel?.close();
});

const upload = () => client.imports.create({ kind: "upload", files: [{ path: "a.zip", size: 9_000_000 }] });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test("the contract's client brings chunks as they are", async () => {
  const { id } = await upload();
  const bytes = randomBytes(8 * 1024 * 1024);
  const body = new Blob([bytes]);
  await client.imports.chunk({ params: { importId: id, file: 0 }, query: { offset: 0 }, body });
  expect(panel.worker.chunks.at(-1)?.equals(bytes)).toBe(true);
  expect(panel.worker.asks.at(-1)).toEqual({
    name: "chunk",
    input: { owner: owner.id, importId: id, file: "0", offset: "0" },
  });
  // A file that looks like JSON is still a file.
  const json = new Blob(['{"a":1}'], { type: "application/json" });
  await client.imports.chunk({ params: { importId: id, file: 0 }, query: { offset: 8_388_608 }, body: json });
  expect(panel.worker.chunks.at(-1)?.toString()).toBe('{"a":1}');
});

test("a chunk that is too big is refused, whether it says its length or not", async () => {
  const { id } = await upload();
  const before = panel.worker.chunks.length;
  const big = new Blob([new Uint8Array(8 * 1024 * 1024 + 1)]);
  const told = await failure(
    client.imports.chunk({ params: { importId: id, file: 0 }, query: { offset: 0 }, body: big }),
  );
  expect(readFailure(told)).toEqual({ code: "chunk_too_big", values: { limit: "8 MB" } });
  const silent = await serveApi(
    new Request(`http://x/api/v1/imports/${id}/files/0?offset=0`, {
      method: "PUT",
      headers: {
        "content-type": "application/octet-stream",
        ...(await keyOf(panel.db, owner.id, new Date(Date.now() + 9_000))),
      },
      body: big.stream(),
      duplex: "half",
    } as RequestInit),
  );
  expect(silent.status).toBe(413);
  expect(panel.worker.chunks.length).toBe(before);
});

test("codes and values come through", async () => {
  expect(readFailure(await failure(client.bots.get({ botId: "aaaaaaaaaa" })))).toEqual({
    code: "not_found",
    values: { what: "bot" },
  });
  expect((await client.log.read({ botId: await panel.bot(owner, "logs"), after: "3.10", limit: 5 })).lines).toEqual([]);
  expect(panel.worker.asks.at(-1)).toMatchObject({
    name: "bots.log",
    input: { query: { after: { run: 3, offset: 10 }, limit: 5, source: "console" } },
  });
});

test("a sealed value opens with the key, at its own place only", async () => {
  const botId = await panel.bot(owner, "sealed");
  await client.env.set({ botId, key: "MY_SECRET", value: "päss", secret: true });
  const sealed = panel.worker.definitions.get(botId)?.env[0]?.value ?? "";
  const open = (context: string) => {
    const [version, iv, tag, text] = sealed.split(".");
    expect(version).toBe("v1");
    const decipher = createDecipheriv(SEALED.algorithm, secret("sealKey"), Buffer.from(iv ?? "", "base64url"));
    decipher.setAAD(Buffer.from(context)).setAuthTag(Buffer.from(tag ?? "", "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(text ?? "", "base64url")), decipher.final()]).toString();
  };
  expect(open(sealedContext(botId, "MY_SECRET"))).toBe("päss");
  expect(() => open(sealedContext(botId, "OTHER"))).toThrow();
});

test("a ticket names the bots of its person", async () => {
  const botId = await panel.bot(owner, "ticket");
  const member = await panel.person("mia");
  await panel.db.grant.create({
    data: { botId, userId: member.id, permissions: ["console:read", "bot:view", "bot:delete"] },
  });
  const admin = await panel.person("ada", "admin");
  const claimsOf = async (asker: Record<string, string>) => {
    const { body } = await panel.ask(asker, "POST", "/v1/live/ticket");
    const ticket = typeof body === "object" && body && "ticket" in body ? String(body.ticket) : "";
    const [claims = "", mac] = ticket.split(".");
    expect(createHmac("sha256", secret("ticketKey")).update(claims).digest("base64url")).toBe(mac);
    return ticketClaims.parse(JSON.parse(Buffer.from(claims, "base64url").toString()));
  };
  const mine = await claimsOf(owner.asker);
  expect(mine).toMatchObject({ userId: owner.id, tokenVersion: 1 });
  expect(mine.bots).toHaveProperty(botId, ["bot:view", "console:read", "deploy:read"]);
  expect((await claimsOf(member.asker)).bots).toEqual({ [botId]: ["bot:view", "console:read"] });
  expect((await claimsOf(admin.asker)).bots).toBe("all");
  expect((await claimsOf(owner.asker)).id).not.toBe(mine.id);
});

test("a ticket for 300 bots fits into a frame of the gateway, and into a renewal", async () => {
  const many = await panel.person("max");
  await panel.db.bot.createMany({
    data: Array.from({ length: 300 }, (_, index) => ({
      id: `many${String(index).padStart(6, "0")}`,
      nodeId: "node1",
      ownerId: many.id,
      name: `many ${index}`,
      nameKey: `many ${index}`,
      runtime: "node",
      entry: "index.js",
      source: {},
      settings: {},
    })),
  });
  const { body } = await panel.ask(many.asker, "POST", "/v1/live/ticket");
  const ticket = typeof body === "object" && body && "ticket" in body ? String(body.ticket) : "";
  expect(Object.keys(JSON.parse(Buffer.from(ticket.split(".")[0] ?? "", "base64url").toString()).bots)).toHaveLength(
    300,
  );
  expect(JSON.stringify({ ticket }).length).toBeLessThan(FRAME_BYTES / 2);
  expect(requests.renew.input.parse({ ticket })).toEqual({ ticket });
});

test("the document names every operation with its permission, and the page shows it with one script of our own", async () => {
  const document = await openApi();
  expect(document.openapi).toMatch(/^3\.1/);
  const all = operationsOf(document);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((one) => !Reflect.get(one, "x-permission"))).toEqual([]);
  const page = await apiPage();
  for (const path of Object.keys(document.paths ?? {})) expect(page).toContain(`/api${path}`);
  // One script, of our own; nothing from elsewhere.
  expect(page.match(/<script[^>]*>/g)).toEqual(['<script src="/api-docs.js" defer>']);
  expect(page).not.toMatch(/<link|<img|(src|href)="(?!#|\/api\/|\/api-docs\.js")/);
});

test("without a database everything but health says so", async () => {
  await panel.stopDatabase();
  expect(readFailure(await failure(client.bots.list())).code).toBe("database_away");
  const health = await failure(client.panel.health());
  expect(health).toMatchObject({ status: 503, data: { body: { database: false, worker: true, status: "degraded" } } });
});

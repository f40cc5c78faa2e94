import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CHUNK_BYTES } from "#contracts/import";
import { actorOf } from "../../src/server/actor";
import { hashKey } from "../../src/server/key-use";
import { revokeKey } from "../../src/server/keys";
import { idOf, keyOf } from "../../src/server/testing/panel";
import { runCli } from "../support/cli";
import { freePort } from "../support/free-port";
import { openRealPanel, type Person, type RealPanel } from "../support/real-panel";
import { serve } from "../support/served";
import { HOST, type Kind, missing, type Running, startProxy } from "./proxy";

/* The panel behind a real nginx and a real Apache, with the configurations of docs/proxy.md. */

/** A machine of this one that no proxy is. */
const STRANGER = "127.0.0.9";

let panel: RealPanel;
let served: Awaited<ReturnType<typeof serve>>;
let owner: Person;
let botId: string;

const kinds: Kind[] = ["nginx", "apache"];
for (const kind of kinds) if (missing(kind)) console.warn(`${kind} is not tried: ${missing(kind)}`);
const some = kinds.some((kind) => !missing(kind));

beforeAll(async () => {
  if (!some) return;
  const gatewayPort = String(await freePort());
  vi.stubEnv("BOTYARD_GATEWAY_PORT", gatewayPort);
  vi.stubEnv("BOTYARD_PUBLIC_URL", `https://${HOST}`);
  vi.stubEnv("BOTYARD_TRUSTED_PROXIES", "127.0.0.1");
  panel = await openRealPanel({ BOTYARD_GATEWAY_PORT: gatewayPort, BOTYARD_PUBLIC_URL: `https://${HOST}` });
  served = await serve();
  owner = await panel.person("otto");
  botId = await panel.newBot(owner, "demo");
  expect((await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/start`)).status).toBe(200);
  await vi.waitFor(async () => {
    const { body } = await panel.ask(owner.asker, "GET", `/v1/bots/${botId}`);
    expect(body).toMatchObject({ live: { status: { state: "running" } } });
  });
});
afterAll(async () => {
  await served?.close();
  await panel?.close();
  vi.unstubAllEnvs();
});

const newKey = async (): Promise<string> =>
  (await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000))).authorization ?? "";

type Asked = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array };
/** Asks through the proxy, from another address than its own. */
const open = (port: number, path: string, { method = "GET", headers = {}, body }: Asked = {}) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const to = { host: "127.0.0.1", port, localAddress: STRANGER, servername: HOST, rejectUnauthorized: false };
    const length = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const asked = request(
      { ...to, path, method, agent: false, headers: { host: HOST, ...length, ...headers } },
      resolve,
    );
    asked.once("error", reject);
    asked.end(body);
  });
async function ask(port: number, path: string, asked?: Asked) {
  const answer = await open(port, path, asked);
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  const bytes = Buffer.concat(parts);
  const json = answer.headers["content-type"]?.includes("json") && !answer.headers["content-encoding"];
  return { status: answer.statusCode, headers: answer.headers, bytes, body: json ? JSON.parse(String(bytes)) : null };
}
const asJson = (value: unknown) => ({ body: JSON.stringify(value), headers: { "content-type": "application/json" } });

for (const kind of kinds)
  describe.skipIf(missing(kind))(kind, () => {
    let proxy: Running;
    let port: number;
    beforeAll(async () => {
      port = await freePort();
      proxy = await startProxy(kind, { port, panelPort: Number(new URL(served.url).port) });
    });
    afterAll(() => proxy?.close());

    test("a piece of 8 MB goes up, and parts of a file come down", async () => {
      const authorization = await newKey();
      const bytes = randomBytes(CHUNK_BYTES);
      const path = `${kind}.bin`;
      const announced = asJson({ to: "", files: [{ path, size: bytes.length }] });
      const made = await ask(port, `/api/v1/bots/${botId}/uploads`, {
        method: "POST",
        ...announced,
        headers: { ...announced.headers, authorization },
      });
      const upload = `/api/v1/bots/${botId}/uploads/${idOf(made.body)}`;
      const headers = { authorization, "content-type": "application/octet-stream" };
      const sent = await ask(port, `${upload}/files/0?offset=0`, { method: "PUT", headers, body: bytes });
      expect([sent.status, sent.body]).toMatchObject([200, { status: { received: bytes.length } }]);
      const { status } = await ask(port, `${upload}/finish`, {
        method: "POST",
        ...asJson({}),
        headers: { authorization, "content-type": "application/json" },
      });
      expect(status).toBe(200);
      const download = `/api/v1/bots/${botId}/files/download?path=${path}`;
      await vi.waitFor(async () =>
        expect((await ask(port, download, { method: "HEAD", headers: { authorization } })).status).toBe(200),
      );
      const range = { authorization, range: "bytes=5000000-5000999", "accept-encoding": "gzip" };
      const part = await ask(port, download, { headers: range });
      expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes 5000000-5000999/${bytes.length}`]);
      expect(part.bytes.equals(bytes.subarray(5_000_000, 5_001_000))).toBe(true);
    });

    test("marks come through as they are: what is known is not sent again, and changes are held to them", async () => {
      const headers = { authorization: await newKey(), "accept-encoding": "gzip" };
      const path = `/api/v1/bots/${botId}/env`;
      const read = await ask(port, path, { headers });
      const etag = read.headers.etag ?? "";
      expect(etag).toMatch(/^"[\w-]+"$/);
      expect((await ask(port, path, { headers: { ...headers, "if-none-match": etag } })).status).toBe(304);
      const set = (mark: string) =>
        ask(port, `${path}/${kind.toUpperCase()}`, {
          method: "PUT",
          body: JSON.stringify({ value: "1" }),
          headers: { ...headers, "content-type": "application/json", "if-match": mark },
        });
      expect((await set(etag)).status).toBe(200);
      expect((await set(etag)).status).toBe(412);
    });

    test("who asks is told by the proxy and not by themselves, and cookies keep to https", async () => {
      const authorization = await newKey();
      const forged = {
        "x-forwarded-for": "203.0.113.7",
        "x-real-ip": "203.0.113.7",
        "x-forwarded-host": "evil.example",
      };
      expect((await ask(port, "/api/v1/bots", { headers: { ...forged, authorization } })).status).toBe(200);
      const key = { hash: hashKey(authorization.replace("Bearer ", "")) };
      expect((await panel.db.apiKey.findUnique({ where: key }))?.lastUsedFrom).toBe(STRANGER);
      // Past the proxy the same words are a stranger's, too.
      const { headers } = await ask(port, "/api/auth/csrf", { headers: forged });
      const cookies = headers["set-cookie"] ?? [];
      expect(cookies.some((one) => one.startsWith("__Host-"))).toBe(true);
      expect(cookies.filter((one) => !/; Secure/.test(one) || one.includes("evil"))).toEqual([]);
      const { cookie = "" } = owner.asker;
      const from = (origin: string) =>
        ask(port, `/api/v1/bots/${botId}`, {
          method: "PATCH",
          body: JSON.stringify({ name: "demo" }),
          headers: { cookie, origin, "content-type": "application/json" },
        });
      expect((await from(`https://${HOST}`)).status).toBe(200);
      expect((await from("https://evil.example")).status).toBe(403);
    });

    test("events come as they happen, and end with the key", async () => {
      const authorization = await newKey();
      const headers = { authorization, "accept-encoding": "gzip" };
      const stream = await open(port, `/api/v1/bots/${botId}/log/stream`, { headers });
      let text = "";
      let ended = false;
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
      stream.once("close", () => (ended = true)).on("error", () => {});
      await vi.waitFor(() => expect(text).toContain("retry:"));
      const said = `hello by ${kind}`;
      const input = await panel.ask(owner.asker, "POST", `/v1/bots/${botId}/input`, { text: said });
      expect(input.status).toBe(200);
      // No more than a line or two: what collects first would keep them.
      await vi.waitFor(() => expect(text).toContain(said));
      const person = await actorOf(new Headers(owner.asker));
      const keyId = (await actorOf(new Headers({ authorization })))?.keyId;
      if (!person || keyId === undefined) throw new Error("nobody");
      await revokeKey(person, keyId);
      await vi.waitFor(() => expect(ended).toBe(true), 5_000);
    });

    test("the live connection and the tools for models go through", async () => {
      const authorization = await newKey();
      const { body: ticket } = await ask(port, "/api/v1/live/ticket", {
        method: "POST",
        ...asJson({}),
        headers: { authorization, "content-type": "application/json" },
      });
      const socket = io(`https://127.0.0.1:${port}`, {
        auth: ticket,
        transports: ["websocket"],
        reconnection: false,
        rejectUnauthorized: false,
        extraHeaders: { host: HOST, origin: `https://${HOST}` },
      });
      try {
        await new Promise((resolve, reject) =>
          socket.once("connect", () => resolve(null)).once("connect_error", reject),
        );
        expect(await socket.timeout(5_000).emitWithAck("watch", { topic: "fleet" })).toMatchObject({ ok: true });
      } finally {
        socket.close();
      }
      const asked = asJson({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      const accept = "application/json, text/event-stream";
      const listed = await ask(port, "/api/mcp", {
        method: "POST",
        ...asked,
        headers: { ...asked.headers, authorization, accept },
      });
      expect(listed.body.result.tools.length).toBeGreaterThan(5);
    });
  });

test.skipIf(missing("nginx"))(
  "nginx as it comes refuses a large piece, and the panel's words say what to do",
  async () => {
    const port = await freePort();
    const change = (config: string) => config.replace(/client_max_body_size .*/, "");
    const proxy = await startProxy("nginx", { port, panelPort: Number(new URL(served.url).port), change });
    const folder = mkdtempSync(join(tmpdir(), "by-large-"));
    try {
      writeFileSync(join(folder, "large.bin"), randomBytes(2 * 1024 * 1024));
      const { code, err } = await runCli(["files", "upload", botId, join(folder, "large.bin")], {
        env: {
          ...process.env,
          BOTYARD_URL: `https://localhost:${port}`,
          BOTYARD_TOKEN: (await newKey()).replace("Bearer ", ""),
          NODE_EXTRA_CA_CERTS: proxy.certificate,
        },
      });
      expect([code, err]).toEqual([1, expect.stringContaining("client_max_body_size")]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await proxy.close();
    }
  },
);

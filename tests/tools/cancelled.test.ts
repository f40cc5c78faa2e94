import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { RpcName } from "#contracts/rpc";
import { keyOf, openTestPanel, type TestPanel } from "../../src/server/testing/panel";
import { cliProgram } from "../support/cli";
import { serve } from "../support/served";
import { root } from "../support/sources";

/* What nobody waits for any more: the worker hears that a read was left, and a change goes on to its end. */

let panel: TestPanel;
let served: Awaited<ReturnType<typeof serve>>;
let botId: string;
let authorization: string;

beforeAll(async () => {
  panel = await openTestPanel();
  served = await serve();
  const owner = await panel.person("otto");
  botId = await panel.bot(owner, "music");
  ({ authorization = "" } = await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000)));
});
afterAll(async () => {
  await served?.close();
  await panel?.close();
});

const clients: Client[] = [];
beforeEach(() => {
  panel.worker.left.length = 0;
  panel.worker.asks.length = 0;
});
afterEach(async () => {
  for (const one of clients.splice(0)) await one.close();
});

async function connected(transport: Transport): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  clients.push(client);
  return client;
}
const overHttp = () =>
  connected(
    new StreamableHTTPClientTransport(new URL(`${served.url}/api/mcp?write=true`), {
      requestInit: { headers: { authorization } },
    }),
  );
const overStdio = async () =>
  connected(
    new StdioClientTransport({
      command: process.execPath,
      args: [await cliProgram(), "mcp", "--write"],
      cwd: root,
      env: {
        PATH: process.env.PATH ?? "",
        BOTYARD_URL: served.url,
        BOTYARD_TOKEN: authorization.replace("Bearer ", ""),
      },
    }),
  );

const asked = (name: RpcName, count = 1) =>
  vi.waitFor(() => expect(panel.worker.asks.filter((one) => one.name === name)).toHaveLength(count));
const left = (names: RpcName[]) => vi.waitFor(() => expect(panel.worker.left).toEqual(names));

const search = (client: Client, signal?: AbortSignal) =>
  client.callTool({ name: "search_logs", arguments: { botId, text: "x" } }, undefined, { signal });

test.each([
  ["HTTP", overHttp],
  ["stdin", overStdio],
])(
  "a search that is cancelled over %s is not waited for, and no other of the same key ends with it",
  async (_way, connect) => {
    const release = panel.worker.hold("bots.search");
    try {
      // The first calls of two clients have the same id.
      const [one, other] = [await connect(), await overHttp()];
      const cancelled = new AbortController();
      const first = search(one, cancelled.signal).catch((error: unknown) => String(error));
      const second = search(other);
      await asked("bots.search", 2);
      cancelled.abort();
      await left(["bots.search"]);
      expect(await first).toMatch(/abort/i);
      release();
      expect(await second).not.toMatchObject({ isError: true });
      expect(panel.worker.left).toEqual(["bots.search"]);
    } finally {
      release();
    }
  },
);

test.each([
  ["a client that closes", overHttp],
  ["botyard mcp that is closed", overStdio],
])("%s leaves its search", async (_who, connect) => {
  const release = panel.worker.hold("bots.search");
  try {
    const client = await connect();
    const cut = search(client).catch((error: unknown) => String(error));
    await asked("bots.search");
    await client.close();
    await left(["bots.search"]);
    expect(await cut).toMatch(/closed|abort/i);
  } finally {
    release();
  }
});

test("a change goes on to its end, whether its call is cancelled or broken off", async () => {
  const release = panel.worker.hold("bots.command");
  const client = await overHttp();
  const cancelled = new AbortController();
  const restart = (signal?: AbortSignal) =>
    client
      .callTool({ name: "restart_bot", arguments: { botId } }, undefined, { signal })
      .catch((error: unknown) => String(error));
  const calls = [restart(cancelled.signal), restart()];
  await asked("bots.command", 2);
  cancelled.abort();
  await client.close();
  // Whatever reached the panel after them was heard by then.
  expect((await fetch(`${served.url}/api/v1/bots`, { headers: { authorization } })).status).toBe(200);
  release();
  await Promise.all(calls);
  const done = { action: "bot.restart", botId };
  await vi.waitFor(async () => expect(await panel.db.auditEntry.count({ where: done })).toBe(2));
  expect(panel.worker.left).toEqual([]);
});

test.each([
  ["bots.search", () => `/bots/${botId}/log/search?text=x`],
  ["files.search", () => `/bots/${botId}/files/search?text=x`],
  ["files.find", () => `/bots/${botId}/files/find?text=x`],
] as const)("%s ends with the request for it, and makes room for another", async (name, path) => {
  const release = panel.worker.hold(name);
  try {
    // As many as one person has at once: each makes way for the next.
    for (let turn = 1; turn <= 5; turn++) {
      const cut = new AbortController();
      const url = `${served.url}/api/v1${path()}`;
      const answer = fetch(url, { headers: { authorization }, signal: cut.signal }).catch((error: unknown) => error);
      await asked(name, turn);
      cut.abort();
      await answer;
      await left(Array(turn).fill(name));
    }
  } finally {
    release();
  }
});

test("of a crowd with one key all are answered or told to come again, and a cancellation waits for none of them", async () => {
  const release = panel.worker.hold("bots.search");
  const codes: number[] = [];
  const client = await overHttp();
  const cancelled = new AbortController();
  try {
    const first = search(client, cancelled.signal).catch((error: unknown) => String(error));
    await asked("bots.search");
    const body = (id: number) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: { name: "search_logs", arguments: { botId, text: "x" } },
      });
    const headers = {
      authorization,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const crowd = Array.from({ length: 230 }, async (_, id) => {
      const answer = await fetch(`${served.url}/api/mcp`, { method: "POST", headers, body: body(id) });
      const seconds = answer.headers.get("retry-after");
      codes.push(answer.status);
      return answer.status === 429 ? seconds : (await answer.json()).result.isError;
    });
    // As many wait as may: the rest is turned away while the others still wait.
    await vi.waitFor(() => expect(codes.filter((code) => code === 429)).toHaveLength(27));
    cancelled.abort();
    await left(["bots.search"]);
    expect(await first).toMatch(/abort/i);
    release();
    const told = await Promise.all(crowd);
    expect(told.filter((one) => one === "2")).toHaveLength(27);
    expect(told.filter((one) => one === undefined)).toHaveLength(203);
  } finally {
    release();
  }
});

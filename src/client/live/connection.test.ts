import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import type { BotLive } from "#contracts/bot";
import { requests } from "#contracts/events";
import type { LogLine } from "#contracts/log";
import { FailureError } from "../failure";
import { type Live, type LostCause, openLive } from "./connection";

const BOT = "aaaaaaaaaa";
const isolation = {
  level: "none",
  kill: "marker",
  limits: { memory: "worker", cpu: "nobody", processes: "nobody" },
  missing: [],
};
const node = {
  nodeId: "n",
  name: "n",
  version: "0",
  pid: 1,
  startedAt: 1,
  cores: 2,
  runtimes: [],
  isolation,
  sftp: { state: "off" as const },
  database: true,
};
const live = (state: "running" | "stopped"): BotLive => ({
  status: state === "running" ? { state, pid: 1, run: 1, since: 1, ready: "ready" } : { state },
  desired: "up",
  restarts: 0,
  install: { state: "none" },
  samples: [],
  isolation: { level: "none", kill: "marker" },
});
const line = (n: number): LogLine => ({
  run: 1,
  offset: n * 10,
  next: n * 10 + 10,
  at: n,
  stream: "out",
  level: "plain",
  text: `${n}`,
});

/** A gateway with as much sense as the browser needs of one. */
function openGateway(port = 0) {
  const http: HttpServer = createServer();
  const io = new Server(http, { pingInterval: 1_000, pingTimeout: 1_500 });
  const seen = { tickets: [] as string[], renewed: [] as string[], watched: [] as unknown[] };
  const gateway = {
    io,
    seen,
    lines: [] as LogLine[],
    /** Bots that a ticket must be renewed for. */
    unknown: new Set<string>(),
    /** Bots that no ticket opens any more. */
    foreign: new Set<string>(),
    listening: new Promise<number>((resolve) => {
      http.listen(port, "127.0.0.1", () => {
        const address: AddressInfo | string | null = http.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    }),
    close: () => new Promise<void>((resolve) => io.close(() => resolve())),
  };
  io.on("connection", (socket) => {
    seen.tickets.push(z.object({ ticket: z.string() }).parse(socket.handshake.auth).ticket);
    socket.on("watch", (raw: unknown, answer: (value: unknown) => void) => {
      const asked = requests.watch.input.parse(raw);
      seen.watched.push(asked);
      const botId = asked.topic.startsWith("bot:") ? asked.topic.slice(4) : null;
      if (botId && gateway.foreign.has(botId)) return answer({ ok: false, code: "not_found", values: {} });
      if (botId && gateway.unknown.has(botId)) return answer({ ok: false, code: "not_allowed", values: {} });
      void socket.join(asked.topic);
      const lines = gateway.lines.filter((one) => !asked.after || one.offset >= asked.after.offset);
      answer({
        ok: true,
        node,
        live: { [BOT]: live("running") },
        ...(botId ? { log: { lines, end: null, gap: false } } : {}),
      });
    });
    socket.on("unwatch", (_raw: unknown, answer: (value: unknown) => void) => answer({ ok: true }));
    socket.on("renew", (raw: unknown, answer: (value: unknown) => void) => {
      seen.renewed.push(requests.renew.input.parse(raw).ticket);
      gateway.unknown.clear();
      answer({ ok: true });
    });
  });
  return gateway;
}

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(cause: LostCause = "worker") {
  const gateway = openGateway();
  const port = await gateway.listening;
  let count = 0;
  const returns: boolean[] = [];
  const browser: Live = openLive({
    address: `http://127.0.0.1:${port}`,
    ticket: async () => ({ ticket: `ticket-${++count}`, livesUntil: Date.now() + 600_000 }),
    whoIsAway: async () => cause,
    signedOut: () => {},
    cameBack: (ended) => returns.push(ended),
  });
  closers.push(() => browser.close());
  return { gateway, port, browser, returns };
}
const texts = (browser: Live) =>
  browser.store
    .log(BOT, "console")
    .get()
    .lines.map((one) => one.text);

test("after the gateway was away, topics are watched again from the last line, with a fresh ticket, and no line is lost or doubled", async () => {
  const { gateway, port, browser } = await setUp();
  gateway.lines.push(line(0), line(1));
  browser.watch(`bot:${BOT}`);
  await vi.waitFor(() => expect(texts(browser)).toEqual(["0", "1"]));
  gateway.io.to(`bot:${BOT}`).emit("bot.log", { botId: BOT, source: "console", lines: [line(1), line(2)] });
  await vi.waitFor(() => expect(texts(browser)).toEqual(["0", "1", "2"]));
  expect(browser.store.joins.get()).toBe(1);

  await gateway.close();
  await vi.waitFor(() => expect(browser.connection.get()).toMatchObject({ state: "lost", cause: "worker" }));

  const back = openGateway(port);
  closers.push(back.close);
  back.lines.push(line(0), line(1), line(2), line(3), line(4));
  await vi.waitFor(() => expect(texts(browser)).toEqual(["0", "1", "2", "3", "4"]));
  expect(back.seen.watched).toContainEqual({ topic: `bot:${BOT}`, after: { run: 1, offset: 30 } });
  expect(browser.store.joins.get()).toBe(2);
  expect(back.seen.tickets[0]).not.toBe(gateway.seen.tickets[0]);
  expect(browser.connection.get()).toMatchObject({ state: "connected", node: { name: "n" } });
  expect(
    browser.store
      .log(BOT, "console")
      .get()
      .entries.every((entry) => entry.kind === "line"),
  ).toBe(true);
});

test("a connection that the gateway ends is made again without a word, and lost is said when it ends that as well", async () => {
  const { gateway, browser } = await setUp("refused");
  closers.push(gateway.close);
  const states: string[] = [];
  await vi.waitFor(() => expect(browser.connection.get().state).toBe("connected"));
  browser.connection.subscribe(() => {
    const now = browser.connection.get();
    states.push(now.state === "lost" ? `lost ${now.cause}` : now.state);
  });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  closers.push(() => void vi.useRealTimers());
  gateway.io.disconnectSockets(true);
  await vi.waitFor(() => expect(gateway.seen.tickets).toHaveLength(2));
  await vi.waitFor(() => expect(states).toEqual(["connected"]));
  gateway.io.disconnectSockets(true);
  await vi.waitFor(() => expect(states).toEqual(["connected", "lost unknown", "connected"]));
});

test("that something in between refuses is said when it is refused again and again, not after one try", async () => {
  const { gateway, browser } = await setUp("refused");
  const causes: unknown[] = [];
  await vi.waitFor(() => expect(browser.connection.get().state).toBe("connected"));
  browser.connection.subscribe(() => {
    const now = browser.connection.get();
    causes.push(now.state === "lost" ? now.cause : now.state);
  });
  await gateway.close();
  await vi.waitFor(() => expect(causes.at(-1)).toBe("refused"));
  expect(causes).toEqual(["unknown", "refused"]);
});

test("a ticket that comes late, or not at all, does nothing to the connection that was made meanwhile", async () => {
  const gateway = openGateway();
  closers.push(gateway.close);
  const asked: { give: () => void; refuse: () => void }[] = [];
  const signedOut = vi.fn();
  const browser = openLive({
    address: `http://127.0.0.1:${await gateway.listening}`,
    ticket: () =>
      new Promise((give, refuse) => {
        const ticket = `ticket-${asked.length}`;
        asked.push({
          give: () => give({ ticket, livesUntil: Date.now() + 600_000 }),
          refuse: () => refuse(new FailureError({ code: "not_signed_in", values: {} })),
        });
      }),
    whoIsAway: async () => "unknown",
    signedOut,
    cameBack: () => {},
  });
  closers.push(() => browser.close());
  const lines: { close: () => void }[] = [];
  gateway.io.engine.on("connection", (line: { close: () => void }) => lines.push(line));
  // Twice the line breaks while a ticket is waited for.
  for (const tries of [1, 2]) {
    await vi.waitFor(() => expect(asked).toHaveLength(tries), 5_000);
    lines.at(-1)?.close();
  }
  await vi.waitFor(() => expect(asked).toHaveLength(3), 5_000);
  asked[0]?.give();
  asked[1]?.refuse();
  asked[2]?.give();
  browser.watch("fleet");
  await vi.waitFor(() => expect(browser.store.fleet.get().size).toBe(1), 5_000);
  expect(gateway.seen.tickets).toEqual(["ticket-2"]);
  expect(signedOut).not.toHaveBeenCalled();
}, 15_000);

test("who comes back is told so, and whether the gateway had ended it or was gone", async () => {
  const { gateway, port, browser, returns } = await setUp();
  await vi.waitFor(() => expect(browser.connection.get().state).toBe("connected"));
  expect(returns).toEqual([]);
  gateway.io.disconnectSockets();
  await vi.waitFor(() => expect(returns).toEqual([true]), 5_000);
  await gateway.close();
  await vi.waitFor(() => expect(browser.connection.get()).toMatchObject({ state: "lost", cause: "worker" }));
  closers.push(openGateway(port).close);
  await vi.waitFor(() => expect(returns).toEqual([true, false]), 10_000);
}, 20_000);

test("a bot made after the ticket is watched once the ticket is renewed", async () => {
  const { gateway, browser } = await setUp();
  closers.push(gateway.close);
  gateway.unknown.add(BOT);
  browser.watch(`bot:${BOT}`);
  await vi.waitFor(() => expect(browser.store.bot(BOT).get()?.status.state).toBe("running"));
  expect(gateway.seen.renewed).toHaveLength(1);
});

test("a bot that is none of ours any more when we are back is gone from what is known", async () => {
  const { gateway, browser } = await setUp();
  closers.push(gateway.close);
  browser.watch(`bot:${BOT}`);
  await vi.waitFor(() => expect(browser.store.bot(BOT).get()?.status.state).toBe("running"));
  const before = browser.store.roster.get();
  gateway.foreign.add(BOT);
  gateway.io.disconnectSockets();
  await vi.waitFor(() => expect(browser.store.bot(BOT).get()).toBeNull());
  expect(browser.store.roster.get()).toBe(before + 1);
});

test("a topic is joined once however many watch it, and live words change what is known", async () => {
  const { gateway, browser } = await setUp();
  closers.push(gateway.close);
  const first = browser.watch("fleet");
  browser.watch("fleet");
  await vi.waitFor(() => expect(browser.store.fleet.get().get(BOT)?.status.state).toBe("running"));
  first();
  gateway.io.to("fleet").emit("bot.live", { botId: BOT, live: live("stopped") });
  await vi.waitFor(() => expect(browser.store.fleet.get().get(BOT)?.status.state).toBe("stopped"));
  gateway.io.to("fleet").emit("bot.live", { botId: BOT, live: { nonsense: true } });
  gateway.io.to("fleet").emit("bot.removed", { botId: BOT });
  await vi.waitFor(() => expect(browser.store.fleet.get().size).toBe(0));
  expect(gateway.seen.watched).toEqual([{ topic: "fleet" }]);
});

test("lines are acknowledged once they are taken in, also those that make no sense here", async () => {
  const { gateway, browser } = await setUp();
  closers.push(gateway.close);
  browser.watch(`bot:${BOT}`);
  await vi.waitFor(() => expect(browser.store.hasLog(BOT, "console")).toBe(true));
  const to = gateway.io.to(`bot:${BOT}`).timeout(60_000);
  await to.emitWithAck("bot.log", { botId: BOT, source: "console", lines: [line(0)] });
  expect(texts(browser)).toEqual(["0"]);
  await to.emitWithAck("bot.log", { botId: BOT, nonsense: true });
  expect(texts(browser)).toEqual(["0"]);
});

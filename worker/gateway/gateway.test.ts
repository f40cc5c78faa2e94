import { createHmac } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { type EventName, events, type WatchAnswer, watchAnswer } from "#contracts/events";
import type { LogLine } from "#contracts/log";
import { TICKET, type TicketClaims } from "#contracts/ticket";
import { openLogs } from "../logs/index";
import type { Closer, Gateway, Logs, Monitor } from "../ports/index";
import { openPublish } from "../publish";
import { node } from "../testing/node";
import { fakeSupervisor, supervised } from "../testing/supervisor";
import { openGateway } from "./index";

const mine = "abcdefghij";
const other = "klmnopqrst";
const key = Buffer.alloc(32, 9);

let home: string;
let logs: Logs;
let gateway: Gateway & { port: number };
let bots: ReturnType<typeof fakeSupervisor>;
let unpublish: Closer;
let sockets: Socket[];
const said: string[] = [];
const hostSample = { at: 1, cpu: 1, memoryUsed: 1, memoryTotal: 2, diskUsed: 1, diskTotal: 2, netIn: 0, netOut: 0 };

const listeners = new Set<Parameters<Monitor["onBot"]>[0]>();
const monitor: Monitor = {
  samples: () => [],
  host: () => [hostSample],
  onBot: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  onHost: () => () => {},
  close: () => {},
};

beforeEach(async () => {
  sockets = [];
  said.length = 0;
  home = mkdtempSync(join(tmpdir(), "by-gateway-"));
  logs = openLogs({ botsDir: home });
  bots = fakeSupervisor();
  const { supervisor } = bots;
  const say = (text: string) => void said.push(text);
  gateway = await openGateway({
    port: 0,
    ticketKey: key,
    supervisor,
    monitor,
    logs,
    node: () => node,
    allowedOrigins: [],
    say,
  });
  unpublish = openPublish({ supervisor, monitor, logs, deploys: noDeploys, gateway });
  bots.become(mine, supervised());
  bots.become(other, supervised());
});
/** Tried in deploys. */
const noDeploys = { onChange: () => () => {}, onLog: () => () => {} };
afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  await unpublish();
  await gateway.close();
  await logs.close();
  rmSync(home, { recursive: true, force: true });
  expect(said).toEqual([]);
});

let ids = 0;
function ticket(change: Partial<TicketClaims> = {}): string {
  const now = Date.now();
  ids += 1;
  const claims: TicketClaims = {
    id: `t${ids}`,
    userId: "u1",
    tokenVersion: 1,
    bots: { [mine]: ["bot:view", "console:read"] },
    issuedAt: now,
    opensUntil: now + TICKET.openWithinMs,
    livesUntil: now + TICKET.livesMs,
    ...change,
  };
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}

function dial(text: string, options: Parameters<typeof io>[1] = {}): Socket {
  const socket = io(`http://127.0.0.1:${gateway.port}`, {
    auth: { ticket: text },
    reconnection: false,
    forceNew: true,
    transports: ["websocket"],
    ...options,
  });
  sockets.push(socket);
  return socket;
}
const connected = (socket: Socket) =>
  new Promise<Socket>((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
const open = (change?: Partial<TicketClaims>) => connected(dial(ticket(change)));
const ended = (socket: Socket) => new Promise<string>((resolve) => socket.once("disconnect", resolve));

async function watch(socket: Socket, input: object): Promise<Extract<WatchAnswer, { ok: true }>> {
  const answer = watchAnswer.parse(await socket.timeout(3_000).emitWithAck("watch", input));
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}
const ask = (socket: Socket, name: string, input?: unknown): Promise<unknown> =>
  socket.timeout(3_000).emitWithAck(name, input);

/** Every event of a name that comes from here on, parsed. */
function hear<Schema extends z.ZodType>(socket: Socket, name: EventName, schema: Schema): z.infer<Schema>[] {
  const heard: z.infer<Schema>[] = [];
  socket.on<string>(name, (raw: unknown) => void heard.push(schema.parse(raw)));
  return heard;
}
const hearLines = (socket: Socket) => hear(socket, "bot.log", events["bot.log"].payload);

function write(text: string, run = 1, name = "out.log") {
  const dir = join(home, mine, "runs", String(run));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "run.json"), JSON.stringify({ botId: mine, run, startedAt: 1, cause: "person" }));
  appendFileSync(join(dir, name), text);
}

test("a ticket opens one connection, once, by WebSocket and by polling", async () => {
  const text = ticket();
  await connected(dial(text));
  await expect(connected(dial(text))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await expect(connected(dial(""))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await expect(connected(dial("x", { auth: {} }))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  const polling = await connected(dial(ticket(), { transports: ["polling"] }));
  expect((await watch(polling, { topic: `bot:${mine}` })).live[mine]).toEqual({ ...supervised(), samples: [] });
});

test("another site's page is refused before its ticket is looked at", async () => {
  const foreign = dial(ticket(), { extraHeaders: { origin: "http://evil.test" } });
  await expect(connected(foreign)).rejects.toThrow();
  const own = dial(ticket(), { extraHeaders: { origin: "https://panel.test", "x-forwarded-host": "panel.test" } });
  await connected(own);
  const status = await new Promise((resolve) => {
    const url = `http://127.0.0.1:${gateway.port}/socket.io/?EIO=4&transport=polling`;
    get(url, { headers: { origin: "http://evil.test" } }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers["access-control-allow-origin"]]);
    });
  });
  expect(status).toEqual([403, undefined]);
});

test("a watcher gets the present and the log, and the stream goes on without gap or double", async () => {
  write("one\ntwo\n");
  const socket = await open();
  const heard = hearLines(socket);
  let n = 0;
  const timer = setInterval(() => write(`n ${n++}\n`), 1);
  const lines: LogLine[] = [];
  for (let again = 0; again < 5; again++) {
    heard.length = 0;
    const last = lines.at(-1);
    const after = last ? { after: { run: last.run, offset: last.next } } : {};
    const answer = await watch(socket, { topic: `bot:${mine}`, ...after });
    expect(answer.log?.gap).toBe(false);
    lines.push(...(answer.log?.lines ?? []));
    await vi.waitFor(() => expect(heard.flatMap((event) => event.lines).length).toBeGreaterThan(20));
    await ask(socket, "unwatch", { topic: `bot:${mine}` });
    lines.push(...heard.flatMap((event) => event.lines));
  }
  clearInterval(timer);
  expect(lines.slice(0, 3).map((line) => line.mark?.kind ?? line.text)).toEqual(["started", "one", "two"]);
  const numbers = lines.slice(3).map((line) => Number(line.text.slice(2)));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(numbers.length).toBeGreaterThan(100);
  heard.length = 0;
  write("unwatched\n");
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(heard).toEqual([]);
});

test("the install log comes with the bot's, from now on", async () => {
  write("old\n", 1, "install.log");
  const socket = await open();
  const heard = hearLines(socket);
  await watch(socket, { topic: `bot:${mine}` });
  await new Promise((resolve) => setTimeout(resolve, 250));
  write("added 1 package\n", 1, "install.log");
  await vi.waitFor(() =>
    expect(heard.map((event) => [event.source, event.lines[0]?.text])).toEqual([["install", "added 1 package"]]),
  );
});

test("a viewer slower than its bot stays connected, and every line is sent or counted", async () => {
  write("begin\n");
  const socket = await open();
  let sent = 0;
  let counted = 0;
  let last = "";
  let slow = true;
  socket.on("bot.log", (raw: unknown, acknowledge: () => void) => {
    const { lines, missed = 0 } = events["bot.log"].payload.parse(raw);
    sent += lines.length;
    counted += missed;
    last = lines.at(-1)?.text ?? last;
    setTimeout(acknowledge, slow ? 300 : 0);
  });
  const answer = await watch(socket, { topic: `bot:${mine}` });
  expect(answer.log?.lines).toHaveLength(2);
  for (let part = 0; part < 20; part++) {
    write(`line ${"x".repeat(80)}\n`.repeat(3_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  slow = false;
  write("end\n");
  await vi.waitFor(() => expect(last).toBe("end"), 5_000);
  expect(sent + counted).toBe(60_001);
  expect(counted).toBeGreaterThan(30_000);
  expect(socket.connected).toBe(true);
});

test("a place whose run is gone is a gap, and the newest lines follow", async () => {
  write("kept\n", 5);
  const socket = await open();
  const answer = await watch(socket, { topic: `bot:${mine}`, after: { run: 2, offset: 10 } });
  expect(answer.log).toMatchObject({ gap: true, lines: [{ mark: { kind: "started" } }, { text: "kept" }] });
  const future = await watch(socket, { topic: `bot:${mine}`, after: { run: 9, offset: 10 } });
  expect(future.log?.lines).toHaveLength(2);
});

test("a ticket for one bot watches and hears of no other", async () => {
  const socket = await open();
  const live = hear(socket, "bot.live", events["bot.live"].payload);
  const samples = hear(socket, "bot.sample", events["bot.sample"].payload);
  expect(Object.keys((await watch(socket, { topic: "fleet" })).live)).toEqual([mine]);
  const refusal = { ok: false, code: "not_found" };
  expect(await ask(socket, "watch", { topic: `bot:${other}` })).toMatchObject(refusal);
  expect(await ask(socket, "watch", { topic: "bot:zzzzzzzzzz" })).toMatchObject(refusal);

  bots.become(other, supervised({ restarts: 5 }));
  bots.become(mine, supervised({ restarts: 1 }));
  for (const listener of listeners) for (const id of [other, mine]) listener(id, { at: 1, cpu: 3, memory: 4 });
  await vi.waitFor(() => expect(samples.map((event) => event.botId)).toEqual([mine]));
  expect(live.map((event) => [event.botId, event.live.restarts])).toEqual([[mine, 1]]);
});

test("without console:read there is no log", async () => {
  write("secret\n");
  const socket = await open({ bots: { [mine]: ["bot:view"] } });
  const heard = hearLines(socket);
  expect((await watch(socket, { topic: `bot:${mine}` })).log).toBeUndefined();
  write("more\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard).toEqual([]);
});

test("an admin sees every bot, and hears when one is deleted", async () => {
  const socket = await open({ bots: "all" });
  const removed = hear(socket, "bot.removed", events["bot.removed"].payload);
  expect(Object.keys((await watch(socket, { topic: "fleet" })).live).sort()).toEqual([mine, other]);
  expect((await watch(socket, { topic: "host" })).host).toEqual([hostSample]);
  bots.become(other, null);
  await vi.waitFor(() => expect(removed).toEqual([{ botId: other }]));
});

test("a connection ends with its ticket, unless the same person renews it", async () => {
  const soon = { livesUntil: Date.now() + 600 };
  const [short, kept] = await Promise.all([open(soon), open(soon)]);
  const end = ended(short);
  const fleet = hear(kept, "bot.live", events["bot.live"].payload);
  await watch(kept, { topic: "fleet" });
  expect(await ask(kept, "renew", { ticket: ticket({ userId: "u2" }) })).toMatchObject({ code: "ticket_refused" });
  const renewed = ticket({ bots: { [mine]: ["bot:view"], [other]: ["bot:view"] } });
  expect(await ask(kept, "renew", { ticket: renewed })).toEqual({ ok: true });
  expect(await ask(kept, "renew", { ticket: renewed })).toMatchObject({ code: "ticket_refused" });
  // A bot that the fresh ticket adds shows up by itself.
  await vi.waitFor(() => expect(fleet.map((event) => event.botId)).toEqual([other]));
  expect(await end).toBe("io server disconnect");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(kept.connected).toBe(true);
});

test("a renewal that takes a bot away ends its stream", async () => {
  write("one\n");
  const socket = await open();
  const heard = hearLines(socket);
  await watch(socket, { topic: `bot:${mine}` });
  await ask(socket, "renew", { ticket: ticket({ bots: {} }) });
  write("two\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard).toEqual([]);
});

test("when a person's access changes their sockets end at once, and old tickets open nothing", async () => {
  const older = ticket();
  const [mineOpen, theirs] = await Promise.all([open(), open({ userId: "u2" })]);
  const end = ended(mineOpen);
  gateway.drop("u1");
  expect(await end).toBe("io server disconnect");
  expect(theirs.connected).toBe(true);
  await expect(connected(dial(older))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
});

test("when one session ends, its sockets do, and those of the person's others stay", async () => {
  const older = ticket({ sessionId: "s1" });
  const [one, other] = await Promise.all([open({ sessionId: "s1" }), open({ sessionId: "s2" })]);
  const end = ended(one);
  gateway.drop("u1", ["s1"]);
  expect(await end).toBe("io server disconnect");
  expect(other.connected).toBe(true);
  await expect(connected(dial(older))).rejects.toMatchObject({ data: { code: "ticket_refused" } });
  await open({ sessionId: "s2" });
});

test("requests are bounded, parsed, and survive nonsense", async () => {
  const socket = await open();
  expect(await ask(socket, "watch", { topic: "nonsense" })).toMatchObject({ ok: false, code: "bad_input" });
  expect(await ask(socket, "watch")).toMatchObject({ ok: false, code: "bad_input" });
  // What is typed goes through the API, which remembers who typed.
  expect(await ask(socket, "input", { botId: mine, text: "x" })).toMatchObject({ ok: false, code: "bad_input" });
  expect(bots.asked).toEqual([]);
  expect(await ask(socket, "shutdown", {})).toMatchObject({ ok: false, code: "bad_input" });
  expect(await ask(socket, "constructor", {})).toMatchObject({ ok: false, code: "bad_input" });
  socket.emit("watch"); // Nobody waits for the answer.
  const many = await Promise.all(Array.from({ length: 30 }, () => ask(socket, "unwatch", { topic: "host" })));
  expect(z.array(z.object({ code: z.string().optional() })).parse(many)).toContainEqual({ code: "too_many_tries" });
});

test("one key opens so many connections, and with all of them keeps its maker's browser out of nothing", async () => {
  const many = await Promise.allSettled(Array.from({ length: 25 }, () => open({ keyId: "k1" })));
  const refused = many.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(5);
  expect(refused[0]).toMatchObject({ data: { code: "streams_many", values: { most: 20 } } });
  await Promise.all([open(), open({ keyId: "k2" })]);
  sockets[0]?.disconnect();
  await vi.waitFor(() => open({ keyId: "k1" }));
});

test("a connection that floods, or sends a frame too large, is ended; the others stay", async () => {
  const [flooding, large, quiet] = await Promise.all([open(), open(), open()]);
  const ends = Promise.all([ended(flooding), ended(large)]);
  for (let i = 0; i < 400; i++) flooding.emit("unwatch", { topic: "host" });
  large.emit("watch", { topic: `bot:${"x".repeat(100_000)}` });
  await ends;
  expect(await ask(quiet, "unwatch", { topic: "host" })).toEqual({ ok: true });
});

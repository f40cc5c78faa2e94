import { createHmac } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { afterEach, beforeEach, expect } from "vitest";
import type { z } from "zod";
import { type EventName, events, type WatchAnswer, watchAnswer } from "#contracts/events";
import { TICKET, type TicketClaims } from "#contracts/ticket";
import { openLogs } from "../../logs/index";
import type { Closer, Gateway, Logs, Monitor } from "../../ports/index";
import { openPublish } from "../../publish";
import { node } from "../../testing/node";
import { fakeSupervisor, supervised } from "../../testing/supervisor";
import { openGateway } from "../index";

export const mine = "abcdefghij";
export const other = "klmnopqrst";
const key = Buffer.alloc(32, 9);

let home: string;
let logs: Logs;
let unpublish: Closer;
const said: string[] = [];
type Stage = { gateway: Gateway & { port: number }; bots: ReturnType<typeof fakeSupervisor>; sockets: Socket[] };
/** What is there during a test. */
export const stage = {} as Stage;
export const hostSample = {
  at: 1,
  cpu: 1,
  memoryUsed: 1,
  memoryTotal: 2,
  diskUsed: 1,
  diskTotal: 2,
  netIn: 0,
  netOut: 0,
};

export const listeners = new Set<Parameters<Monitor["onBot"]>[0]>();
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

/** Tried in deploys. */
const noDeploys = { onChange: () => () => {}, onLog: () => () => {} };

/** Opens a gateway of its own for each test of a file, on real logs; what it complains of fails the test. */
export function eachOnOwnGateway(): void {
  beforeEach(async () => {
    stage.sockets = [];
    said.length = 0;
    home = mkdtempSync(join(tmpdir(), "by-gateway-"));
    logs = openLogs({ botsDir: home });
    stage.bots = fakeSupervisor();
    const { supervisor } = stage.bots;
    const say = (text: string) => void said.push(text);
    stage.gateway = await openGateway({
      port: 0,
      ticketKey: key,
      supervisor,
      monitor,
      logs,
      node: () => node,
      allowedOrigins: [],
      say,
    });
    unpublish = openPublish({ supervisor, monitor, logs, deploys: noDeploys, gateway: stage.gateway });
    stage.bots.become(mine, supervised());
    stage.bots.become(other, supervised());
  });
  afterEach(async () => {
    for (const socket of stage.sockets) socket.disconnect();
    await unpublish();
    await stage.gateway.close();
    await logs.close();
    rmSync(home, { recursive: true, force: true });
    expect(said).toEqual([]);
  });
}

let ids = 0;
export function ticket(change: Partial<TicketClaims> = {}): string {
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

export function dial(text: string, options: Parameters<typeof io>[1] = {}): Socket {
  const socket = io(`http://127.0.0.1:${stage.gateway.port}`, {
    auth: { ticket: text },
    reconnection: false,
    forceNew: true,
    transports: ["websocket"],
    ...options,
  });
  stage.sockets.push(socket);
  return socket;
}
export const connected = (socket: Socket) =>
  new Promise<Socket>((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
export const open = (change?: Partial<TicketClaims>) => connected(dial(ticket(change)));
export const ended = (socket: Socket) => new Promise<string>((resolve) => socket.once("disconnect", resolve));

export async function watch(socket: Socket, input: object): Promise<Extract<WatchAnswer, { ok: true }>> {
  const answer = watchAnswer.parse(await socket.timeout(60_000).emitWithAck("watch", input));
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}
export const ask = (socket: Socket, name: string, input?: unknown): Promise<unknown> =>
  socket.timeout(60_000).emitWithAck(name, input);

/** Every event of a name that comes from here on, parsed. */
export function hear<Schema extends z.ZodType>(socket: Socket, name: EventName, schema: Schema): z.infer<Schema>[] {
  const heard: z.infer<Schema>[] = [];
  socket.on<string>(name, (raw: unknown) => void heard.push(schema.parse(raw)));
  return heard;
}
export const hearLines = (socket: Socket) => hear(socket, "bot.log", events["bot.log"].payload);

export function write(text: string, run = 1, name = "out.log") {
  const dir = join(home, mine, "runs", String(run));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "run.json"), JSON.stringify({ botId: mine, run, startedAt: 1, cause: "person" }));
  appendFileSync(join(dir, name), text);
}
